"""labelme: one JSON file per frame with a mask shape per object, and the frame as a picture beside it if asked."""

from __future__ import annotations

import base64
import json
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
from lipcore.masks import IGNORE

LABELME_VERSION = "5.5.0"  # the version of labelme whose file format this is; shapes of type "mask" came with 5.1


@dataclass(frozen=True)
class LabelmeOptions:
    """What comes with the masks: labelme opens a file only where its picture lies beside it."""

    pictures: bool = option(False, "Add the frames as JPEG pictures")


def file_names(selection: Selection, options: LabelmeOptions, frame: int) -> list[str]:
    """The shapes of a frame, and its picture if asked."""
    name = selection.frame_names[frame]
    return [f"{name}.json", *([f"{name}.jpg"] if options.pictures else [])]


def write_labelme(selection: Selection, path: Path, options: LabelmeOptions) -> Iterator[None]:
    """Write `path/<frame>.json` for every frame; an object's id is the `group_id`, its name the label."""
    for frame in selection.frames:
        name = selection.frame_names[frame]
        shapes = [_shape(number, selection.name(number), mask) for number, mask in selection.masks(frame)]
        ignored = selection.labels(frame) == IGNORE
        if ignored.any():
            shapes.append(_shape(IGNORE, "ignore", ignored))
        content: dict[str, Any] = {
            "version": LABELME_VERSION,
            "flags": {},
            "shapes": shapes,
            "imagePath": f"{name}.jpg",
            "imageData": None,
            "imageHeight": selection.source.height,
            "imageWidth": selection.source.width,
        }
        shapes_file, *pictures = file_names(selection, options, frame)
        (path / shapes_file).write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")
        for picture in pictures:
            write_jpeg(path / picture, selection.picture(frame))
        yield


def _shape(number: int, name: str, mask: NDArray[np.bool_]) -> dict[str, Any]:
    """A shape of type mask: the corners are the first and last column and row, both inside the mask's own picture."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, bottom, left, right = int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])
    crop = mask[top : bottom + 1, left : right + 1].astype(np.uint8)
    return {
        "label": name,
        "points": [[float(left), float(top)], [float(right), float(bottom)]],
        "group_id": number,
        "description": "",
        "shape_type": "mask",
        "flags": {},
        "mask": base64.b64encode(cv2.imencode(".png", crop)[1].tobytes()).decode("ascii"),
    }


LABELME = Writer(
    "",
    LabelmeOptions,
    write_labelme,
    lambda options: options.pictures,
    file_names,
    lambda selection, _, number: f"label {selection.name(number)!r}, group {number}",
)
