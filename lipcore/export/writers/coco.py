"""COCO instances: one JSON file with run-length encoded masks and a track id per object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco_mask

from lipcore.export.formats import Writer, option
from lipcore.export.selection import Selection
from lipcore.masks import IGNORE

IGNORE_CATEGORY = "ignore"


@dataclass(frozen=True)
class CocoOptions:
    """How the file names its pictures."""

    extension: str = option("jpg", "Extension of the pictures' file names", ("jpg", "png"))


def run_lengths(mask: NDArray[np.bool_]) -> dict[str, Any]:
    """A mask (H, W) bool as COCO's compressed run-length code: {"size": [H, W], "counts": text}."""
    code = coco_mask.encode(np.asfortranarray(mask, np.uint8))
    return {"size": [int(side) for side in code["size"]], "counts": code["counts"].decode("ascii")}


def write_coco(selection: Selection, path: Path, options: CocoOptions) -> Iterator[None]:
    """Write images, annotations, categories, videos and tracks, the last two as in the TAO and BURST data sets.

    Objects of the same name share a category. `track_id` is the object's id. Ignored pixels (255) become a crowd
    annotation of the category "ignore", which COCO's evaluation leaves out.
    """
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    categories = {selection.name(number): 0 for number in selection.declared_ids()}
    seen = set(selection.declared_ids())
    for frame in selection.frames:
        image_id = frame + 1
        images.append(_image(selection, frame, options.extension))
        for number, mask in selection.masks(frame):
            categories.setdefault(selection.name(number), 0)
            seen.add(number)
            annotation = _annotation(len(annotations) + 1, image_id, number, selection.name(number), mask)
            score = selection.score(frame, number)
            annotations.append(annotation if score is None else annotation | {"score": round(score, 6)})
        ignored = selection.labels(frame) == IGNORE
        if ignored.any():
            categories.setdefault(IGNORE_CATEGORY, 0)
            annotation = _annotation(len(annotations) + 1, image_id, IGNORE, IGNORE_CATEGORY, ignored)
            annotations.append(annotation | {"iscrowd": 1, "ignore": 1})
        yield
    numbers = {name: index for index, name in enumerate(categories, start=1)}
    for annotation in annotations:
        annotation["category_id"] = numbers[annotation["category_id"]]
    tracks = [
        {
            "id": number,
            "video_id": 1,
            "category_id": numbers[selection.name(number)],
            "name": selection.name(number),
            "colour": list(selection.colour(number)),
        }
        for number in sorted(seen)
    ]
    content = {
        "info": {"description": selection.source.name, "frame_rate": selection.source.frame_rate},
        "videos": [_video(selection)],
        "images": images,
        "annotations": annotations,
        "categories": [{"id": number, "name": name, "supercategory": "object"} for name, number in numbers.items()],
        "tracks": tracks,
    }
    with path.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)


def _image(selection: Selection, frame: int, extension: str) -> dict[str, Any]:
    return {
        "id": frame + 1,
        "file_name": f"{selection.video_name}/{selection.frame_names[frame]}.{extension}",
        "height": selection.source.height,
        "width": selection.source.width,
        "video_id": 1,
        "frame_index": frame,
    }


def _video(selection: Selection) -> dict[str, Any]:
    source = selection.source
    return {"id": 1, "name": selection.video_name, "width": source.width, "height": source.height}


def _annotation(number: int, image_id: int, track: int, category: str, mask: NDArray[np.bool_]) -> dict[str, Any]:
    """An annotation whose "category_id" is still the category's name."""
    code = run_lengths(mask)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    left, top = int(columns[0]), int(rows[0])
    return {
        "id": number,
        "image_id": image_id,
        "category_id": category,
        "track_id": track,
        "iscrowd": 0,
        "bbox": [left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top],
        "area": int(np.count_nonzero(mask)),
        "segmentation": code,
    }


COCO = Writer(
    ".json",
    CocoOptions,
    write_coco,
    becomes=lambda selection, _, number: f"track {number} of category {selection.name(number)!r}",
)
