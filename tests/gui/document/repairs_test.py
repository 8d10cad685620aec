"""Repairs of the selected object's mask."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.project.provenance import Provenance
from lipgui.document import edits
from lipgui.document.document import Document
from lipgui.document.repairs import REPAIRS, repair_object
from tests.gui.document.helpers import everything, push_run, square


@pytest.mark.parametrize("name", sorted(REPAIRS))
def test_every_repair_is_one_entry_that_is_undone(document: Document, name: str) -> None:
    holed = (square(10, 10, 20) & ~square(15, 15, 4)) | square(40, 50, 2)
    edits.paint(document, holed)
    before, entries = everything(document), document.stack.count()
    repair_object(document, name)
    assert document.stack.count() == entries + 1
    mask = document.labels(0) == 1
    what = {
        "fill_holes": lambda: mask[15:19, 15:19].all(),
        "remove_islands": lambda: not mask[40:, 50:].any(),
        "grow": lambda: mask[8, 15] and not mask[7, 15],
        "shrink": lambda: mask[12, 15] and not mask[11, 15],
        "smooth": lambda: not np.array_equal(mask, holed),
    }
    assert what[name]()
    document.undo()
    assert everything(document) == before


def test_a_repaired_mask_of_the_network_is_a_correction(document: Document) -> None:
    push_run(document, 0, job=1)
    repair_object(document, "grow")
    assert document.project.provenance(0, 1) == Provenance.CORRECTED


def test_why_nothing_is_repaired_is_said(document: Document) -> None:
    with pytest.raises(LipError, match="no mask on frame 0"):
        repair_object(document, "grow")
    edits.paint(document, square(10, 10))
    with pytest.raises(LipError, match="Fill holes: nothing to change on frame 0"):
        repair_object(document, "fill_holes")
    edits.edit_object(document, replace(document.project.objects[1], locked=True), "Lock")
    with pytest.raises(LipError, match="locked"):
        repair_object(document, "grow")
