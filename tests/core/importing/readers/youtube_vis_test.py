"""YouTube-VIS: one of several videos, masks as codes and as polygons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from lipcore.exchange import open_import
from tests.core.importing.foreign import CORNERS, VIDEO, H, W, box, polygon, put

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # inside pycocotools


def test_youtube_vis_with_several_videos(tmp_path: Path) -> None:
    def video(number: int, name: str) -> dict[str, Any]:
        return {
            "id": number,
            "height": H,
            "width": W,
            "length": 4,
            "file_names": [f"{name}/{n:05d}.jpg" for n in range(4)],
        }

    code = coco_mask.encode(np.asfortranarray(box(1, 1, 9, 9)))
    whole = {"size": [H, W], "counts": code["counts"].decode()}
    flat = [[float(number) for corner in CORNERS for number in corner]]
    annotations = [
        {"id": 5, "video_id": 2, "category_id": 1, "segmentations": [None, whole, flat, None]},
        {"id": 6, "video_id": 9, "category_id": 1, "segmentations": [whole] * 4},
    ]
    content = {"videos": [video(1, "one"), video(2, "array")], "categories": [{"id": 1, "name": "dog"}]}
    path = put(tmp_path / "a.json", content | {"annotations": annotations})
    opened = open_import(path, VIDEO)
    _, second, third, _ = (step.labels for step in opened.read())
    np.testing.assert_array_equal(second, 5 * box(1, 1, 9, 9))
    np.testing.assert_array_equal(third, 5 * polygon("coco"))
    assert opened.notes == ("1 annotation of videos that the file does not list was left out.",)
