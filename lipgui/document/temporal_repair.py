"""Repairs over time as one entry of the history."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from lipcore.errors import LipError
from lipcore.temporal.project import repaired
from lipcore.temporal.track import Mask
from lipcore.workflow.permission import refuse_locked
from lipgui.document.document import Document
from lipgui.document.entry import Entry
from lipgui.document.range_edits import changes_of


def take_repair(document: Document, object_id: int, masks: Mapping[int, Mask], revisions: Mapping[int, int]) -> int:
    """Give the object its repaired `masks` (H, W) bool, by frame, as one entry; the number of frames that changed.

    Frames whose label map has another revision than in `revisions` were edited meanwhile, and stay. LipError if the
    object was removed or locked meanwhile.
    """
    if object_id not in document.project.objects:
        raise LipError(QCoreApplication.translate("Edits", "The object was removed meanwhile."))
    refuse_locked(document.project, object_id)
    frames = [frame for frame in masks if document.project.revision(frame) == revisions[frame]]
    changes = changes_of(document, frames, lambda before: repaired(before, object_id, masks))
    if changes:
        document.push(Entry(document, QCoreApplication.translate("Edits", "Repair over time"), changes))
    return len(changes)
