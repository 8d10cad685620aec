"""VGG Image Annotator: one JSON file with the regions of every picture; polygons, boxes, circles and ellipses."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TypeAlias

from lipcore.errors import LipError
from lipcore.importing.identity import Identity, identity, label_text
from lipcore.importing.json_file import inner, picture_stem, read_object, size_of
from lipcore.importing.marks import Mark, left_out_notes, marks_source
from lipcore.importing.outlines import box_outline, ellipse_outline, numbers_of
from lipcore.importing.polygons import fill_coco, fill_polygon, points_of
from lipcore.importing.result import ImportOptions
from lipcore.importing.source import Mask, Picture, Source, Special

Item: TypeAlias = dict[str, object]
_LABELS = ("name", "label", "class", "category", "type", "object")
_TRACKS = ("track_id", "track", "instance_id", "object_id")
_NO_AREA = ("point", "polyline")


def read_via(path: Path, options: ImportOptions) -> Source:
    """Read a project of VIA 2 or its exported annotations. LipError.

    The label is the attribute `name`, `label`, `class`, `category`, `type` or `object`, else the first there is; the
    object is the attribute `track_id`, `track`, `instance_id` or `object_id`, else found from the label.
    """
    source = path.name
    content = read_object(path)
    entries = inner(content, "_via_img_metadata") or content
    pictures, left_out = [], []
    marks: list[Mark] = []
    for place, entry in enumerate(item for item in entries.values() if is_entry(item)):
        assert isinstance(entry, dict)
        attributes = inner(entry, "file_attributes")
        size = size_of(attributes.get("height"), attributes.get("width"), source)
        pictures.append(Picture(picture_stem(entry.get("filename")), size))
        for region in _regions(entry, source):
            kind = str(inner(region, "shape_attributes").get("name"))
            if kind in _NO_AREA:
                left_out.append(kind)
            else:
                marks.append(_mark(region, kind, place, source))
    if not pictures:
        raise LipError(f"Cannot import {source}: it has no pictures of VIA.")
    return marks_source(source, pictures, marks, left_out_notes(left_out), video=path.stem)


def is_entry(value: object) -> bool:
    """Whether a value is what VIA keeps of a picture."""
    return isinstance(value, dict) and "filename" in value and isinstance(value.get("regions"), list | dict)


def _regions(entry: Item, source: str) -> list[Item]:
    """The regions, which VIA 1 keeps in an object and VIA 2 in a list."""
    regions = entry.get("regions")
    found = list(regions.values()) if isinstance(regions, dict) else regions
    if not isinstance(found, list) or not all(isinstance(region, dict) for region in found):
        raise LipError(f"Cannot import {source}: a picture has regions that are none.")
    return found


def _mark(region: Item, kind: str, picture: int, source: str) -> Mark:
    shape, attributes = inner(region, "shape_attributes"), inner(region, "region_attributes")
    label, track = _label(attributes), _track(attributes)

    def draw(height: int, width: int) -> Mask:
        if kind == "polygon":
            across, down = shape.get("all_points_x"), shape.get("all_points_y")
            if not isinstance(across, list) or not isinstance(down, list) or len(across) != len(down):
                raise LipError(f"Cannot import {source}: a polygon has no pairs of points.")
            pairs = [list(pair) for pair in zip(across, down, strict=True)]
            return fill_polygon(points_of(pairs, height, width, source), height, width)
        return fill_coco([_outline(shape, kind, source)], height, width, source)

    special = Special.IGNORED if label == "__ignore__" else None
    return Mark(picture, label, draw, track, label, special=special)


def _outline(shape: Item, kind: str, source: str) -> list[float]:
    names = {"rect": "x y width height", "circle": "cx cy r r", "ellipse": "cx cy rx ry"}.get(kind)
    if names is None:
        raise LipError(f"Cannot import {source}: it has a shape of the unknown type {kind[:40]!r}.")
    first, second, third, fourth = numbers_of([shape.get(name) for name in names.split()], source)
    if kind == "rect":
        return box_outline(first, second, first + third, second + fourth)
    (turn,) = numbers_of([shape.get("theta", 0)], source)
    return ellipse_outline(first, second, third, fourth, math.degrees(turn))


def _label(attributes: Item) -> str:
    """The label among the attributes of a region, which may be the only box that is ticked."""
    names = [*(name for name in _LABELS if name in attributes), *attributes]
    for name in names:
        value = attributes[name]
        if isinstance(value, dict):
            value = next((key for key, ticked in value.items() if ticked), None)
        text = label_text(value)
        if text and name not in _TRACKS:
            return text
    return "object"


def _track(attributes: Item) -> Identity:
    return next((found for name in _TRACKS if (found := identity(attributes.get(name))) not in (None, "")), None)
