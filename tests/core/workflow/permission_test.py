"""Who may write which pixels of a frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.importing.result import ImportedFrame
from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.workflow.merging import change_of_import
from lipcore.workflow.permission import Writer, kept_frames, refuse_locked, writable
from tests.helpers import blank_video


@pytest.fixture
def project() -> Project:
    """Objects 1 to 5, of which 5 is locked; on frame 1 each has another provenance and a column of pixels."""
    project = Project.create(blank_video(3, 6, 8))
    labels = np.zeros((6, 8), np.uint8)
    for object_id, provenance in enumerate(Provenance, start=1):
        project.set_object(replace(default_object(object_id), locked=object_id == 5))
        project.set_provenance(1, object_id, Provenance.MODEL if object_id == 5 else provenance)
        labels[:, object_id] = object_id
    project.set_labels(1, labels)
    return project


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (Writer.STROKE, {1, 2, 3, 4}),
        (Writer.REMOVAL, {1, 2, 3, 4}),
        (Writer.CURVE, {1, 2, 3, 4}),
        (Writer.REPLACEMENT, {1, 2, 3, 4}),
        (Writer.MODEL, {1, 2}),
        (Writer.IMPORT, {1, 2}),
    ],
)
def test_locks_hold_against_all_and_a_persons_masks_against_programs(
    project: Project, by: Writer, expected: set[int]
) -> None:
    may = writable(project, 1, by)
    assert {each for each in range(1, 6) if may[each]} == expected
    assert may[0]
    assert may[255] == (by is not Writer.MODEL)


def test_an_object_that_is_new_may_be_written(project: Project) -> None:
    assert all(writable(project, 0, by)[9] for by in Writer)


@pytest.mark.parametrize("replacing", [False, True])
def test_an_import_leaves_locked_objects_alone(project: Project, replacing: bool) -> None:
    imported = ImportedFrame(1, np.full((6, 8), 5, np.uint8))
    imported.labels[:, :3] = 4
    after = change_of_import(project, imported, replace=replacing).after
    assert after.packed is not None
    labels = after.packed.unpack()
    assert (labels[:, 5] == 5).all()
    assert np.count_nonzero(labels == 5) == 6
    assert np.count_nonzero(labels == 4) == (18 if replacing else 6)
    assert after.cell(5) == project.snapshot(1).cell(5)


def test_what_is_locked_is_refused_by_name(project: Project) -> None:
    refuse_locked(project, 1, 2)
    with pytest.raises(LipError, match="Object 5 is locked"):
        refuse_locked(project, 1, 5)


def test_curves_leave_what_was_verified(project: Project) -> None:
    project.set_provenance(1, 3, Provenance.VERIFIED)
    assert not writable(project, 1, Writer.CURVE)[3]
    assert writable(project, 1, Writer.STROKE)[3]
    assert kept_frames(project, 3, Writer.CURVE) == {1}
