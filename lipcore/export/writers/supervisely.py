"""Supervisely: a project of images with a bitmap for every object and frame, and meta.json with classes and tags."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.export.formats import Writer, option
from lipcore.export.pictures import write_jpeg
from lipcore.export.selection import Selection

IGNORE_CLASS = "__ignore__"
TAG = "object_id"
_IGNORE_COLOUR = (224, 224, 192)


@dataclass(frozen=True)
class SuperviselyOptions:
    """What comes with the masks."""

    pictures: bool = option(False, "Add the frames as JPEG pictures")


def file_names(selection: Selection, options: SuperviselyOptions, frame: int) -> list[str]:
    """The bitmaps of a frame, and its picture if asked."""
    end = f"{selection.frame_names[frame]}.jpg"
    folder = selection.video_name
    return [f"{folder}/ann/{end}.json", *([f"{folder}/img/{end}"] if options.pictures else [])]


def write_supervisely(selection: Selection, path: Path, options: SuperviselyOptions) -> Iterator[None]:
    """Write `meta.json` and `<video>/ann/<frame>.jpg.json`; an object's name is its class, its id a tag.

    Supervisely opens the folder as a project only with the pictures.
    """
    for name in file_names(selection, options, selection.first):
        (path / name).parent.mkdir(parents=True)
    colours = {selection.name(number): selection.colour(number) for number in selection.declared_ids()}
    size = {"height": selection.source.height, "width": selection.source.width}
    for frame in selection.frames:
        objects: list[dict[str, Any]] = []
        for number, name, mask in selection.named_masks(frame, IGNORE_CLASS):
            colours.setdefault(name, _IGNORE_COLOUR if name == IGNORE_CLASS else selection.colour(number))
            objects.append(_object(len(objects) + 1, number, name, mask))
        content = {"description": "", "tags": [], "size": size, "objects": objects}
        shapes, *pictures = file_names(selection, options, frame)
        (path / shapes).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        for picture in pictures:
            write_jpeg(path / picture, selection.picture(frame))
        yield
    classes = [
        {"title": name, "shape": "bitmap", "color": "#{:02X}{:02X}{:02X}".format(*colour), "hotkey": ""}
        for name, colour in colours.items()
    ]
    tag = {"name": TAG, "value_type": "any_number", "color": "#808080"}
    meta = {"classes": classes, "tags": [tag], "projectType": "images"}
    (path / "meta.json").write_text(json.dumps(meta, indent=1, ensure_ascii=False), encoding="utf-8")


def _object(place: int, number: int, name: str, mask: NDArray[np.bool_]) -> dict[str, Any]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, left = int(rows[0]), int(columns[0])
    crop = np.where(mask[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1], 255, 0).astype(np.uint8)
    picture = np.dstack([crop, crop, crop, crop])  # opaque white on nothing, as Supervisely's own bitmaps are
    data = zlib.compress(cv2.imencode(".png", picture)[1].tobytes())
    return {
        "id": place,
        "description": "",
        "geometryType": "bitmap",
        "labelerLogin": "",
        "tags": [{"name": TAG, "value": number}],
        "classTitle": name,
        "bitmap": {"data": base64.b64encode(data).decode("ascii"), "origin": [left, top]},
    }


SUPERVISELY = Writer(
    "",
    SuperviselyOptions,
    write_supervisely,
    lambda options: options.pictures,
    file_names,
    lambda selection, _, number: f"class {selection.name(number)!r}, tag {TAG} {number}",
)
