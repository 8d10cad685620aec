"""Edits of ranges of frames, each as one entry of the history: clear, swap, merge, verify and copy."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QCoreApplication

from lipcore.errors import LipError
from lipcore.project import identity
from lipcore.project.provenance import Provenance, after_stroke
from lipcore.project.snapshots import Cell, FrameChange, FrameSnapshot
from lipcore.workflow.permission import Writer, refuse_locked, writable
from lipgui.document.document import Document
from lipgui.document.entry import Entry

translate = QCoreApplication.translate


def changes_of(
    document: Document, frames: Iterable[int], operation: Callable[[Iterable[FrameSnapshot]], Iterator[FrameSnapshot]]
) -> list[FrameChange]:
    """What an operation of `lipcore.project.identity` changes in `frames`; nothing is made yet."""
    before = {frame: document.project.snapshot(frame) for frame in frames}
    changes = (FrameChange(before[after.frame], after) for after in operation(before.values()))
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
    refuse_locked(document.project, one, two)
    changes = changes_of(document, range(first, last + 1), lambda frames: identity.swap(frames, one, two))
    return _push(document, translate("Edits", "Swap identities"), changes)


def merge_objects(document: Document, first: int, last: int, source: int, target: int) -> int:
    """Give the masks of `source` to `target` in frames `first` to `last`; frames changed. LipError if one is locked."""
    refuse_locked(document.project, source, target)
    changes = changes_of(document, range(first, last + 1), lambda frames: identity.merge(frames, source, target))
    return _push(document, translate("Edits", "Merge objects"), changes)


def annotated_in(document: Document, first: int, last: int, objects: Collection[int] = ()) -> int:
    """In how many of the frames `first` to `last` one of these objects (none: any unlocked) is annotated."""
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
            marked.append(replace(document.cell(frame, int(each)), provenance=Provenance.VERIFIED))
        changes.append(project.change(frame, cells=marked))
        count += len(marked)
    _push(document, translate("Edits", "Mark verified"), changes)
    return count


def unverify_range(document: Document, first: int, last: int) -> int:
    """Take back that frames `first` to `last` were looked at; gives the number of cells.

    What has the network's score is its own again, the rest counts as painted.
    """
    project, changes, count = document.project, [], 0
    for frame in range(first, last + 1):
        cells = [cell for cell in project.snapshot(frame).cells if cell.provenance == Provenance.VERIFIED]
        before = [(cell, Provenance.USER if cell.score is None else Provenance.MODEL) for cell in cells]
        if cells:
            changes.append(project.change(frame, cells=[replace(cell, provenance=value) for cell, value in before]))
            count += len(cells)
    _push(document, translate("Edits", "Take verification back"), changes)
    return count


def take_offers(document: Document, frame: int) -> int:
    """Put in the masks that the last correction found on a frame and did not write; gives the number of masks.

    LipError if one of the objects is locked.
    """
    project = document.project
    offers = [offer for place, offer in document.offers.items() if place[0] == frame]
    refuse_locked(project, *(offer.object_id for offer in offers))
    labels, cells = document.labels(frame).copy(), []
    for offer in offers:
        found = project.unpacked(offer.after)
        labels[labels == offer.object_id] = 0
        labels[(found == offer.object_id) & (labels == 0)] = offer.object_id
        cells.append(offer.after.cell(offer.object_id))
    if offers:
        _push(document, translate("Edits", "Take the other mask"), [project.change(frame, labels, cells)])
    return len(offers)


def copy_object(document: Document, source: int) -> None:
    """Give the selected object, on the shown frame, the mask it has on frame `source`; LipError if it has none."""
    project, frame, object_id = document.project, document.frame, document.object_id
    if not 0 <= source < project.frame_count or not project.areas[source, object_id]:
        raise LipError(translate("Edits", "The object has no mask on frame {0}.").format(source))
    refuse_locked(document.project, object_id)
    before = document.labels(frame)
    after = before.copy()
    after[after == object_id] = 0
    wanted = document.labels(source) == object_id
    after[wanted & writable(project, frame, Writer.STROKE)[before]] = object_id
    cell = Cell(object_id, after_stroke(project.provenance(frame, object_id)))
    change = project.change(frame, after, [cell])
    _push(document, translate("Edits", "Copy mask"), [] if change.is_empty() else [change])


def _push(document: Document, text: str, changes: list[FrameChange]) -> int:
    """Make changes as one entry of the history, if there are any; frames changed."""
    if changes:
        document.push(Entry(document, text, changes))
    return len(changes)
