"""What a user can do to a document, each verb as one entry of the history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from lipcore.errors import LipError
from lipcore.masks import MAX_OBJECT_ID
from lipcore.project import identity
from lipcore.project.objects import MAX_NAME_LENGTH, VideoObject, default_object
from lipcore.project.provenance import Provenance, after_stroke, is_annotated
from lipcore.project.snapshots import FrameSnapshot
from lipgui.document.changes import Cell, FrameChange, frame_change
from lipgui.document.document import Document
from lipgui.document.entry import Entry
from lipgui.document.range_edits import changes_of

if TYPE_CHECKING:
    from lipcore.importing.result import ImportedFrame

Labels = NDArray[np.uint8]
translate = QCoreApplication.translate


def paint(document: Document, mask: NDArray[np.bool_], erase: bool = False, frame: int | None = None) -> None:
    """Give the pixels of `mask` (H, W) bool to the selected object, or take them from it; 0 is the background.

    `frame` is the document's own if None. Locked objects keep their pixels; LipError if the selected one is locked.
    """
    project, object_id = document.project, document.object_id
    frame = document.frame if frame is None else frame
    if object_id in document.locked_ids():
        raise LipError(translate("Edits", "{0} is locked: unlock it to paint.").format(project.objects[object_id].name))
    before = document.labels(frame)
    after = before.copy()
    if erase:
        after[mask & (before == object_id)] = 0
    else:
        after[mask & ~np.isin(before, list(document.locked_ids()))] = object_id
    if np.array_equal(before, after):
        return
    text = translate("Edits", "Erase") if erase else translate("Edits", "Paint")
    objects = project.objects
    if object_id and object_id not in objects:
        objects = {**objects, object_id: default_object(object_id)}
    touched = [object_id] if object_id else [int(each) for each in np.unique(before[before != after]) if each < 255]
    cells = [(each, Cell(after_stroke(project.provenance(frame, each)))) for each in touched]
    change = frame_change(project, frame, after, cells)
    document.push(Entry(document, text, [change], _if_new(document, objects)))


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
        document.push(Entry(document, text, kept))


def add_object(document: Document) -> int:
    """Add an object under the lowest free id and select it; LipError if all 254 ids are taken."""
    objects, free = document.project.objects, _free_id(document)
    text = translate("Edits", "Add object")
    document.push(Entry(document, text, objects={**objects, free: default_object(free)}))
    document.select_object(free)
    return free


def edit_object(document: Document, changed: VideoObject, text: str) -> None:
    """Rename, recolour, hide or lock one object."""
    objects = document.project.objects
    if objects.get(changed.object_id) != changed:
        document.push(Entry(document, text, objects={**objects, changed.object_id: changed}))


def remove_object(document: Document, object_id: int) -> None:
    """Remove an object and its masks from every frame."""
    project = document.project
    changes = changes_of(document, range(project.frame_count), lambda frames: identity.remove(frames, [object_id]))
    remaining = {key: each for key, each in project.objects.items() if key != object_id}
    document.push(Entry(document, translate("Edits", "Remove object"), changes, remaining))


def split_object(document: Document, object_id: int, first: int, last: int) -> int:
    """In frames `first` to `last`, give what bears `object_id` to a new object; gives the new id."""
    new_id = _free_id(document)
    changes = changes_of(document, range(first, last + 1), lambda frames: identity.swap(frames, object_id, new_id))
    _push_split(document, object_id, new_id, changes)
    return new_id


def split_part(document: Document, object_id: int, first: int, last: int, row: int, column: int) -> int:
    """Give the connected part of an object at a pixel of frame `first`, followed up to `last`, to a new object.

    Gives the new id; LipError if there is no pixel of the object at that place.
    """
    new_id = _free_id(document)

    def split(frames: Iterable[FrameSnapshot]) -> Iterator[FrameSnapshot]:
        return identity.split(frames, object_id, new_id, row, column)

    _push_split(document, object_id, new_id, changes_of(document, range(first, last + 1), split))
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
    new = _if_new(document, {**objects, **wanted})
    if changes or new is not None:
        document.push(Entry(document, translate("Edits", "Import masks"), changes, new))
    return len(changes)


def _free_id(document: Document) -> int:
    free = document.project.free_object_id()
    if free is None:
        raise LipError(translate("Edits", "A project holds at most {0} objects.").format(MAX_OBJECT_ID))
    return free


def _if_new(document: Document, objects: Mapping[int, VideoObject]) -> Mapping[int, VideoObject] | None:
    """The objects if they are not those that the document has already."""
    return None if dict(objects) == dict(document.project.objects) else objects


def _push_split(document: Document, object_id: int, new_id: int, changes: Iterable[FrameChange]) -> None:
    objects = document.project.objects
    added = replace(default_object(new_id), name=f"{objects[object_id].name} (2)"[-MAX_NAME_LENGTH:])
    document.push(Entry(document, translate("Edits", "Split object"), changes, {**objects, new_id: added}))
    document.select_object(new_id)
