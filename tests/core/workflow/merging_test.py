from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.propagation.result import FrameResult, InstanceResult
from lipcore.workflow.merging import change_of_result
from tests.helpers import blank_video


def project_with(provenances: dict[int, Provenance], labels: np.ndarray) -> Project:
    project = Project.create(blank_video(frames=2, height=6, width=8))
    for object_id, provenance in provenances.items():
        project.set_object(default_object(object_id))
        project.set_provenance(1, object_id, provenance)
    project.set_labels(1, labels)
    return project


maps = st.lists(st.integers(0, 4), min_size=48, max_size=48).map(lambda ids: np.uint8(ids).reshape(6, 8))
owners = st.fixed_dictionaries({each: st.sampled_from(list(Provenance)) for each in (1, 2, 3)})


@settings(max_examples=200, deadline=None)
@given(maps, maps, owners, st.frozensets(st.sampled_from((1, 2, 3))), st.frozensets(st.sampled_from((1, 2, 3))))
def test_only_what_may_be_written_changes(
    before: np.ndarray, found: np.ndarray, owner: dict[int, Provenance], only: frozenset[int], locked: frozenset[int]
) -> None:
    project = project_with(owner, before)
    result = FrameResult(1, found, (), 0.0)
    for each in locked:
        project.set_object(replace(default_object(each), locked=True))
    asked = only or frozenset({1, 2, 3})
    project.restore(change_of_result(project, result, asked).after)
    after = project.labels(1)
    for each in (1, 2, 3):
        kept = owner[each] >= Provenance.USER or each in locked or (bool(only) and each not in only)
        if kept:
            assert np.array_equal(after == each, before == each)
            assert project.provenance(1, each) == owner[each]
        else:
            assert not np.any((after == each) & (found != each))
            assert project.provenance(1, each) == Provenance.MODEL
    assert np.array_equal(after == 4, before == 4)


def test_scores_and_boxes_come_with_the_masks_and_the_same_result_changes_nothing() -> None:
    labels = np.zeros((6, 8), np.uint8)
    labels[1:3, 1:4] = 1
    project = project_with({1: Provenance.NONE}, np.zeros((6, 8), np.uint8))
    result = FrameResult(1, labels, (InstanceResult(1, (1.1, 1.0, 4.0, 3.0), 0.9, 0.7),), 0.1)
    project.restore(change_of_result(project, result, frozenset({1})).after)
    assert np.array_equal(project.labels(1), labels)
    assert project.scores[1, 1] == np.float32(0.7)
    assert project.boxes[1, 1].tolist() == [np.float32(1.1), 1, 4, 3]
    assert change_of_result(project, result, frozenset({1})).is_empty()


def test_ignored_pixels_of_a_result_are_background() -> None:
    project = project_with({1: Provenance.NONE}, np.zeros((6, 8), np.uint8))
    result = FrameResult(1, np.full((6, 8), 255, np.uint8), (), 0.0)
    project.restore(change_of_result(project, result, frozenset({1})).after)
    assert not project.labels(1).any()
