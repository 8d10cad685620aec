"""Verbs of the user, each one entry of the history."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.importing.result import ImportedFrame
from lipcore.project.objects import VideoObject
from lipcore.project.provenance import Provenance
from lipgui.document import edits
from lipgui.document.document import Document
from tests.gui.document.helpers import everything, push_run, square


def test_painting_where_the_model_was_is_a_correction(document: Document) -> None:
    push_run(document, 0, job=1)
    edits.paint(document, square(25, 25))
    assert document.project.provenance(0, 1) == Provenance.CORRECTED


def test_erasing_takes_pixels_from_the_selected_object_only(document: Document) -> None:
    edits.paint(document, square(0, 0))
    edits.add_object(document)
    edits.paint(document, square(0, 20))
    edits.paint(document, np.ones((48, 64), bool), erase=True)
    assert set(np.unique(document.labels(0))) == {0, 1}


def test_a_locked_object_is_neither_painted_nor_painted_over(document: Document) -> None:
    edits.paint(document, square(0, 0))
    edits.edit_object(document, replace(document.project.objects[1], locked=True), "Lock")
    with pytest.raises(LipError, match="locked"):
        edits.paint(document, square(20, 20))
    edits.add_object(document)
    edits.paint(document, np.ones((48, 64), bool))
    assert (document.labels(0)[:10, :10] == 1).all()


def test_removing_an_object_clears_every_frame_and_comes_back_with_one_undo(document: Document) -> None:
    for frame in (0, 5):
        document.go_to(frame)
        edits.paint(document, square(frame, 3))
    before = everything(document)
    edits.remove_object(document, 1)
    assert not document.project.areas[:, 1].any()
    assert 1 not in document.project.objects
    document.undo()
    assert everything(document) == before


def test_a_locked_object_is_neither_removed_nor_split(document: Document) -> None:
    edits.paint(document, square(0, 0) | square(20, 20))
    edits.edit_object(document, replace(document.project.objects[1], locked=True), "Lock")
    before = everything(document)
    with pytest.raises(LipError, match="Object 1 is locked"):
        edits.remove_object(document, 1)
    with pytest.raises(LipError, match="Object 1 is locked"):
        edits.split_object(document, 1, 0, 5)
    with pytest.raises(LipError, match="Object 1 is locked"):
        edits.split_part(document, 1, 0, 5, 25, 25)
    assert everything(document) == before


def test_painting_what_is_there_already_is_no_entry(document: Document) -> None:
    edits.paint(document, square(5, 5))
    entries = document.stack.count()
    edits.paint(document, square(6, 6, 4))
    edits.paint(document, square(30, 30), erase=True)
    assert document.stack.count() == entries


def test_a_stroke_gives_and_takes_at_once(document: Document) -> None:
    edits.paint(document, square(5, 5))
    edits.paint(document, square(20, 20), taken=square(5, 5, 4))
    assert document.labels(0)[20, 20] == 1
    assert not document.labels(0)[5:9, 5:9].any()
    assert document.labels(0)[12, 12] == 1


def test_an_object_is_added_under_the_lowest_free_id_until_none_is_left(document: Document) -> None:
    edits.add_object(document)
    edits.remove_object(document, 1)
    assert edits.add_object(document) == 1 == document.object_id
    while document.project.free_object_id() is not None:
        edits.add_object(document)
    with pytest.raises(LipError, match="at most 254 objects"):
        edits.add_object(document)


def test_an_object_that_is_as_it_was_is_no_entry(document: Document) -> None:
    entries, one = document.stack.count(), document.project.objects[1]
    edits.edit_object(document, one, "Rename")
    assert document.stack.count() == entries
    edits.edit_object(document, replace(one, name="Dog"), "Rename")
    document.undo()
    assert document.project.objects[1] == one


def test_a_split_names_the_new_object_after_the_old_one_and_selects_it(document: Document) -> None:
    for frame in range(3):
        edits.paint(document, square(5, 5) | square(30, 30), frame=frame)
    before = everything(document)
    new = edits.split_part(document, 1, 0, 1, 30, 30)
    assert document.object_id == new == 2
    assert document.project.objects[2].name == "Object 1 (2)"
    assert [int(document.labels(frame)[35, 35]) for frame in range(3)] == [2, 2, 1]
    assert (document.labels(0)[5:15, 5:15] == 1).all()
    document.undo()
    assert everything(document) == before
    assert edits.split_object(document, 1, 2, 2) == 2
    assert [set(np.unique(document.labels(frame)).tolist()) for frame in (1, 2)] == [{0, 1}, {0, 2}]


def test_an_import_keeps_what_a_person_painted_and_adds_its_objects(document: Document) -> None:
    edits.paint(document, square(5, 5), frame=1)
    before = everything(document)
    labels = np.full((48, 64), 7, np.uint8)
    named = {7: VideoObject(7, "Dog", (9, 8, 7)), 8: VideoObject(8, "Cat", (1, 1, 1))}
    assert edits.take_import(document, named, [ImportedFrame(1, labels), ImportedFrame(2, labels)]) == 2
    assert document.labels(1)[5, 5] == 1
    assert (document.labels(2) == 7).all()
    assert document.project.objects[7].name == "Dog"
    document.undo()
    assert everything(document) == before
