"""Mended masks taken into a document."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.project.provenance import Provenance
from lipcore.workflow.permission import Writer
from lipgui.document import edits
from lipgui.document.document import Document
from lipgui.document.mending import take_mended
from tests.gui.document.helpers import everything, push_run, square

MASKS = {1: {1: square(20, 20), 2: square(20, 20)}}


def revisions(document: Document) -> dict[int, int]:
    return {frame: document.project.revision(frame) for frame in range(12)}


def test_mended_masks_are_one_entry_and_frames_edited_meanwhile_stay(document: Document) -> None:
    for frame in (1, 2):
        push_run(document, frame, job=1)
    known = revisions(document)
    edits.paint(document, square(0, 0, 4), frame=2)
    before = everything(document)
    assert take_mended(document, MASKS, known, Writer.MODEL, "Fill gaps") == (1, 1)
    assert np.array_equal(document.labels(1) == 1, square(20, 20))
    assert document.labels(2)[0, 0] == 1
    document.undo()
    assert everything(document) == before


def test_what_a_person_painted_stays_where_the_network_writes(document: Document) -> None:
    edits.paint(document, square(0, 0), frame=1)
    push_run(document, 2, job=1)
    assert take_mended(document, MASKS, revisions(document), Writer.MODEL, "Fill gaps") == (1, 0)
    assert document.project.provenance(1, 1) == Provenance.USER
    assert document.labels(1)[0, 0] == 1


def test_an_object_that_was_removed_or_locked_meanwhile_is_said(document: Document) -> None:
    push_run(document, 1, job=1)
    known = revisions(document)
    with pytest.raises(LipError, match="removed meanwhile"):
        take_mended(document, {5: {1: square(20, 20)}}, known, Writer.MODEL, "Fill gaps")
    edits.edit_object(document, replace(document.project.objects[1], locked=True), "Lock")
    before = everything(document)
    with pytest.raises(LipError, match="locked"):
        take_mended(document, MASKS, known, Writer.MODEL, "Fill gaps")
    assert everything(document) == before
