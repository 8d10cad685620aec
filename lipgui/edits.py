"""What a user can do to a document, each verb as one entry of the history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.masks import MAX_OBJECT_ID
from lipcore.project.objects import VideoObject, default_object
from lipcore.project.provenance import Provenance, after_stroke
from lipgui.changes import Cell, FrameChange, frame_change
from lipgui.commands import EditFrames, EditObjects
from lipgui.document import Document

Labels = NDArray[np.uint8]


def paint(document: Document, mask: NDArray[np.bool_], erase: bool = False) -> None:
    """Give the pixels of `mask` (H, W) bool on the shown frame to the selected object, or take them from it."""
    project, frame, object_id = document.project, document.frame, document.object_id
    if object_id in document.locked_ids():
        raise LipError(f"{project.objects[object_id].name} is locked: unlock it to paint.")
    before = document.labels(frame)
    after = before.copy()
    if erase:
        after[mask & (before == object_id)] = 0
    else:
        after[mask & ~np.isin(before, list(document.locked_ids()))] = object_id
    if np.array_equal(before, after):
        return
    commands: list[EditFrames | EditObjects] = []
    if object_id not in project.objects:
        added = {**project.objects, object_id: default_object(object_id)}
        commands.append(EditObjects(document, "Add object", added))
    old = document.cell(frame, object_id)
    change = frame_change(project, frame, after, [(object_id, Cell(after_stroke(old.provenance)))])
    text = "Erase" if erase else "Paint"
    _push_together(document, text, [*commands, EditFrames(document, text, [change])])


def replace_frames(
    document: Document, text: str, labels: Iterable[tuple[int, Labels]], provenance: Provenance = Provenance.USER
) -> None:
    """Give frames new label maps, (frame, (H, W) uint8) each; every object whose pixels change gets `provenance`."""
    changes = []
    for frame, after in labels:
        before = document.labels(frame)
        touched = np.unique(np.concatenate((before[before != after], after[before != after])))
        cells = [(int(each), Cell(provenance)) for each in touched if 0 < each < 255]
        changes.append(frame_change(document.project, frame, after, cells))
    kept = [change for change in changes if not change.is_empty()]
    if kept:
        document.push(EditFrames(document, text, kept))


def clear_range(document: Document, first: int, last: int, object_id: int = 0, text: str = "Clear") -> int:
    """Remove one object's masks (0: those of all unlocked objects) from frames `first` to `last`; frames changed."""
    changes = list(
        _clearing(document, range(first, last + 1), [object_id] if object_id else list(document.project.objects))
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
    table = np.arange(256, dtype=np.uint8)
    for source, target in mapping.items():
        table[source] = target
    involved = sorted(set(mapping) | set(mapping.values()))
    changes = []
    for frame in range(first, last + 1):
        before = document.labels(frame)
        old = {each: document.cell(frame, each) for each in involved}
        new = {each: Cell() for each in involved}
        for each in involved:
            target = mapping.get(each, each)
            new[target] = max(new[target], old[each], key=lambda cell: cell.provenance)
        change = frame_change(document.project, frame, table[before], list(new.items()))
        if not change.is_empty():
            changes.append(change)
    if changes:
        document.push(EditFrames(document, text, changes))
    return len(changes)


def add_object(document: Document) -> int:
    """Add an object under the lowest free id and select it; LipError if all 254 ids are taken."""
    objects = document.project.objects
    free = next((each for each in range(1, MAX_OBJECT_ID + 1) if each not in objects), None)
    if free is None:
        raise LipError(f"A project holds at most {MAX_OBJECT_ID} objects.")
    document.push(EditObjects(document, "Add object", {**objects, free: default_object(free)}))
    document.select_object(free)
    return free


def edit_object(document: Document, changed: VideoObject, text: str) -> None:
    """Rename, recolour, hide or lock one object."""
    objects = document.project.objects
    if objects.get(changed.object_id) != changed:
        document.push(EditObjects(document, text, {**objects, changed.object_id: changed}))


def remove_object(document: Document, object_id: int) -> None:
    """Remove an object and its masks from every frame."""
    project = document.project
    changes = list(_clearing(document, range(project.frame_count), [object_id], keep_locked=False))
    remaining = {key: each for key, each in project.objects.items() if key != object_id}
    commands: list[EditFrames | EditObjects] = [EditFrames(document, "Clear", changes)] if changes else []
    _push_together(document, "Remove object", [*commands, EditObjects(document, "Remove object", remaining)])


def _clearing(
    document: Document, frames: range, object_ids: list[int], keep_locked: bool = True
) -> Iterator[FrameChange]:
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


def _push_together(document: Document, text: str, commands: Sequence[EditFrames | EditObjects]) -> None:
    """Push commands as one entry of the history."""
    if len(commands) == 1:
        document.push(commands[0])
        return
    document.stack.beginMacro(text)
    for command in commands:
        document.push(command)
    document.stack.endMacro()
