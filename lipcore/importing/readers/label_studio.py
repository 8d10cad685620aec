"""Label Studio: one JSON file of tasks with brush masks, polygons, boxes and ellipses."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TypeAlias
from urllib.parse import unquote

from lipcore.errors import LipError
from lipcore.export.brush_code import decode_brush
from lipcore.importing.identity import Identity, label_text
from lipcore.importing.json_file import inner, picture_stem, read_value, size_of
from lipcore.importing.marks import Mark, left_out_notes, marks_source
from lipcore.importing.outlines import box_outline, ellipse_outline, numbers_of
from lipcore.importing.polygons import fill_coco
from lipcore.importing.result import ImportOptions
from lipcore.importing.source import Mask, Picture, Source, Special

Item: TypeAlias = dict[str, object]
_KINDS = ("brushlabels", "polygonlabels", "rectanglelabels", "ellipselabels")
_OWN_ID = re.compile(r"object-([0-9]{1,3})")


def read_label_studio(path: Path, options: ImportOptions) -> Source:
    """Read the first annotation of every task that was not cancelled, else its first prediction. LipError.

    A region id that occurs in several tasks is one object; else objects are found from the labels.
    """
    source = path.name
    tasks = read_value(path)
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise LipError(f"Cannot import {source}: it is not a list of tasks.")
    results = [_results(task, source) for task in tasks]
    often = Counter(region for found in results for region in {label_text(item.get("id")) for item in found})
    pictures, left_out = [], []
    marks: list[Mark] = []
    for place, (task, found) in enumerate(zip(tasks, results, strict=True)):
        sizes = {size_of(item.get("original_height"), item.get("original_width"), source) for item in found} - {None}
        if len(sizes) > 1:
            raise LipError(f"Cannot import {source}: the regions of a task are for pictures of different sizes.")
        pictures.append(Picture(_picture_name(task), next(iter(sizes), None)))
        for item in found:
            kind = str(item.get("type"))
            if kind in _KINDS:
                marks.append(_mark(item, kind, place, often, source))
            elif kind not in ("choices", "textarea", "rating", "number"):
                left_out.append(kind)
    return marks_source(source, pictures, marks, left_out_notes(left_out), video=path.stem)


def _results(task: Item, source: str) -> list[Item]:
    for key in ("annotations", "completions", "predictions"):
        annotations = task.get(key)
        for annotation in annotations if isinstance(annotations, list) else ():
            results = annotation.get("result") if isinstance(annotation, dict) else None
            if isinstance(results, list) and not annotation.get("was_cancelled"):
                if not all(isinstance(item, dict) for item in results):
                    raise LipError(f"Cannot import {source}: a task has results that are none.")
                return results
    return []


def _picture_name(task: Item) -> str:
    """The name of the picture in the task's data, whatever the variable is called."""
    texts = [value for value in inner(task, "data").values() if isinstance(value, str)]
    return picture_stem(unquote(texts[0]).rpartition("=")[2] if texts else "")


def _mark(item: Item, kind: str, picture: int, often: Counter[str | None], source: str) -> Mark:
    value = inner(item, "value")
    labels = value.get(kind)
    label = label_text(labels[0]) if isinstance(labels, list) and labels else None
    region = label_text(item.get("id"))
    track: Identity = region if often[region] > 1 else None
    own = _OWN_ID.fullmatch(region or "")
    if own:
        track = int(own[1])

    def draw(height: int, width: int) -> Mask:
        if kind == "brushlabels":
            return decode_brush(value.get("rle"), height, width, source)
        return fill_coco([_outline(value, kind, height, width, source)], height, width, source)

    special = Special.IGNORED if label == "__ignore__" else None
    return Mark(picture, label or "object", draw, track, label, special=special)


def _outline(value: Item, kind: str, height: int, width: int, source: str) -> list[float]:
    """The corners of a shape whose numbers are percents of the picture."""
    if kind == "polygonlabels":
        points = value.get("points")
        pairs = points if isinstance(points, list) and all(isinstance(pair, list) for pair in points) else []
        flat = numbers_of([number for pair in pairs for number in pair], source)
        return [number * (height if index % 2 else width) / 100 for index, number in enumerate(flat)]
    names = ("x", "y", "width", "height") if kind == "rectanglelabels" else ("x", "y", "radiusX", "radiusY")
    x, y, across, down = numbers_of([value.get(name) for name in names], source)
    (turn,) = numbers_of([value.get("rotation", 0)], source)
    x, across, y, down = x * width / 100, across * width / 100, y * height / 100, down * height / 100
    if kind == "ellipselabels":
        return ellipse_outline(x, y, across, down, turn)
    return box_outline(x, y, x + across, y + down, turn, about=(x, y))
