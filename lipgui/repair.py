"""Repairs of one object's mask on the shown frame, each as one entry of the history."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.project.provenance import after_stroke
from lipgui import mask_operations
from lipgui.changes import Cell, frame_change
from lipgui.commands import EditFrames
from lipgui.document import Document

_STEP = 2  # pixels by which a mask grows or shrinks

REPAIRS: dict[str, tuple[str, Callable[[NDArray[np.bool_]], NDArray[np.bool_]]]] = {
    "fill_holes": ("Fill holes", mask_operations.fill_holes),
    "remove_islands": ("Remove islands", mask_operations.remove_islands),
    "grow": ("Grow mask", partial(mask_operations.grow, pixels=_STEP)),
    "shrink": ("Shrink mask", partial(mask_operations.shrink, pixels=_STEP)),
    "smooth": ("Smooth mask", mask_operations.smooth),
}


def repair_object(document: Document, name: str) -> None:
    """Repair the selected object's mask on the shown frame; LipError if there is nothing to repair."""
    project, frame, object_id = document.project, document.frame, document.object_id
    text, operation = REPAIRS[name]
    if object_id in document.locked_ids():
        raise LipError(f"{project.objects[object_id].name} is locked: unlock it to change it.")
    if object_id not in project.objects or not project.areas[frame, object_id]:
        raise LipError(f"The selected object has no mask on frame {frame}.")
    after = mask_operations.operated(document.labels(frame), object_id, operation, document.locked_ids())
    cell = Cell(after_stroke(project.provenance(frame, object_id)))
    change = frame_change(project, frame, after, [(object_id, cell)])
    if change.before is None:
        raise LipError(f"{text}: nothing to change on frame {frame}.")
    document.push(EditFrames(document, text, [change]))
