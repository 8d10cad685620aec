"""Masks mended over frames as one entry of the history."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from lipcore.errors import LipError
from lipcore.workflow.mending import Mended, mended
from lipcore.workflow.permission import Writer, refuse_locked
from lipgui.document.document import Document
from lipgui.document.entry import Entry
from lipgui.document.range_edits import changes_of


def take_mended(
    document: Document, masks: Mended, revisions: Mapping[int, int], by: Writer, title: str
) -> tuple[int, int]:
    """Give objects their new `masks` as one entry, as far as `by` may; how many frames changed, and how many were left.

    Those are left whose label map has another revision than in `revisions`: they were edited meanwhile. LipError if an
    object was removed or locked meanwhile.
    """
    project = document.project
    if not masks.keys() <= project.objects.keys():
        raise LipError(QCoreApplication.translate("Edits", "The object was removed meanwhile."))
    refuse_locked(project, *masks)
    wanted = sorted({frame for each in masks.values() for frame in each})
    frames = [frame for frame in wanted if project.revision(frame) == revisions[frame]]
    changes = changes_of(document, frames, lambda before: mended(project, before, masks, by))
    if changes:
        document.push(Entry(document, title, changes))
    return len(changes), len(wanted) - len(frames)
