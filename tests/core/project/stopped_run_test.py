"""A stopped run: its frames as stretches and back, and what is refused."""

from __future__ import annotations

import pytest

from lipcore.errors import LipError
from lipcore.project.project import Project
from lipcore.project.stopped_run import StoppedRun, stretches
from tests.helpers import blank_video


@pytest.mark.parametrize("frames", [(), (3,), (1, 2, 3), (9, 1, 2, 5, 6)])
def test_frames_as_stretches_and_back(frames: tuple[int, ...]) -> None:
    run = StoppedRun("forward", 0, 9, stretches(frames))
    assert run.done_frames == frozenset(frames)
    assert run.frames == range(10)


@pytest.mark.parametrize("done", [((3, 2),), ((1, 4), (4, 6)), ((5, 6), (1, 2)), ((0, 10),), ((1, 2), (8, 10))])
def test_stretches_out_of_order_or_outside_are_refused(done: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(LipError, match="out of order"):
        StoppedRun("both", 1, 9, done)


def test_a_direction_that_there_is_not_is_refused() -> None:
    with pytest.raises(LipError, match="no direction"):
        StoppedRun("sideways", 0, 3)


def test_a_run_outside_the_video_is_refused() -> None:
    project = Project.create(blank_video(6, 8, 16))
    project.set_stopped_run(StoppedRun("forward", 0, 5))
    with pytest.raises(LipError, match="stopped run"):
        project.set_stopped_run(StoppedRun("forward", 0, 6))
    assert project.stopped_run == StoppedRun("forward", 0, 5)
