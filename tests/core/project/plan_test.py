"""Which frames propagation runs."""

from __future__ import annotations

import pytest

from lipcore.project.plan import Segment, all_segments, frames_to_propagate, segments_after_correction
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from tests.core.project.helpers import paint, small_project


@pytest.fixture
def project() -> Project:
    """Twenty frames; 5 is painted, 12 verified, 8 propagated."""
    project = small_project(20)
    paint(project, 5, 1)
    paint(project, 8, 1, Provenance.MODEL)
    paint(project, 12, 2, Provenance.VERIFIED)
    return project


def test_propagation_stops_before_the_next_annotated_frame(project: Project) -> None:
    assert frames_to_propagate(project, 5, "forward") == range(6, 12)
    assert frames_to_propagate(project, 12, "forward") == range(13, 20)
    assert frames_to_propagate(project, 12, "backward") == range(6, 12)
    assert frames_to_propagate(project, 5, "backward") == range(0, 5)
    assert frames_to_propagate(project, 8, "both") == range(6, 12)
    assert len(frames_to_propagate(project, 19, "forward")) == 0
    assert len(frames_to_propagate(project, 0, "backward")) == 0
    with pytest.raises(ValueError, match="two ranges"):
        frames_to_propagate(project, 5, "both")


def test_propagation_stays_in_the_working_range(project: Project) -> None:
    project.set_in_out(3, 15)
    assert frames_to_propagate(project, 12, "forward") == range(13, 16)
    assert frames_to_propagate(project, 5, "backward") == range(3, 5)
    assert len(frames_to_propagate(project, 17, "forward")) == 0
    assert len(frames_to_propagate(project, 1, "backward")) == 0


def test_segments_of_the_whole_range(project: Project) -> None:
    assert all_segments(project) == [
        Segment(range(0, 5), (5,), "backward"),
        Segment(range(6, 12), (5, 12), "both"),
        Segment(range(13, 20), (12,), "forward"),
    ]
    assert all_segments(project, "forward") == [
        Segment(range(6, 12), (5,), "forward"),
        Segment(range(13, 20), (12,), "forward"),
    ]
    assert all_segments(project, "backward") == [
        Segment(range(0, 5), (5,), "backward"),
        Segment(range(6, 12), (12,), "backward"),
    ]
    assert all_segments(small_project(20)) == []


def test_a_correction_reruns_up_to_its_neighbours(project: Project) -> None:
    paint(project, 8, 1, Provenance.CORRECTED)
    assert segments_after_correction(project, 8) == [
        Segment(range(6, 8), (5, 8), "both"),
        Segment(range(9, 12), (8, 12), "both"),
    ]
    assert segments_after_correction(project, 12) == [
        Segment(range(9, 12), (8, 12), "both"),
        Segment(range(13, 20), (12,), "forward"),
    ]
    with pytest.raises(ValueError, match="not annotated"):
        segments_after_correction(project, 7)


def test_frames_before_the_first_annotated_one_rerun_only_if_they_ran_before(project: Project) -> None:
    assert segments_after_correction(project, 5) == [Segment(range(6, 12), (5, 12), "both")]
    paint(project, 2, 1, Provenance.MODEL)
    assert segments_after_correction(project, 5)[0] == Segment(range(0, 5), (5,), "backward")


def test_neighbouring_annotated_frames_leave_nothing_to_run() -> None:
    project = small_project(3)
    for frame in range(3):
        paint(project, frame, 1)
    assert all_segments(project) == []
    assert segments_after_correction(project, 1) == []
