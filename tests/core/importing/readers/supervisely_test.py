"""Supervisely: polygons with holes and boxes of images, and the objects of videos."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from lipcore.exchange import open_import
from tests.core.importing.foreign import CORNERS, VIDEO, H, W, box, first, polygon, put


def test_supervisely_polygon_with_a_hole_and_rectangle(tmp_path: Path) -> None:
    hole = [[14, 8], [18, 8], [18, 11], [14, 11]]
    objects = [
        {"classTitle": "cat", "geometryType": "polygon", "points": {"exterior": CORNERS, "interior": [hole]}},
        {"classTitle": "dog", "geometryType": "rectangle", "points": {"exterior": [[35, 5], [40, 12]], "interior": []}},
        {"classTitle": "road", "geometryType": "line", "points": {"exterior": [[1, 1], [2, 2]], "interior": []}},
    ]
    content = {"description": "", "tags": [], "size": {"height": H, "width": W}, "objects": objects}
    put(tmp_path / "project" / "set" / "ann" / "00000.jpg.json", content)
    put(tmp_path / "project" / "meta.json", {"classes": [], "tags": []})
    labels = first(tmp_path / "project", "supervisely")
    expected = polygon("opencv")
    expected[8:12, 14:19] = 0
    np.testing.assert_array_equal(labels == 1, expected)
    np.testing.assert_array_equal(labels == 2, box(35, 5, 41, 13))


def test_supervisely_video_follows_objects(tmp_path: Path) -> None:
    def figure(key: str, left: int) -> dict[str, Any]:
        points = {"exterior": [[left, 5], [40, 12]], "interior": []}
        return {"objectKey": key, "geometryType": "rectangle", "geometry": {"points": points}}

    content = {
        "size": {"height": H, "width": W},
        "framesCount": 4,
        "objects": [{"key": "a1", "classTitle": "dog"}, {"key": "b2", "classTitle": "dog"}],
        "frames": [{"index": 1, "figures": [figure("a1", 35)]}, {"index": 3, "figures": [figure("b2", 30)]}],
    }
    opened = open_import(put(tmp_path / "clip.mp4.json", content), VIDEO)
    assert opened.frames == [1, 3]
    one, three = (step.labels for step in opened.read())
    np.testing.assert_array_equal(one, box(35, 5, 41, 13))
    np.testing.assert_array_equal(three, 2 * box(30, 5, 41, 13))
