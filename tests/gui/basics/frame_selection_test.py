"""Frames that are marked on the timeline."""

from __future__ import annotations

from lipgui.basics.frame_selection import FrameSelection


def test_a_selection_runs_from_the_earlier_end() -> None:
    assert FrameSelection.between(9, 4, (2,)) == FrameSelection(4, 9, (2,))
    assert FrameSelection(4, 9, (2,)).count == 6


def test_a_selection_holds_its_frames_of_its_objects() -> None:
    some, every = FrameSelection(4, 9, (2,)), FrameSelection(4, 9)
    assert [some.holds(frame, 2) for frame in (3, 4, 9, 10)] == [False, True, True, False]
    assert (some.holds(5, 1), every.holds(5, 1)) == (False, True)
