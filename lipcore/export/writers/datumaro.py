"""Datumaro's own layout: annotations/default.json with run-length codes, and the frames as pictures if asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lipcore.export.formats import Writer, option
from lipcore.export.pictures import write_jpeg
from lipcore.export.selection import Selection
from lipcore.export.writers.coco import run_lengths

IGNORE_LABEL = "__ignore__"
_IMAGE = 2  # Datumaro's number for data sets of images


@dataclass(frozen=True)
class DatumaroOptions:
    """What comes with the masks."""

    pictures: bool = option(False, "Add the frames as JPEG pictures")


def file_names(selection: Selection, options: DatumaroOptions, frame: int) -> list[str]:
    """The one file that all frames share, and the picture of a frame if asked."""
    picture = f"images/default/{selection.frame_names[frame]}.jpg"
    return ["annotations/default.json", *([picture] if options.pictures else [])]


def write_datumaro(selection: Selection, path: Path, options: DatumaroOptions) -> Iterator[None]:
    """Write version 1.0 of the format; an object's name is its label, its id the attribute `track_id`."""
    for name in file_names(selection, options, selection.first):
        (path / name).parent.mkdir(parents=True)
    labels: dict[str, int] = {}
    for number in selection.declared_ids():
        labels.setdefault(selection.name(number), len(labels))
    items = []
    for frame in selection.frames:
        found = selection.named_masks(frame, IGNORE_LABEL)
        annotations = [
            _annotation(place, number, labels.setdefault(name, len(labels)), mask)
            for place, (number, name, mask) in enumerate(found)
        ]
        items.append(
            {
                "id": selection.frame_names[frame],
                "annotations": annotations,
                "attr": {"frame": frame},
                "image": {
                    "path": f"{selection.frame_names[frame]}.jpg",
                    "size": [selection.source.height, selection.source.width],
                },
            }
        )
        _, *pictures = file_names(selection, options, frame)
        for picture in pictures:
            write_jpeg(path / picture, selection.picture(frame))
        yield
    content = {
        "dm_format_version": "1.0",
        "media_type": _IMAGE,
        "infos": {},
        "categories": {
            "label": {
                "labels": [{"name": name, "parent": "", "attributes": []} for name in labels],
                "attributes": ["track_id"],
            },
        },
        "items": items,
    }
    with (path / "annotations" / "default.json").open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)


def _annotation(place: int, number: int, label: int, mask: NDArray[np.bool_]) -> dict[str, Any]:
    return {
        "id": place,
        "type": "mask",
        "attributes": {"track_id": number},
        "group": 0,
        "label_id": label,
        "rle": run_lengths(mask),
        "z_order": 0,
    }


DATUMARO = Writer(
    "",
    DatumaroOptions,
    write_datumaro,
    lambda options: options.pictures,
    file_names,
    lambda selection, _, number: f"label {selection.name(number)!r}, track_id {number}",
)
