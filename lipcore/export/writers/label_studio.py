"""Label Studio: one JSON file of tasks, one for each frame, with a brush mask for every object."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lipcore.export.brush_code import encode_brush
from lipcore.export.formats import Writer, option
from lipcore.export.selection import Selection

IGNORE_LABEL = "__ignore__"


@dataclass(frozen=True)
class LabelStudioOptions:
    """How the tasks name their pictures."""

    extension: str = option("jpg", "Extension of the pictures' file names", ("jpg", "png"))
    folder: str = option("/data/local-files/?d=", "What stands before the pictures' names, as Label Studio serves them")


def write_label_studio(selection: Selection, path: Path, options: LabelStudioOptions) -> Iterator[None]:
    """Write tasks for the labelling interface `<Image name="image" value="$image"/><BrushLabels name="tag" .../>`.

    The id of an object's regions is the same in every task: "object-7".
    """
    tasks = []
    for frame in selection.frames:
        found = selection.named_masks(frame, IGNORE_LABEL)
        name = f"{selection.video_name}/{selection.frame_names[frame]}.{options.extension}"
        results = [_result(number, label, mask) for number, label, mask in found]
        annotation = {"id": frame + 1, "result": results, "was_cancelled": False, "ground_truth": False}
        tasks.append({"id": frame + 1, "data": {"image": f"{options.folder}{name}"}, "annotations": [annotation]})
        yield
    with path.open("w", encoding="utf-8") as file:
        json.dump(tasks, file, ensure_ascii=False)


def _result(number: int, label: str, mask: NDArray[np.bool_]) -> dict[str, Any]:
    return {
        "id": f"object-{number}",
        "type": "brushlabels",
        "from_name": "tag",
        "to_name": "image",
        "origin": "manual",
        "original_width": mask.shape[1],
        "original_height": mask.shape[0],
        "image_rotation": 0,
        "value": {"format": "rle", "rle": encode_brush(mask), "brushlabels": [label]},
    }


LABEL_STUDIO = Writer(
    ".json",
    LabelStudioOptions,
    write_label_studio,
    becomes=lambda selection, _, number: f"region object-{number}, label {selection.name(number)!r}",
)
