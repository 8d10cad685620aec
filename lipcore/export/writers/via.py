"""VGG Image Annotator: a project of VIA 2 in one JSON file, with polygons."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lipcore.export.formats import Writer, option
from lipcore.export.polygons import mask_to_polygons
from lipcore.export.selection import Selection

IGNORE_NAME = "__ignore__"


@dataclass(frozen=True)
class ViaOptions:
    """How the file names its pictures."""

    extension: str = option("jpg", "Extension of the pictures' file names", ("jpg", "png"))


def write_via(selection: Selection, path: Path, options: ViaOptions) -> Iterator[None]:
    """Write a region for every piece of an object, with its name and its id as `track_id`.

    Holes are cut open along lines of no width. VIA knows no sizes; they are written as attributes of the files.
    """
    pictures: dict[str, dict[str, Any]] = {}
    size = {"height": str(selection.source.height), "width": str(selection.source.width)}
    for frame in selection.frames:
        regions = []
        for number, label, mask in selection.named_masks(frame, IGNORE_NAME):
            regions += _regions(mask, label, number)
        name = f"{selection.frame_names[frame]}.{options.extension}"
        pictures[f"{name}-1"] = {"filename": name, "size": -1, "regions": regions, "file_attributes": size}
        yield
    text = {"type": "text", "description": "", "default_value": ""}
    content = {
        "_via_settings": _settings(selection.video_name),
        "_via_img_metadata": pictures,
        "_via_attributes": {"region": {"name": text, "track_id": text}, "file": {"height": text, "width": text}},
        "_via_data_format_version": "2.0.10",
        "_via_image_id_list": list(pictures),
    }
    with path.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)


def _settings(name: str) -> dict[str, Any]:
    """The settings that VIA 2 wants in a project, as it has them when it starts."""
    return {
        "ui": {
            "annotation_editor_height": 25,
            "annotation_editor_fontsize": 0.8,
            "leftsidebar_width": 18,
            "image_grid": {
                "img_height": 80,
                "rshape_fill": "none",
                "rshape_fill_opacity": 0.3,
                "rshape_stroke": "yellow",
                "rshape_stroke_width": 2,
                "show_region_shape": True,
                "show_image_policy": "all",
            },
            "image": {"region_label": "name", "region_color": "name", "region_label_font": "10px Sans"},
        },
        "core": {"buffer_size": 18, "filepath": {}, "default_filepath": ""},
        "project": {"name": name},
    }


def _regions(mask: NDArray[np.bool_], name: str, number: int) -> list[dict[str, Any]]:
    return [
        {
            "shape_attributes": {
                "name": "polygon",
                "all_points_x": polygon[:, 0].tolist(),
                "all_points_y": polygon[:, 1].tolist(),
            },
            "region_attributes": {"name": name, "track_id": str(number)},
        }
        for polygon in mask_to_polygons(mask, join_pieces=False)
    ]


VIA = Writer(
    ".json",
    ViaOptions,
    write_via,
    becomes=lambda selection, _, number: f"name {selection.name(number)!r}, track_id {number}",
)
