"""Curves put into a document, and what the user is told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lipcore.errors import LipError
from lipcore.project.provenance import Provenance
from lipcore.workflow.curves import curves_of, draw
from lipgui.document import edits, range_edits
from lipgui.document.curves import Redrawn, put_curves, release_curve
from lipgui.document.document import Document
from tests.core.curves.shapes import moving
from tests.gui.document.helpers import everything, square


def test_a_curve_and_its_masks_are_one_entry(document: Document) -> None:
    before, entries = everything(document), document.stack.count()
    found = put_curves(document, 1, (moving((1, 4), (3, 20)),), "Curve", shown=1)
    assert (found.changed, found.painted, found.verified) == (3, (), ())
    assert [bool(document.labels(frame).any()) for frame in range(5)] == [False, True, True, True, False]
    assert document.stack.count() == entries + 1
    document.undo()
    assert everything(document) == before


def test_frames_that_a_person_painted_or_verified_keep_their_masks(document: Document) -> None:
    edits.paint(document, square(30, 30), frame=2)
    edits.paint(document, square(30, 30), frame=3)
    range_edits.verify_range(document, 3, 3)
    found = put_curves(document, 1, (moving((1, 4), (4, 20)),), "Curve", shown=None)
    assert (found.changed, found.painted, found.verified) == (2, (2,), (3,))
    assert document.project.provenance(3, 1) == Provenance.VERIFIED
    assert int((document.labels(2) == 1).sum()) == 100


def test_a_frame_that_was_edited_meanwhile_is_worked_out_anew(document: Document) -> None:
    curves = (moving((1, 4), (2, 4)),)
    drawn = list(draw(document.project, 1, curves))
    edits.paint(document, square(30, 30), frame=2)
    found = put_curves(document, 1, curves, "Curve", shown=None, drawn=drawn)
    assert (found.changed, found.painted) == (1, (2,))


def test_a_released_curve_leaves_its_masks(document: Document) -> None:
    put_curves(document, 1, (moving((1, 4)), moving((1, 30), number=2)), "Curve", shown=1)
    labels = document.labels(1).copy()
    release_curve(document, 1, 1)
    assert [curve.number for curve in curves_of(document.project, 1)] == [2]
    assert (document.labels(1) == labels).all()


def test_a_locked_object_takes_no_curve(document: Document) -> None:
    edits.edit_object(document, replace(document.project.objects[1], locked=True), "Lock")
    before = everything(document)
    with pytest.raises(LipError, match="locked"):
        put_curves(document, 1, (moving((1, 4)),), "Curve", shown=1)
    assert everything(document) == before


@pytest.mark.parametrize(
    ("redrawn", "told"),
    [
        (Redrawn(1, (), ()), ""),
        (Redrawn(7, (), ()), "The curve drew the masks of 7 frames."),
        (Redrawn(7, (), (4,)), "Frame 4 keeps its mask: you painted or verified it."),
        (Redrawn(7, (1, 2), (4,)), "3 frames keep their masks, which you painted or verified; 7 were drawn."),
    ],
)
def test_what_is_told(redrawn: Redrawn, told: str) -> None:
    assert redrawn.told() == told
