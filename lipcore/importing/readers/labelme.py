"""labelme: a JSON file per frame; polygons, rectangles (also turned ones), circles and masks become label maps.

Shapes with the same label and `group_id` are one object, in one frame its pieces. Points and lines have no inside and
are left out, which is remarked. `_background_` takes pixels away again, `__ignore__` marks them as to be ignored.
Paths in the file are never opened: a file belongs to the frame it is named after.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.importing.identity import Identity, identity, label_text
from lipcore.importing.json_file import json_files, list_of_objects, picture_stem, read_object, size_of
from lipcore.importing.mask_reader import png_size
from lipcore.importing.polygons import fill_shape, points_of
from lipcore.importing.result import ImportOptions
from lipcore.importing.source import Described, Key, Mask, Part, Picture, Source, Special, check_count, parts_reader
from lipcore.masks import IGNORE, decode_label_map

Shape = dict[str, object]
_AREAS = ("polygon", "rectangle", "oriented_rectangle", "rotation", "circle", "mask")
_SPECIAL: dict[tuple[str, Identity], Special] = {
    ("ignore", IGNORE): Special.IGNORED,  # as LIP exports ignored pixels
    ("__ignore__", None): Special.IGNORED,
    ("_background_", None): Special.BACKGROUND,
}


def read_labelme(path: Path, options: ImportOptions) -> Source:
    """Read the names in a JSON file or in all those of a folder; shapes are drawn file by file. LipError."""
    files = json_files(path)
    pictures = []
    objects: dict[Key, Described] = {}
    for file in files:
        content = read_object(file)
        size = size_of(content.get("imageHeight"), content.get("imageWidth"), file.name)
        pictures.append(Picture(file.stem, size, other_name=picture_stem(content.get("imagePath"))))
        for shape in _shapes(content, file.name):
            key = _key(shape, file.name)
            if _kind(shape) in _AREAS and isinstance(key, tuple):
                label, group = key
                origin = f"label {label!r}" + ("" if group is None else f", group {group}")
                objects.setdefault(key, Described(label, None, group, origin))

    def parts_of(index: int) -> tuple[list[Part], tuple[str, ...]]:
        shapes = _shapes(read_object(files[index]), files[index].name)
        left_out = dict.fromkeys(_kind(shape) or "unknown" for shape in shapes if _kind(shape) not in _AREAS)
        parts = [_part(shape, files[index].name) for shape in shapes if _kind(shape) in _AREAS]
        return parts, tuple(f"shapes of type {kind} have no inside and were left out." for kind in left_out)

    return Source(path.name, pictures, objects, parts_reader(parts_of, path.name), lone=path.is_file())


def _shapes(content: dict[str, object], source: str) -> list[Shape]:
    shapes = list_of_objects(content, "shapes", source)
    check_count(len(shapes), source)
    return shapes


def _kind(shape: Shape) -> str:
    kind = shape.get("shape_type", "polygon")
    return kind if isinstance(kind, str) else ""


def _key(shape: Shape, source: str) -> Key:
    label, group = label_text(shape.get("label")), identity(shape.get("group_id"))
    if label is None:
        raise LipError(f"Cannot import {source}: a shape has no label.")
    special = _SPECIAL.get((label, group)) or _SPECIAL.get((label, None))
    return special or (label, group)


def _part(shape: Shape, source: str) -> Part:
    kind = _kind(shape)

    def draw(height: int, width: int) -> Mask:
        points = points_of(shape.get("points"), height, width, source)
        if kind == "mask":
            return _pasted(shape.get("mask"), points, height, width, source)
        mask = fill_shape(kind, points, height, width)
        if mask is None:
            raise LipError(f"Cannot import {source}: a {kind} has {len(points)} points.")
        return mask

    return Part(_key(shape, source), draw)


def _pasted(text: object, points: NDArray[np.float64], height: int, width: int, source: str) -> Mask:
    """The mask of a shape of type mask: a PNG in base64 between two corners, both of which are inside it."""
    refusal = LipError(f"Cannot import {source}: a mask does not fit the corners it is given.")
    if not isinstance(text, str) or len(points) != 2:
        raise refusal
    (left, top), (right, bottom) = points.astype(int).tolist()  # labelme cuts off decimals too
    if not (0 <= left <= right < width and 0 <= top <= bottom < height):
        raise refusal
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise refusal from error
    if png_size(data) != (bottom - top + 1, right - left + 1):
        raise refusal
    mask = np.zeros((height, width), np.bool_)
    mask[top : bottom + 1, left : right + 1] = decode_label_map(data, f"in {source}") != 0
    return mask
