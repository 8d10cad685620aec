from __future__ import annotations

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.workflow.reach import partial_annotations, reach, starting_masks
from tests.helpers import blank_video


def project_with(cells: dict[int, dict[int, Provenance]]) -> Project:
    """Twelve frames; each named cell gets a 4 x 4 square in a column of its own."""
    project = Project.create(blank_video())
    for frame, objects in cells.items():
        labels = np.zeros((48, 64), np.uint8)
        for object_id, provenance in objects.items():
            labels[4:8, 10 * object_id : 10 * object_id + 4] = object_id
            project.set_provenance(frame, object_id, provenance)
            if object_id not in project.objects:
                project.set_object(default_object(object_id))
        project.set_labels(frame, labels)
    return project


U, M, V = Provenance.USER, Provenance.MODEL, Provenance.VERIFIED


@pytest.mark.parametrize(
    ("frame", "direction", "expected"),
    [
        (2, "forward", range(2, 8)),
        (5, "forward", range(2, 8)),
        (8, "forward", range(8, 12)),
        (0, "forward", range(2, 8)),
        (8, "backward", range(3, 9)),
        (5, "backward", range(3, 9)),
        (2, "backward", range(3)),
        (11, "backward", range(3, 9)),
        (5, "both", range(12)),
    ],
)
def test_a_run_reaches_up_to_the_next_annotated_frame(frame: int, direction: str, expected: range) -> None:
    assert reach(project_with({2: {1: U}, 8: {1: V}}), frame, direction) == expected


def test_a_run_stays_within_the_working_range() -> None:
    project = project_with({2: {1: U}})
    project.set_in_out(1, 6)
    assert reach(project, 2, "forward") == range(2, 7)
    assert reach(project, 2, "backward") == range(1, 3)
    assert reach(project, 2, "both") == range(1, 7)


def test_a_frame_that_only_brings_a_new_object_is_no_end() -> None:
    project = project_with({0: {1: U}, 5: {1: M, 2: U}})
    assert partial_annotations(project) == {5: {2}}
    assert reach(project, 0, "forward") == range(12)
    found = starting_masks(project)
    assert set(np.unique(found[0])) == {0, 1}
    assert set(np.unique(found[5])) == {0, 2}


def test_a_corrected_frame_speaks_for_all_that_it_shows() -> None:
    project = project_with({0: {1: U, 2: U}, 5: {1: Provenance.CORRECTED, 2: M}})
    assert partial_annotations(project) == {}
    assert reach(project, 0, "forward") == range(5)
    assert set(np.unique(starting_masks(project)[5])) == {0, 1, 2}


def test_nothing_painted_is_told() -> None:
    project = project_with({3: {1: M}})
    assert len(reach(project, 0, "forward")) == 0
    with pytest.raises(LipError, match="Paint at least one object"):
        starting_masks(project)
