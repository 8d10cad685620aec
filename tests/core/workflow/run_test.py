"""What a run writes: nothing that was edited meanwhile, and no mask that a correction makes worse."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell
from lipcore.propagation.result import FrameResult, InstanceResult
from lipcore.workflow.run import PropagationRun
from tests.helpers import Labels, blank_video

BOX = (0.0, 0.0, 4.0, 4.0)


def columns(*ids: int) -> Labels:
    """A label map (8, 16) in which object k fills columns 2k and 2k + 1."""
    labels = np.zeros((8, 16), np.uint8)
    for object_id in ids:
        labels[:, 2 * object_id : 2 * object_id + 2] = object_id
    return labels


def result(frame: int, *ids: int, quality: float = 0.8, is_final: bool = True) -> FrameResult:
    instances = tuple(InstanceResult(each, BOX, 0.9, quality) for each in ids)
    return FrameResult(frame, columns(*ids), instances, 0.1, is_final)


@pytest.fixture
def project() -> Project:
    """Objects 1 and 2 painted on frame 0 of six; 3 is known as well."""
    project = Project.create(blank_video(6, 8, 16))
    for object_id in (1, 2, 3):
        project.set_object(default_object(object_id))
    edit(project, 0, columns(1, 2), 1, 2)
    return project


def edit(project: Project, frame: int, labels: Labels, *ids: int, provenance: Provenance = Provenance.USER) -> None:
    project.restore(project.change(frame, labels, [Cell(each, provenance) for each in ids]).after)


def take(run: PropagationRun, found: FrameResult) -> None:
    change = run.take(found)
    if change is not None:
        run.project.restore(change.after)


def forward(project: Project, correction: bool = False) -> PropagationRun:
    return PropagationRun(project, range(6), "forward", correction=correction)


def test_a_new_object_painted_meanwhile_leaves_the_others_their_masks(project: Project) -> None:
    run = forward(project)
    edit(project, 4, columns(3), 3)
    take(run, result(4, 1, 2))
    np.testing.assert_array_equal(project.labels(4), columns(1, 2, 3))
    assert project.provenances[4, 1:4].tolist() == [Provenance.MODEL, Provenance.MODEL, Provenance.USER]
    assert run.edited == 1


def test_a_mask_that_was_painted_over_meanwhile_is_not_an_edited_one(project: Project) -> None:
    edit(project, 3, columns(1, 2), 1, 2, provenance=Provenance.MODEL)
    run = forward(project)
    labels = columns(1, 2)
    labels[:4, 2:4] = 3
    edit(project, 3, labels, 3)
    found = result(3, 1, 2)
    take(run, FrameResult(3, np.roll(found.labels, 1, axis=1), found.instances, 0.1))
    after = project.labels(3)
    assert (after[:4, 2:4] == 3).all()
    assert (after[:, 4] == 1).all()
    assert (after[:, 6] == 2).all()


@pytest.mark.parametrize("how", ["clear", "swap"])
def test_masks_that_were_cleared_or_swapped_meanwhile_stay_so(project: Project, how: str) -> None:
    edit(project, 3, columns(1, 2), 1, 2, provenance=Provenance.MODEL)
    run = forward(project)
    if how == "clear":
        project.restore(project.change(3, columns(2), [Cell(1)]).after)
        expected = columns(2)
    else:
        swapped = columns(1, 2)
        expected = np.where(swapped == 1, 2, np.where(swapped == 2, 1, 0)).astype(np.uint8)
        project.restore(project.change(3, expected).after)
    take(run, result(3, 1, 2))
    np.testing.assert_array_equal(project.labels(3), expected)


def test_what_was_not_looked_for_is_not_known_to_be_absent(project: Project) -> None:
    run = forward(project)
    found = result(2, 1)
    take(run, FrameResult(2, found.labels, found.instances, 0.1, sought=frozenset({1})))
    assert project.provenances[2, 1:3].tolist() == [Provenance.MODEL, Provenance.NONE]


def test_a_final_result_replaces_the_one_before_and_the_frame_counts_once(project: Project) -> None:
    edit(project, 5, columns(1, 2), 1, 2)
    run = PropagationRun(project, range(6), "both")
    assert run.total == 5 + 4 + 1
    take(run, result(3, 1, is_final=False))
    assert (run.reports, run.left) == (1, 6)
    np.testing.assert_array_equal(project.labels(3), columns(1))
    take(run, result(3, 1, 2))
    assert (run.reports, run.left) == (2, 5)
    np.testing.assert_array_equal(project.labels(3), columns(1, 2))


def test_a_cell_edited_between_both_results_stays(project: Project) -> None:
    edit(project, 5, columns(1, 2), 1, 2)
    run = PropagationRun(project, range(6), "both")
    take(run, result(3, 1, 2, is_final=False))
    project.restore(project.change(3, columns(2), [Cell(1)]).after)
    take(run, result(3, 1, 2))
    np.testing.assert_array_equal(project.labels(3), columns(2))


def test_a_correction_keeps_masks_that_look_better_than_the_new_ones_and_offers_those(project: Project) -> None:
    take(forward(project), result(2, 1, 2, quality=0.8))
    run = forward(project, correction=True)
    found = result(2, 2, quality=0.75)  # 1 is lost, 2 is about as good as before
    take(run, FrameResult(2, np.roll(found.labels, 1, axis=1), found.instances, 0.1))
    assert (project.labels(2)[:, 2:4] == 1).all()
    assert (project.labels(2)[:, 5] == 2).all()
    assert project.scores[2, 1:3].tolist() == [np.float32(0.8), np.float32(0.75)]
    assert list(run.offers) == [(2, 1)]
    offer = run.offers[2, 1]
    assert (offer.kept, offer.offered, offer.after.cell(1).area) == (pytest.approx(0.8), 0, 0)


def test_a_correction_compares_with_the_masks_from_before_it_not_with_its_own_first_ones(project: Project) -> None:
    take(forward(project), result(2, 1, quality=0.6))
    edit(project, 5, columns(1, 2), 1, 2)
    run = PropagationRun(project, range(6), "both", correction=True)
    take(run, result(2, 1, quality=0.95, is_final=False))
    take(run, result(2, 1, quality=0.65))
    assert project.scores[2, 1] == np.float32(0.65)
    assert run.offers == {}


def test_a_plain_run_writes_worse_masks_too(project: Project) -> None:
    take(forward(project), result(2, 1, 2, quality=0.8))
    take(forward(project), result(2, 2, quality=0.1))
    np.testing.assert_array_equal(project.labels(2), columns(2))


def test_a_run_goes_on_where_it_was_stopped_and_knows_what_was_undone(project: Project) -> None:
    run = forward(project)
    for frame in range(4):
        take(run, result(frame, 1, 2))
    run.begin()
    assert (run.done, run.reports, run.left) == ({0, 1, 2, 3}, 4, 2)
    project.restore(project.change(3, columns(), [Cell(1), Cell(2)]).after)
    run.begin()
    assert (run.done, run.reports, run.left) == ({0, 1, 2}, 3, 3)


def test_on_a_frame_where_one_object_was_corrected_the_others_keep_their_scores(project: Project) -> None:
    take(forward(project), result(3, 1, 2, quality=0.6))
    edit(project, 3, columns(1, 2), 1, provenance=Provenance.CORRECTED)
    run = PropagationRun(project, range(6), "both", correction=True)
    take(run, result(3, 1, 2, quality=1.0))  # it starts from both masks, so it finds them as they are
    assert project.provenances[3, 1:3].tolist() == [Provenance.CORRECTED, Provenance.MODEL]
    assert project.scores[3, 2] == np.float32(0.6)
    assert 3 in run.done
