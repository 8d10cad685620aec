"""Mended masks in a project: the one permission, other objects' pixels, and what is known of the cells."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.project.objects import VideoObject
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell
from lipcore.workflow.mending import mended, track_of, with_masks
from lipcore.workflow.permission import Writer, kept_frames, writable
from tests.helpers import blank_video

FRAMES = 6  # one of each provenance, and one more


@pytest.fixture
def project() -> Project:
    """Object 1 on every frame, object 2 beside it; frame t has provenance t."""
    made = Project.create(blank_video(FRAMES))
    for number in (1, 2):
        made.set_object(VideoObject(number, f"Object {number}", (1, 2, 3)))
    for frame in range(FRAMES):
        labels = np.zeros((48, 64), np.uint8)
        labels[10:20, 10:20], labels[10:20, 22:30], labels[0] = 1, 2, 255
        box = (10.0, 10.0, 20.0, 20.0)
        made.restore(made.snapshot(frame).changed(labels, [Cell(1, min(frame, 4), 0.5, box)]))
    return made


def larger() -> np.ndarray:
    mask = np.zeros((48, 64), bool)
    mask[:25, 5:28] = True
    return mask


@pytest.mark.parametrize("by", list(Writer))
@pytest.mark.parametrize("locked", [False, True])
def test_kept_frames_are_those_where_nothing_may_be_written(project: Project, by: Writer, locked: bool) -> None:
    project.set_object(VideoObject(1, "Object 1", (1, 2, 3), locked=locked))
    expected = {frame for frame in range(FRAMES) if not writable(project, frame, by)[1]}
    assert kept_frames(project, 1, by) == expected


def test_what_a_person_made_stays_unless_told_otherwise(project: Project) -> None:
    masks = {1: dict.fromkeys(range(FRAMES), larger())}
    before = [project.snapshot(frame) for frame in range(FRAMES)]
    changed = {snapshot.frame: snapshot for snapshot in mended(project, before, masks)}
    assert sorted(changed) == [0, 1]
    assert {snapshot.cell(1).provenance for snapshot in changed.values()} == {Provenance.MODEL}
    told = {snapshot.frame: snapshot for snapshot in mended(project, before, masks, Writer.REPLACEMENT)}
    assert [told[frame].cell(1).provenance for frame in range(FRAMES)] == [1, 1, 2, 3, 3, 3]


def test_others_and_ignored_pixels_stay(project: Project) -> None:
    (after,) = mended(project, [project.snapshot(1)], {1: {1: larger()}})
    assert after.packed is not None
    labels, before = after.packed.unpack(), project.labels(1)
    np.testing.assert_array_equal(labels == 2, before == 2)
    np.testing.assert_array_equal(labels == 255, before == 255)
    np.testing.assert_array_equal(labels == 1, larger() & (before != 2) & (before != 255))
    assert after.cell(1).score == pytest.approx(0.5, abs=0.01)
    assert after.cell(1).box == (5, 1, 28, 25)


def test_a_mask_that_vanishes_has_no_score(project: Project) -> None:
    (after,) = mended(project, [project.snapshot(1)], {1: {1: np.zeros((48, 64), bool)}})
    assert (after.cell(1).score, after.cell(1).box, after.cell(1).area) == (None, None, 0)


def test_objects_are_changed_together_and_take_nothing_from_each_other(project: Project) -> None:
    masks = {1: {1: larger()}, 2: {1: np.roll(larger(), 10, axis=1)}}
    (after,) = mended(project, [project.snapshot(1)], masks)
    assert after.packed is not None
    labels, before = after.packed.unpack(), project.labels(1)
    assert ((labels == 1) >= (before == 1)).all()
    assert ((labels == 2) >= (before == 2)).all()
    assert (labels == 2).sum() > (before == 2).sum()


def test_frames_that_stay_are_not_given(project: Project) -> None:
    same = {1: {1: project.labels(1) == 1}}
    assert list(mended(project, [project.snapshot(1)], same)) == []


def test_a_pixel_given_up_is_background(project: Project) -> None:
    labels = project.labels(1)
    after = with_masks(labels, {1: np.zeros(labels.shape, bool), 2: np.ones(labels.shape, bool)})
    assert set(np.unique(after)) == {0, 2, 255}
    np.testing.assert_array_equal(after == 0, labels == 1)


def test_the_track_knows_the_same(project: Project) -> None:
    track = track_of(project, blank_video(FRAMES), 1)
    assert [track.is_fixed(frame) for frame in range(FRAMES)] == [False, False, True, True, True, True]
    assert not track_of(project, blank_video(FRAMES), 1, Writer.REPLACEMENT).is_fixed(4)
    np.testing.assert_array_equal(track.mask(2), project.labels(2) == 1)


def test_locked_and_unknown_objects_are_sentences(project: Project) -> None:
    project.set_object(VideoObject(1, "dog", (1, 2, 3), locked=True))
    with pytest.raises(LipError, match="dog is locked"):
        track_of(project, blank_video(FRAMES), 1)
    with pytest.raises(LipError, match="no object 9"):
        track_of(project, blank_video(FRAMES), 9)
