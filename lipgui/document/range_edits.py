"""Edits of ranges of frames, each as one entry of the history: clear, swap, merge, verify and copy."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QCoreApplication

from lipcore.errors import LipError
from lipcore.project import identity
from lipcore.project.provenance import Provenance, after_stroke
from lipcore.project.snapshots import FrameSnapshot
from lipgui.document.changes import Cell, FrameChange, change_between, frame_change
from lipgui.document.document import Document
from lipgui.document.entry import Entry

translate = QCoreApplication.translate


def changes_of(
    document: Document, frames: range, operation: Callable[[Iterable[FrameSnapshot]], Iterator[FrameSnapshot]]
) -> list[FrameChange]:
    """What an operation of `lipcore.project.identity` changes in `frames`; nothing is made yet."""
    before = {frame: document.project.snapshot(frame) for frame in frames}
    changes = (change_between(document.project, before[after.frame], after) for after in operation(before.values()))
    return [change for change in changes if not change.is_empty()]


def clear_range(
    document: Document, first: int, last: int, objects: Collection[int] = (), keep_annotated: bool = False
) -> int:
    """Remove the masks of some objects (none: of all) from frames `first` to `last`; frames changed.

    Locked objects stay, and with `keep_annotated` all that a person painted, corrected or verified.
    """
    ids = sorted(set(objects or document.project.objects) - document.locked_ids())
    changes = changes_of(document, range(first, last + 1), lambda frames: identity.remove(frames, ids, keep_annotated))
    return _push(document, translate("Edits", "Clear"), changes)


def swap_objects(document: Document, first: int, last: int, one: int, two: int) -> int:
    """Let two objects change identities in frames `first` to `last`; frames changed. LipError if one is locked."""
    _refuse_locked(document, one, two)
    changes = changes_of(document, range(first, last + 1), lambda frames: identity.swap(frames, one, two))
    return _push(document, translate("Edits", "Swap identities"), changes)


def merge_objects(document: Document, first: int, last: int, source: int, target: int) -> int:
    """Give the masks of `source` to `target` in frames `first` to `last`; frames changed. LipError if one is locked."""
    _refuse_locked(document, source, target)
    changes = changes_of(document, range(first, last + 1), lambda frames: identity.merge(frames, source, target))
    return _push(document, translate("Edits", "Merge objects"), changes)


def annotated_in(document: Document, first: int, last: int, objects: Collection[int] = ()) -> int:
    """In how many of the frames `first` to `last` a person answers for one of these objects (none: any unlocked)."""
    ids = sorted(set(objects or document.project.objects) - document.locked_ids())
    cells = document.project.provenances[first : last + 1][:, ids]
    return int((cells >= Provenance.USER).any(axis=1).sum())


def verify_range(document: Document, first: int, last: int, objects: Collection[int] = ()) -> int:
    """Mark what exists of some objects (none: of all) in frames `first` to `last` as right; the number of cells."""
    project = document.project
    cells = project.provenances[first : last + 1].copy()
    if objects:
        cells[:, ~np.isin(np.arange(256), list(objects))] = 0
    changes, count = [], 0
    for offset in np.flatnonzero(((cells > Provenance.NONE) & (cells < Provenance.VERIFIED)).any(axis=1)):
        frame = first + int(offset)
        marked = []
        for each in np.flatnonzero((cells[offset] > Provenance.NONE) & (cells[offset] < Provenance.VERIFIED)):
            old = document.cell(frame, int(each))
            marked.append((int(each), replace(old, provenance=Provenance.VERIFIED)))
        changes.append(frame_change(project, frame, None, marked))
        count += len(marked)
    _push(document, translate("Edits", "Mark verified"), changes)
    return count


def copy_object(document: Document, source: int) -> None:
    """Give the selected object, on the shown frame, the mask it has on frame `source`; LipError if it has none."""
    project, frame, object_id = document.project, document.frame, document.object_id
    if not 0 <= source < project.frame_count or not project.areas[source, object_id]:
        raise LipError(translate("Edits", "The object has no mask on frame {0}.").format(source))
    _refuse_locked(document, object_id)
    before = document.labels(frame)
    after = before.copy()
    after[after == object_id] = 0
    wanted = document.labels(source) == object_id
    after[wanted & ~np.isin(before, list(document.locked_ids()))] = object_id
    cell = Cell(after_stroke(project.provenance(frame, object_id)))
    change = frame_change(project, frame, after, [(object_id, cell)])
    _push(document, translate("Edits", "Copy mask"), [] if change.is_empty() else [change])


def _push(document: Document, text: str, changes: list[FrameChange]) -> int:
    """Make changes as one entry of the history, if there are any; frames changed."""
    if changes:
        document.push(Entry(document, text, changes))
    return len(changes)


def _refuse_locked(document: Document, *object_ids: int) -> None:
    for object_id in object_ids:
        if object_id in document.locked_ids():
            name = document.project.objects[object_id].name
            raise LipError(translate("Edits", "{0} is locked: unlock it to change it.").format(name))
