"""ISAT: one JSON file per frame with polygons, and isat.yaml with the categories."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import yaml
from numpy.typing import NDArray

from lipcore.export.formats import Writer, option
from lipcore.export.pictures import write_jpeg
from lipcore.export.polygons import mask_to_polygons
from lipcore.export.selection import Selection
from lipcore.masks import IGNORE

IGNORE_CATEGORY = "__ignore__"


@dataclass(frozen=True)
class IsatOptions:
    """What comes with the polygons: ISAT shows them on pictures of the same name."""

    pictures: bool = option(False, "Add the frames as JPEG pictures")


def file_names(selection: Selection, options: IsatOptions, frame: int) -> list[str]:
    """The polygons of a frame, and its picture if asked."""
    name = selection.frame_names[frame]
    return [f"{name}.json", *([f"{name}.jpg"] if options.pictures else [])]


def write_isat(selection: Selection, path: Path, options: IsatOptions) -> Iterator[None]:
    """Write `path/<frame>.json`: a polygon for every piece of an object, whose id is the group and name the category.

    Holes are cut open along lines of no width, so that filling the polygon with its edges gives the mask back.
    """
    colours: dict[str, str] = {}
    for frame in selection.frames:
        name, source = selection.frame_names[frame], selection.source
        objects: list[dict[str, Any]] = []
        for number, label, mask in selection.named_masks(frame, IGNORE_CATEGORY):
            colours.setdefault(label, "#{:02x}{:02x}{:02x}".format(*selection.colour(number)))
            objects += _polygons(number, label, mask, len(objects))
        info = {
            "description": "ISAT",
            "folder": "",
            "name": f"{name}.jpg",
            "width": source.width,
            "height": source.height,
            "depth": 3,
            "note": "",
        }
        shapes, *pictures = file_names(selection, options, frame)
        text = json.dumps({"info": info, "objects": objects}, indent=1, ensure_ascii=False)
        (path / shapes).write_text(text, encoding="utf-8")
        for picture in pictures:
            write_jpeg(path / picture, selection.picture(frame))
        yield
    labels = [{"name": name, "color": colour} for name, colour in colours.items()]
    (path / "isat.yaml").write_text(yaml.safe_dump({"label": labels}, allow_unicode=True), encoding="utf-8")


def _polygons(number: int, name: str, mask: NDArray[np.bool_], first_layer: int) -> list[dict[str, Any]]:
    found = []
    for place, polygon in enumerate(mask_to_polygons(mask, join_pieces=False), start=1):
        left, top = polygon.min(axis=0).tolist()
        right, bottom = polygon.max(axis=0).tolist()
        found.append(
            {
                "category": name,
                "group": number,
                "segmentation": polygon.astype(float).tolist(),
                "area": float(cv2.contourArea(polygon.astype(np.int32))),
                "layer": float(first_layer + place),
                "bbox": [float(left), float(top), float(right), float(bottom)],
                "iscrowd": number == IGNORE,
                "note": "",
                "shape_type": "polygon",
            }
        )
    return found


ISAT = Writer(
    "",
    IsatOptions,
    write_isat,
    lambda options: options.pictures,
    file_names,
    lambda selection, _, number: f"category {selection.name(number)!r}, group {number}",
)
