"""Edits of ranges of frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.project.mask_store import PackedLabels
from lipcore.project.provenance import Provenance
from lipgui.document import edits, range_edits
from lipgui.document.document import Document
from tests.gui.document.helpers import everything, push_run, square


def test_clearing_a_range_leaves_the_frames_outside_and_locked_objects(document: Document) -> None:
    for frame in range(6):
        document.go_to(frame)
        edits.paint(document, square(1, 1))
    assert range_edits.clear_range(document, 2, 4) == 3
    assert [frame for frame in range(6) if document.labels(frame).any()] == [0, 1, 5]
    edits.edit_object(document, replace(document.project.objects[1], locked=True), "Lock")
    assert range_edits.clear_range(document, 0, 5) == 0


def test_marking_verified_changes_no_pixel_and_is_undone(document: Document) -> None:
    push_run(document, 1, job=1)
    pixels = document.labels(1).copy()
    assert range_edits.verify_range(document, 0, 11) == 1
    assert document.project.provenance(1, 1) == Provenance.VERIFIED
    assert np.array_equal(document.labels(1), pixels)
    document.undo()
    assert document.project.provenance(1, 1) == Provenance.MODEL


def test_swapping_two_objects_twice_gives_everything_back(document: Document) -> None:
    edits.paint(document, square(0, 0))
    edits.add_object(document)
    edits.paint(document, square(20, 20))
    push_run(document, 2, job=1)
    before = everything(document)
    range_edits.swap_objects(document, 0, 11, 1, 2)
    assert document.labels(0)[0, 0] == 2
    assert document.labels(0)[20, 20] == 1
    assert document.project.provenance(2, 2) == Provenance.MODEL
    range_edits.swap_objects(document, 0, 11, 1, 2)
    assert everything(document) == before


def test_merging_gives_one_object_the_pixels_of_both(document: Document) -> None:
    edits.paint(document, square(0, 0))
    edits.add_object(document)
    edits.paint(document, square(20, 20))
    range_edits.merge_objects(document, 0, 11, 2, 1)
    assert int((document.labels(0) == 1).sum()) == 200
    assert document.project.provenance(0, 1) == Provenance.USER
    assert document.project.provenance(0, 2) == Provenance.NONE


def test_a_mask_that_cannot_be_read_stops_the_edit_of_a_range_before_it_begins(document: Document) -> None:
    for frame in range(4):
        push_run(document, frame, job=1)
    damaged = PackedLabels(48, 64, "png", b"no picture")
    document.project.set_packed(3, damaged, document.project.areas[3].copy())
    provenances, entries = document.project.provenances.copy(), document.stack.count()
    with pytest.raises(LipError, match="of frame 3"):
        range_edits.clear_range(document, 0, 11)
    assert all(document.labels(frame).any() for frame in range(3))
    assert np.array_equal(document.project.provenances, provenances)
    assert document.stack.count() == entries


def test_clearing_can_leave_what_a_person_answers_for(document: Document) -> None:
    edits.paint(document, square(1, 1), frame=1)
    push_run(document, 2, job=1)
    assert range_edits.annotated_in(document, 0, 11) == 1
    assert range_edits.clear_range(document, 0, 11, keep_annotated=True) == 1
    assert document.labels(1).any()
    assert not document.labels(2).any()


def test_a_verification_is_taken_back_to_what_it_was(document: Document) -> None:
    push_run(document, 1, job=1)
    edits.paint(document, square(1, 1), frame=2)
    range_edits.verify_range(document, 0, 11)
    assert range_edits.unverify_range(document, 0, 11) == 2
    assert document.project.provenance(1, 1) == Provenance.MODEL
    assert document.project.provenance(2, 1) == Provenance.USER
    assert range_edits.unverify_range(document, 0, 11) == 0


def test_only_the_objects_named_are_verified(document: Document) -> None:
    push_run(document, 1, job=1)
    assert range_edits.verify_range(document, 0, 11, [2]) == 0
    assert range_edits.verify_range(document, 0, 11, [1]) == 1


def test_a_mask_is_copied_to_the_frame_in_view(document: Document) -> None:
    edits.paint(document, square(1, 1))
    document.go_to(4)
    range_edits.copy_object(document, 0)
    assert np.array_equal(document.labels(4), document.labels(0))
    before = everything(document)
    for source in (9, 99, -1):
        with pytest.raises(LipError, match=f"no mask on frame {source}"):
            range_edits.copy_object(document, source)
    edits.edit_object(document, replace(document.project.objects[1], locked=True), "Lock")
    document.go_to(5)
    with pytest.raises(LipError, match="locked"):
        range_edits.copy_object(document, 0)
    document.undo()
    assert everything(document) == before
