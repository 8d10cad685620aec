"""What a user can do to a document, each verb as one entry of the history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.masks import MAX_OBJECT_ID
from lipcore.project.objects import VideoObject, default_object
from lipcore.project.provenance import Provenance, after_stroke, is_annotated
from lipgui.changes import Cell, frame_change
from lipgui.commands import EditFrames, EditObjects
from lipgui.document import Document
from lipgui.edits_ranges import clearing, relabelling

if TYPE_CHECKING:
    from lipcore.importing.result import ImportedFrame

Labels = NDArray[np.uint8]


def paint(document: Document, mask: NDArray[np.bool_], erase: bool = False, frame: int | None = None) -> None:
    """Give the pixels of `mask` (H, W) bool to the selected object, or take them from it; 0 is the background.

    `frame` is the document's own if None. Locked objects keep their pixels; LipError if the selected one is locked.
    """
    project, object_id = document.project, document.object_id
    frame = document.frame if frame is None else frame
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
    if object_id and object_id not in project.objects:
        added = {**project.objects, object_id: default_object(object_id)}
        commands.append(EditObjects(document, "Add object", added))
    touched = [object_id] if object_id else [int(each) for each in np.unique(before[before != after]) if each < 255]
    cells = [(each, Cell(after_stroke(project.provenance(frame, each)))) for each in touched]
    change = frame_change(project, frame, after, cells)
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


def add_object(document: Document) -> int:
    """Add an object under the lowest free id and select it; LipError if all 254 ids are taken."""
    objects, free = document.project.objects, _free_id(document)
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
    changes = list(clearing(document, range(project.frame_count), [object_id], keep_locked=False))
    remaining = {key: each for key, each in project.objects.items() if key != object_id}
    commands: list[EditFrames | EditObjects] = [EditFrames(document, "Clear", changes)] if changes else []
    _push_together(document, "Remove object", [*commands, EditObjects(document, "Remove object", remaining)])


def split_object(document: Document, object_id: int, frame: int) -> int:
    """From `frame` on, give what bears `object_id` to a new object; gives the new id."""
    project = document.project
    new_id = _free_id(document)
    old = project.objects[object_id]
    added = replace(default_object(new_id), name=f"{old.name} (2)")
    changes = list(relabelling(document, frame, project.frame_count - 1, {object_id: new_id}))
    commands: list[EditFrames | EditObjects] = [EditObjects(document, "Add object", {**project.objects, new_id: added})]
    if changes:
        commands.append(EditFrames(document, "Split", changes))
    _push_together(document, "Split object", commands)
    document.select_object(new_id)
    return new_id


def take_import(document: Document, objects: Mapping[int, VideoObject], frames: Iterable[ImportedFrame]) -> int:
    """Take imported label maps as one entry; what a person made keeps its pixels. Gives the number of frames."""
    project, changes = document.project, []
    wanted = dict(project.objects)
    for imported in frames:
        before, rows = document.labels(imported.frame), project.provenances[imported.frame]
        kept = [each for each in range(1, 255) if is_annotated(int(rows[each]))]
        labels = np.where(np.isin(imported.labels, kept), 0, imported.labels)
        labels = np.where(np.isin(before, kept), before, labels).astype(np.uint8)
        present = [int(each) for each in np.unique(labels) if 0 < each < 255 and each not in kept]
        gone = [int(each) for each in np.flatnonzero(rows) if each not in kept and each not in present]
        cells = [(each, Cell(Provenance.USER, imported.scores.get(each))) for each in present]
        changes.append(frame_change(project, imported.frame, labels, [*cells, *((each, Cell()) for each in gone)]))
        for each in present:
            wanted.setdefault(each, objects.get(each) or default_object(each))
    wanted = {**objects, **wanted}
    commands: list[EditFrames | EditObjects] = []
    if wanted != dict(project.objects):
        commands.append(EditObjects(document, "Import objects", wanted))
    if changes:
        commands.append(EditFrames(document, "Import masks", changes))
    if commands:
        _push_together(document, "Import masks", commands)
    return len(changes)


def _free_id(document: Document) -> int:
    free = document.project.free_object_id()
    if free is None:
        raise LipError(f"A project holds at most {MAX_OBJECT_ID} objects.")
    return free


def _push_together(document: Document, text: str, commands: Sequence[EditFrames | EditObjects]) -> None:
    """Push commands as one entry of the history."""
    if len(commands) == 1:
        document.push(commands[0])
        return
    document.stack.beginMacro(text)
    for command in commands:
        document.push(command)
    document.stack.endMacro()
