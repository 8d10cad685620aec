"""YouTube-VIS: one JSON file with the video's file names and, for every object, a run-length code for each frame."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pycocotools import mask as coco_mask

from lipcore.export.formats import Writer, option
from lipcore.export.selection import Selection
from lipcore.export.writers.coco import IGNORE_CATEGORY, run_lengths
from lipcore.masks import IGNORE


@dataclass(frozen=True)
class YoutubeVisOptions:
    """How the file names its pictures."""

    extension: str = option("jpg", "Extension of the pictures' file names", ("jpg", "png"))


def write_youtube_vis(selection: Selection, path: Path, options: YoutubeVisOptions) -> Iterator[None]:
    """Write one video with the chosen frames; an object's id is the annotation's, its name the category.

    Where an object is not seen its segmentation is null. Ignored pixels are a crowd of the category "ignore".
    """
    codes: dict[int, dict[int, dict[str, Any]]] = {}
    for place, frame in enumerate(selection.frames):
        for number, _, mask in selection.named_masks(frame, IGNORE_CATEGORY):
            codes.setdefault(number, {})[place] = run_lengths(mask)
        yield
    names = {number: IGNORE_CATEGORY if number == IGNORE else selection.name(number) for number in sorted(codes)}
    categories = {name: index for index, name in enumerate(dict.fromkeys(names.values()), start=1)}
    source = selection.source
    count = len(selection.frames)
    annotations = [_annotation(number, codes[number], categories[name], count) for number, name in names.items()]
    video = {
        "id": 1,
        "name": selection.video_name,
        "width": source.width,
        "height": source.height,
        "length": count,
        "file_names": [
            f"{selection.video_name}/{selection.frame_names[frame]}.{options.extension}" for frame in selection.frames
        ],
    }
    content = {
        "info": {"description": source.name},
        "licenses": [],
        "videos": [video],
        "categories": [{"id": index, "name": name, "supercategory": "object"} for name, index in categories.items()],
        "annotations": annotations,
    }
    with path.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)


def _annotation(number: int, codes: dict[int, dict[str, Any]], category: int, count: int) -> dict[str, Any]:
    places = [codes.get(place) for place in range(count)]
    return {
        "id": number,
        "video_id": 1,
        "category_id": category,
        "iscrowd": int(number == IGNORE),
        "segmentations": places,
        "areas": [int(coco_mask.area(code)) if code else None for code in places],
        "bboxes": [[int(side) for side in coco_mask.toBbox(code)] if code else None for code in places],
    }


YOUTUBE_VIS = Writer(
    ".json",
    YoutubeVisOptions,
    write_youtube_vis,
    becomes=lambda selection, _, number: f"annotation {number} of category {selection.name(number)!r}",
)
