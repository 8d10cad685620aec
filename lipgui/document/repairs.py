"""Repairs of one object's mask on the shown frame, each as one entry of the history."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from lipcore import mask_operations
from lipcore.errors import LipError
from lipcore.project.provenance import after_stroke
from lipcore.project.snapshots import Cell
from lipcore.workflow.permission import refuse_locked
from lipgui.basics.translation import QT_TRANSLATE_NOOP
from lipgui.document.document import Document
from lipgui.document.entry import Entry

translate = QCoreApplication.translate
_STEP = 2  # pixels by which a mask grows or shrinks

REPAIRS: dict[str, tuple[str, Callable[[NDArray[np.bool_]], NDArray[np.bool_]]]] = {
    "fill_holes": (QT_TRANSLATE_NOOP("Edits", "Fill holes"), mask_operations.fill_holes),
    "remove_islands": (QT_TRANSLATE_NOOP("Edits", "Remove islands"), mask_operations.remove_islands),
    "grow": (QT_TRANSLATE_NOOP("Edits", "Grow mask"), partial(mask_operations.grow, pixels=_STEP)),
    "shrink": (QT_TRANSLATE_NOOP("Edits", "Shrink mask"), partial(mask_operations.shrink, pixels=_STEP)),
    "smooth": (QT_TRANSLATE_NOOP("Edits", "Smooth mask"), mask_operations.smooth),
}


def repair_object(document: Document, name: str) -> None:
    """Repair the selected object's mask on the shown frame; LipError if there is nothing to repair."""
    project, frame, object_id = document.project, document.frame, document.object_id
    text, operation = REPAIRS[name]
    done = translate("Edits", text)
    refuse_locked(project, object_id)
    if object_id not in project.objects or not project.areas[frame, object_id]:
        raise LipError(translate("Edits", "The selected object has no mask on frame {0}.").format(frame))
    after = mask_operations.operated(document.labels(frame), object_id, operation, document.locked_ids())
    change = project.change(frame, after, [Cell(object_id, after_stroke(project.provenance(frame, object_id)))])
    if not change.changes_pixels:
        raise LipError(translate("Edits", "{0}: nothing to change on frame {1}.").format(done, frame))
    document.push(Entry(document, done, [change]))
