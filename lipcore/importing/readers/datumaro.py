"""Datumaro's own layout: annotations/<subset>.json with masks, polygons, boxes and ellipses."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from lipcore.errors import LipError
from lipcore.importing.identity import Identity, identity, whole
from lipcore.importing.json_file import inner, json_files, list_of_objects, picture_stem, read_object, size_of
from lipcore.importing.marks import Mark, left_out_notes, marks_source
from lipcore.importing.outlines import box_outline, ellipse_outline, numbers_of
from lipcore.importing.polygons import fill_coco
from lipcore.importing.readers.coco import coco_mask
from lipcore.importing.result import ImportOptions
from lipcore.importing.source import Mask, Picture, Source, Special

Item: TypeAlias = dict[str, object]
_AREAS = ("mask", "polygon", "bbox", "ellipse")
_NO_AREAS = ("points", "polyline", "rotated_bbox", "cuboid_3d", "cuboid_2d")
_TRACKS = ("track_id", "instance_id")


def read_datumaro(path: Path, options: ImportOptions) -> Source:
    """Read every subset of the data set, or one file of it. LipError.

    An object is the attribute `track_id` or `instance_id`, or Datumaro's object id, else found from the labels.
    """
    files = json_files(path / "annotations" if (path / "annotations").is_dir() else path)
    pictures: list[Picture] = []
    left_out: list[str] = []
    marks: list[Mark] = []
    for file in files:
        content = read_object(file)
        labels = list_of_objects(inner(inner(content, "categories"), "label"), "labels", file.name, optional=True)
        names = [item.get("name") for item in labels]
        for item in list_of_objects(content, "items", file.name):
            image = inner(item, "image")
            size = image.get("size")
            height, width = size if isinstance(size, list) and len(size) == 2 else (None, None)
            for annotation in list_of_objects(item, "annotations", file.name, optional=True):
                kind = str(annotation.get("type"))
                if kind in _AREAS:
                    marks.append(_mark(annotation, kind, len(pictures), names, file.name))
                elif kind in _NO_AREAS:
                    left_out.append(kind)
            name = picture_stem(image.get("path")) or picture_stem(item.get("id"))
            pictures.append(Picture(name, size_of(height, width, file.name)))
    video = path.name if path.is_dir() else path.stem
    return marks_source(path.name, pictures, marks, left_out_notes(left_out), video=video)


def _mark(item: Item, kind: str, picture: int, names: list[object], source: str) -> Mark:
    label = whole(item.get("label_id"))
    name = names[label] if label is not None and 0 <= label < len(names) else None

    def draw(height: int, width: int) -> Mask:
        if kind == "mask":
            return coco_mask(item.get("rle"), height, width, source)
        return fill_coco([_outline(item, kind, source)], height, width, source)

    (order,) = numbers_of([item.get("z_order") or 0], source)
    special = Special.IGNORED if name == "__ignore__" else None
    return Mark(picture, label, draw, _track(item), name, order=order, special=special)


def _track(item: Item) -> Identity:
    attributes = inner(item, "attributes")
    found = next((found for name in _TRACKS if (found := identity(attributes.get(name))) is not None), None)
    number = whole(item.get("object_id"))
    return number if found is None and number is not None and number >= 0 else found


def _outline(item: Item, kind: str, source: str) -> list[float]:
    values = item.get("bbox") if kind == "bbox" else item.get("points")
    flat = numbers_of(values if isinstance(values, list) else [], source)
    if kind == "polygon":
        return flat
    if len(flat) != 4:
        raise LipError(f"Cannot import {source}: a {kind} does not have four numbers.")
    left, top, third, fourth = flat
    if kind == "bbox":
        return box_outline(left, top, left + third, top + fourth)
    return ellipse_outline((left + third) / 2, (top + fourth) / 2, abs(third - left) / 2, abs(fourth - top) / 2)
