"""The file edits.bin of a project folder: the edits that can still be taken back when the project is opened again.

It is written when a project is closed and counts only while the project is as that edit list left it: a stamp of the
cells, objects and weights says so. After a kill, or when another program has changed the project, it is passed over.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from lipcore.curves.curve import MOST_CURVES, Curve
from lipcore.curves.shape import Shape
from lipcore.errors import LipError
from lipcore.files import digest, read_bytes, safe_child, write_atomic
from lipcore.project.mask_store import PackedLabels
from lipcore.project.objects import VideoObject
from lipcore.project.past_edit import PastEdit
from lipcore.project.project import Project
from lipcore.project.snapshots import Cell, FrameChange, FrameSnapshot
from lipcore.storage.cells_file import cells_document, decode_cells
from lipcore.storage.curve_documents import curve_document, decode_curve, decode_shape, shape_document
from lipcore.storage.fields import as_flag, as_integer, as_list, as_object, as_text
from lipcore.storage.record_file import decode_object, object_document

Side = TypeVar("Side")
EDITS = "edits.bin"
_MAGIC = b"LIP edits 1\n"
_BEFORE = len(_MAGIC) + 32  # bytes before the body: what the file is, and the body's digest
_LONGEST = 100_000_000  # bytes of the body
_KEY_BYTES = 16  # of a key that names its shape
_MOST_PIXELS = 40_000_000  # bytes of compressed label maps and curves: older edits beyond them are left out
_MOST_EDITS, _MOST_CHANGES, _MOST_MAPS, _MOST_SHAPES = 10_000, 1_000_000, 1_000_000, 1_000_000


def write_edits(folder: Path, project: Project, edits: Sequence[PastEdit]) -> None:
    """Keep the newest edits, oldest first, of a project that is saved in `folder`; LipError if that fails."""
    maps, shapes = _Maps(), _Shapes()
    kept: list[dict[str, object]] = []
    for edit in reversed(edits[-_MOST_EDITS:]):
        kept.append(_edit_document(edit, maps, shapes))
        if maps.size + shapes.size > _MOST_PIXELS:
            kept.pop()
            break
    listed = [[coding, len(data)] for coding, data in maps.contents]
    top = {"stamp": _stamp(folder, project), "maps": listed, "shapes": shapes.documents, "edits": kept[::-1]}
    header = json.dumps(top).encode()
    body = b"".join((len(header).to_bytes(8, "little"), header, *(data for _, data in maps.contents)))
    if len(body) <= _LONGEST:
        write_atomic(safe_child(folder, EDITS), _MAGIC + sha256(body).digest() + body)


def read_edits(folder: Path, project: Project) -> tuple[PastEdit, ...]:
    """The edits, oldest first, that led to the project as it was read from `folder`; none if that is not certain."""
    path = safe_child(folder, EDITS)
    try:
        data = read_bytes(path, _LONGEST + _BEFORE) if path.is_file() else b""
        body = data[_BEFORE:]
        if data[:_BEFORE] != _MAGIC + sha256(body).digest():
            return ()
        end = 8 + int.from_bytes(body[:8], "little")
        top = as_object(json.loads(body[8:end]), "it")
        if top.get("stamp") != _stamp(folder, project):
            return ()
        maps = _read_maps(project, top.get("maps"), body[end:])
        shapes = [decode_shape(each) for each in as_list(top.get("shapes", []), "shapes", _MOST_SHAPES)]
        edits = as_list(top.get("edits"), "edits", _MOST_EDITS)
        return tuple(_edit(project, each, maps, shapes) for each in edits)
    except (LipError, ValueError, RecursionError, zlib.error):
        return ()


class _Maps:
    """The label maps of all edits, each once."""

    def __init__(self) -> None:
        self.contents: list[tuple[str, bytes]] = []
        self.size = 0
        self._places: dict[int, int] = {}

    def place(self, packed: PackedLabels | None) -> int:
        """The index of a label map, -1 for none."""
        if packed is None:
            return -1
        if id(packed) not in self._places:
            self._places[id(packed)] = len(self.contents)
            self.contents.append((packed.coding, packed.data))
            self.size += len(packed.data)
        return self._places[id(packed)]


class _Shapes:
    """The shapes of the curves of all edits, each once."""

    def __init__(self) -> None:
        self.documents: list[object] = []
        self.size = 0
        self._places: dict[Shape, int] = {}

    def place(self, shape: Shape) -> int:
        """The index of a shape."""
        if shape not in self._places:
            self._places[shape] = len(self.documents)
            self.documents.append(shape_document(shape))
            self.size += shape.points.nbytes
        return self._places[shape]

    def object_document(self, item: VideoObject) -> dict[str, object]:
        """An object with its curves."""
        self.size += sum(_KEY_BYTES * len(curve.keys) for curve in item.curves)
        curves = [curve_document(curve, self.place) for curve in item.curves]
        return {**object_document(item), **({"curves": curves} if curves else {})}


def _stamp(folder: Path, project: Project) -> str:
    """What tells the saved cells, and with them the masks, the objects and the weights in use, from others."""
    scores = safe_child(folder, "scores")
    names = sorted(path.name for path in scores.glob("*.json")) if scores.is_dir() else []
    parts = [digest(read_bytes(safe_child(scores, name), _LONGEST)) for name in names]
    curves = {item.object_id: item.curves for item in project.objects.values() if item.curves}
    shown = (names, parts, tuple(project.objects.values()), project.weights_in_use, *([curves] if curves else []))
    return digest(repr(shown).encode())


def _edit_document(edit: PastEdit, maps: _Maps, shapes: _Shapes) -> dict[str, object]:
    return {
        "text": edit.text,
        "run": edit.by_run,
        "weights": edit.weights,
        "objects": edit.objects and [list(map(shapes.object_document, side)) for side in edit.objects],
        "changes": [[change.frame, *_side(change.before, maps), *_side(change.after, maps)] for change in edit.changes],
    }


def _side(snapshot: FrameSnapshot, maps: _Maps) -> tuple[int, object]:
    return maps.place(snapshot.packed), cells_document(snapshot.cells)


def _read_maps(project: Project, listed: object, data: bytes) -> list[PackedLabels]:
    maps, start = list[PackedLabels](), 0
    for item in as_list(listed, "maps", _MOST_MAPS):
        coding, length = as_list(item, "a map", 2)
        end = start + as_integer(length, "a map's length", 0, len(data) - start)
        maps.append(PackedLabels.checked(project.height, project.width, as_text(coding, "a coding"), data[start:end]))
        start = end
    return maps


def _edit(project: Project, value: object, maps: Sequence[PackedLabels], shapes: Sequence[Shape]) -> PastEdit:
    item = as_object(value, "an edit")
    weights, objects = item.get("weights"), item.get("objects")
    changes = [_change(project, each, maps) for each in as_list(item.get("changes"), "changes", _MOST_CHANGES)]
    return PastEdit(
        as_text(item.get("text"), "a text"),
        tuple(changes),
        None if objects is None else _pair(_objects(project, each, shapes) for each in as_list(objects, "objects", 2)),
        None if weights is None else _names(project, weights),
        as_flag(item.get("run"), "run"),
    )


def _change(project: Project, value: object, maps: Sequence[PackedLabels]) -> FrameChange:
    frame, *sides = as_list(value, "a change", 5)
    number = as_integer(frame, "a frame", 0, project.frame_count - 1)
    pixels = project.height * project.width

    def snapshot(place: object, cells: object) -> FrameSnapshot:
        index = as_integer(place, "a map", -1, len(maps) - 1)
        found: tuple[Cell, ...] = decode_cells(cells, pixels)
        return FrameSnapshot(number, maps[index] if index >= 0 else None, found)

    first, first_cells, second, second_cells = sides
    return FrameChange(snapshot(first, first_cells), snapshot(second, second_cells))


def _objects(project: Project, side: object, shapes: Sequence[Shape]) -> tuple[VideoObject, ...]:
    return tuple(_object(project, each, shapes) for each in as_list(side, "objects", 254))


def _object(project: Project, value: object, shapes: Sequence[Shape]) -> VideoObject:
    def shape(place: object) -> Shape:
        return shapes[as_integer(place, "a shape", 0, len(shapes) - 1)]

    curves: list[Curve] = [
        decode_curve(each, project.frame_count, shape)
        for each in as_list(as_object(value, "an object").get("curves", []), "curves", MOST_CURVES)
    ]
    return replace(decode_object(value), curves=tuple(curves))


def _names(project: Project, value: object) -> tuple[str, str]:
    """Names of weights before and after; LipError if the project does not have them any more."""
    before, after = _pair([as_text(each, "weights", 64) for each in as_list(value, "weights", 2)])
    if any(name and name not in project.weights for name in (before, after)):
        raise LipError("the weights are gone")
    return before, after


def _pair(items: Iterable[Side]) -> tuple[Side, Side]:
    before, after = items
    return before, after
