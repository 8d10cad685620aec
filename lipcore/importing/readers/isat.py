"""ISAT: a JSON file per picture with polygons in layers; objects are told apart by category and group."""

from __future__ import annotations

from pathlib import Path

from lipcore.errors import LipError
from lipcore.importing.identity import identity, label_text
from lipcore.importing.json_file import inner, json_files, list_of_objects, picture_stem, read_object, size_of
from lipcore.importing.marks import Mark
from lipcore.importing.outlines import numbers_of
from lipcore.importing.polygons import fill_polygon, points_of
from lipcore.importing.result import ImportOptions
from lipcore.importing.source import Described, Key, Mask, Part, Picture, Source, Special, parts_reader

Item = dict[str, object]
_SPECIAL = {"__background__": Special.BACKGROUND, "__ignore__": Special.IGNORED}


def read_isat(path: Path, options: ImportOptions) -> Source:
    """Read the names in a JSON file or in all those of a folder; polygons are drawn by rising layer. LipError.

    Polygons of the same category and group are one object; `__background__` takes pixels away again.
    """
    files = json_files(path)
    pictures = []
    objects: dict[Key, Described] = {}
    for file in files:
        content = read_object(file)
        info = inner(content, "info")
        size = size_of(info.get("height"), info.get("width"), file.name)
        pictures.append(Picture(file.stem, size, other_name=picture_stem(info.get("name"))))
        for mark in _marks(content, file.name):
            if mark.special is None:
                group = mark.track
                objects.setdefault(mark.label, Described(mark.name, None, group, f"{mark.name!r}, group {group}"))

    def parts_of(index: int) -> tuple[list[Part], tuple[str, ...]]:
        marks = sorted(_marks(read_object(files[index]), files[index].name), key=lambda mark: mark.order)
        return [Part(mark.special or mark.label, mark.draw) for mark in marks], ()

    reader = parts_reader(parts_of, path.name)
    return Source(path.name, pictures, objects, reader, lone=path.is_file())


def _marks(content: Item, source: str) -> list[Mark]:
    return [_mark(item, source) for item in list_of_objects(content, "objects", source)]


def _mark(item: Item, source: str) -> Mark:
    category, group = label_text(item.get("category")), identity(item.get("group"))
    if category is None:
        raise LipError(f"Cannot import {source}: a polygon has no category.")

    def draw(height: int, width: int) -> Mask:
        return fill_polygon(points_of(item.get("segmentation"), height, width, source), height, width)

    layer = numbers_of([item.get("layer", 1)], source)[0]
    return Mark(0, (category, group), draw, group, category, order=layer, special=_SPECIAL.get(category))
