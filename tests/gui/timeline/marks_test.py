from __future__ import annotations

import numpy as np

from lipgui.timeline.cells import PRESENT
from lipgui.timeline.marks import annotated_marks, doubt_marks, run_starts, thinned


def test_each_painted_and_corrected_frame_and_each_verified_run_is_marked() -> None:
    codes = np.array([2 + PRESENT, 1, 3, 4 + PRESENT, 4, 4, 1 + PRESENT, 4, 0, PRESENT], np.uint8)
    assert annotated_marks(codes).tolist() == [0, 2, 3, 7]


def test_a_doubtful_run_is_marked_where_it_begins() -> None:
    assert doubt_marks(np.array([True, True, False, False, True, True])).tolist() == [0, 4]


def test_runs_begin_where_they_become_true() -> None:
    assert run_starts(np.array([True, True, False, True])).tolist() == [True, False, False, True]
    assert run_starts(np.zeros(0, bool)).size == 0


def test_thinning_does_not_depend_on_where_the_view_begins() -> None:
    frames = np.array([0, 1, 7, 8, 12, 13, 30])
    assert thinned(frames, 10).tolist() == [0, 12, 30]
    assert thinned(frames[frames >= 10], 10).tolist() == [12, 30]
    assert thinned(frames, 1).tolist() == frames.tolist()
