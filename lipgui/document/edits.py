"""What a user can do to a document, each verb as one entry of the history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from lipcore.errors import LipError
from lipcore.masks import IGNORE, MAX_OBJECT_ID
from lipcore.project import identity
from lipcore.project.objects import MAX_NAME_LENGTH, VideoObject, default_object
from lipcore.project.provenance import Provenance, after_stroke
from lipcore.project.snapshots import Cell, FrameChange, FrameSnapshot
from lipcore.workflow.merging import change_of_import, with_objects
from lipcore.workflow.permission import Writer, refuse_locked, writable
from lipgui.document.document import Document
from lipgui.document.entry import Entry
from lipgui.document.range_edits import changes_of

if TYPE_CHECKING:
    from lipcore.importing.result import ImportedFrame

translate = QCoreApplication.translate


def paint(
    document: Document,
    mask: NDArray[np.bool_],
    erase: bool = False,
    frame: int | None = None,
    taken: NDArray[np.bool_] | None = None,
) -> None:
    """Give the pixels of `mask` (H, W) bool to the selected object, or take them from it; 0 is the background.

    Those of `taken` (H, W) bool are taken from it beside. `frame` is the document's own if None.
    Locked objects keep their pixels; LipError if the selected one is locked.
    """
    project, object_id = document.project, document.object_id
    frame = document.frame if frame is None else frame
    refuse_locked(project, object_id)
    before = document.labels(frame)
    after = before.copy()
    if taken is not None:
        after[taken & (before == object_id)] = 0
    if erase:
        after[mask & (before == object_id)] = 0
    else:
        after[mask & writable(project, frame, Writer.STROKE)[before]] = object_id
    if np.array_equal(before, after):
        return
    text = translate("Edits", "Erase") if erase else translate("Edits", "Paint")
    touched = [object_id] if object_id else [int(each) for each in np.unique(before[before != after]) if each < IGNORE]
    cells = [Cell(each, after_stroke(project.provenance(frame, each))) for each in touched]
    objects = with_objects(project, {}, [object_id] if object_id else [])
    document.push(Entry(document, text, [project.change(frame, after, cells)], _if_new(document, objects)))


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
    """Remove an object and its masks from every frame; LipError if it is locked."""
    project = document.project
    refuse_locked(project, object_id)
    changes = changes_of(document, range(project.frame_count), lambda frames: identity.remove(frames, [object_id]))
    remaining = {key: each for key, each in project.objects.items() if key != object_id}
    document.push(Entry(document, translate("Edits", "Remove object"), changes, remaining))


def split_object(document: Document, object_id: int, first: int, last: int) -> int:
    """In frames `first` to `last`, let what bears `object_id` be a new object; gives its id. LipError if locked."""
    refuse_locked(document.project, object_id)
    new_id = _free_id(document)
    changes = changes_of(document, range(first, last + 1), lambda frames: identity.swap(frames, object_id, new_id))
    _push_split(document, object_id, new_id, changes)
    return new_id


def split_part(document: Document, object_id: int, first: int, last: int, row: int, column: int) -> int:
    """Give the connected part of an object at a pixel of frame `first`, followed up to `last`, to a new object.

    Gives the new id; LipError if there is no pixel of the object at that place, or the object is locked.
    """
    refuse_locked(document.project, object_id)
    new_id = _free_id(document)

    def split(frames: Iterable[FrameSnapshot]) -> Iterator[FrameSnapshot]:
        return identity.split(frames, object_id, new_id, row, column)

    _push_split(document, object_id, new_id, changes_of(document, range(first, last + 1), split))
    return new_id


def take_import(
    document: Document,
    objects: Mapping[int, VideoObject],
    frames: Iterable[ImportedFrame],
    provenance: Provenance = Provenance.USER,
    speaks_of: Collection[int] | None = None,
) -> int:
    """Take imported label maps as one entry; the number of frames. What a person made keeps its pixels.

    So do objects that the import does not speak of (None: it speaks of all) where it shows nothing.
    """
    project, changes, shown = document.project, [], set[int]()
    for imported in frames:
        changes.append(change_of_import(project, imported, provenance, speaks_of=speaks_of))
        shown |= {cell.object_id for cell in changes[-1].after.cells if 0 < cell.object_id < IGNORE and cell.area}
    new = _if_new(document, with_objects(project, objects, shown))
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
    name, edges = f"{objects[object_id].name} (2)"[-MAX_NAME_LENGTH:], objects[object_id].edges
    added = replace(default_object(new_id), name=name, edges=edges)
    document.push(Entry(document, translate("Edits", "Split object"), changes, {**objects, new_id: added}))
    document.select_object(new_id)
