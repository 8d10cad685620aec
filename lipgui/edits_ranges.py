"""Edits of ranges of frames, each as one entry of the history: clear, verify, copy, swap, merge and split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from lipcore.errors import LipError
from lipcore.project.provenance import Provenance, after_stroke
from lipgui.changes import Cell, FrameChange, frame_change
from lipgui.commands import EditFrames
from lipgui.document import Document


def clear_range(document: Document, first: int, last: int, object_id: int = 0, text: str = "Clear") -> int:
    """Remove one object's masks (0: those of all unlocked objects) from frames `first` to `last`; frames changed."""
    changes = list(
        clearing(document, range(first, last + 1), [object_id] if object_id else list(document.project.objects))
    )
    if changes:
        document.push(EditFrames(document, text, changes))
    return len(changes)


def verify_range(document: Document, first: int, last: int, object_id: int = 0) -> int:
    """Mark what exists in frames `first` to `last` as looked at and right; gives the number of cells."""
    project = document.project
    cells = project.provenances[first : last + 1].copy()
    if object_id:
        cells[:, np.arange(256) != object_id] = 0
    changes, count = [], 0
    for offset in np.flatnonzero(((cells > Provenance.NONE) & (cells < Provenance.VERIFIED)).any(axis=1)):
        frame = first + int(offset)
        marked = []
        for each in np.flatnonzero((cells[offset] > Provenance.NONE) & (cells[offset] < Provenance.VERIFIED)):
            old = document.cell(frame, int(each))
            marked.append((int(each), replace(old, provenance=Provenance.VERIFIED)))
        changes.append(frame_change(project, frame, None, marked))
        count += len(marked)
    if changes:
        document.push(EditFrames(document, "Mark verified", changes))
    return count


def relabel_range(document: Document, first: int, last: int, mapping: dict[int, int], text: str) -> int:
    """Give objects other ids in a range: {1: 2, 2: 1} swaps two, {2: 1} merges 2 into 1; frames changed."""
    changes = list(relabelling(document, first, last, mapping))
    if changes:
        document.push(EditFrames(document, text, changes))
    return len(changes)


def relabelling(document: Document, first: int, last: int, mapping: dict[int, int]) -> Iterator[FrameChange]:
    """Changes that give objects other ids; where two come together, the cell a person answers for stays."""
    table = np.arange(256, dtype=np.uint8)
    for source, target in mapping.items():
        table[source] = target
    involved = sorted(set(mapping) | set(mapping.values()))
    for frame in range(first, last + 1):
        old = {each: document.cell(frame, each) for each in involved}
        new = {each: Cell() for each in involved}
        for each in involved:
            target = mapping.get(each, each)
            new[target] = max(new[target], old[each], key=lambda cell: cell.provenance)
        change = frame_change(document.project, frame, table[document.labels(frame)], list(new.items()))
        if not change.is_empty():
            yield change


def copy_object(document: Document, source: int) -> None:
    """Give the selected object, on the shown frame, the mask it has on frame `source`; LipError if it has none."""
    project, frame, object_id = document.project, document.frame, document.object_id
    if not 0 <= source < project.frame_count or not project.areas[source, object_id]:
        raise LipError(f"The object has no mask on frame {source}.")
    if object_id in document.locked_ids():
        raise LipError(f"{project.objects[object_id].name} is locked: unlock it to change it.")
    before = document.labels(frame)
    after = before.copy()
    after[after == object_id] = 0
    wanted = document.labels(source) == object_id
    after[wanted & ~np.isin(before, list(document.locked_ids()))] = object_id
    cell = Cell(after_stroke(project.provenance(frame, object_id)))
    change = frame_change(project, frame, after, [(object_id, cell)])
    if not change.is_empty():
        document.push(EditFrames(document, "Copy mask", [change]))


def clearing(
    document: Document, frames: range, object_ids: list[int], keep_locked: bool = True
) -> Iterator[FrameChange]:
    """Changes that take the masks and cells of objects away from frames."""
    project = document.project
    ids = [each for each in object_ids if not (keep_locked and each in document.locked_ids())]
    for frame in frames:
        present = [each for each in ids if project.provenance(frame, each) or project.areas[frame, each]]
        if not present:
            continue
        before = document.labels(frame)
        after = before.copy()
        after[np.isin(before, present)] = 0
        yield frame_change(project, frame, after, [(each, Cell()) for each in present])
