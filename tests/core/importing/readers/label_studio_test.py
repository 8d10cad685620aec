"""Label Studio: polygons, boxes and ellipses in hundredths of the picture, and brush codes that lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.core.importing.foreign import CORNERS, H, W, box, first, polygon, put, refused

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # inside pycocotools


def label_studio(*results: dict[str, Any]) -> list[dict[str, Any]]:
    data = {"image": "/data/local-files/?d=clip%20one/00000.jpg"}
    return [{"id": 1, "data": data, "annotations": [{"was_cancelled": True, "result": [5]}, {"result": list(results)}]}]


def result(kind: str, label: str, **value: Any) -> dict[str, Any]:  # noqa: ANN401
    size = {"original_width": W, "original_height": H, "image_rotation": 0}
    return {"id": label * 3, "type": kind, "value": value | {kind: [label]}} | size


def test_label_studio_shapes(tmp_path: Path) -> None:
    points = [[100 * x / W, 100 * y / H] for x, y in CORNERS]
    content = label_studio(
        result("polygonlabels", "cat", points=points),
        result("rectanglelabels", "dog", x=70, y=100 / 6, width=12, height=80 / 3, rotation=0),
        result("ellipselabels", "ball", x=84, y=75, radiusX=10, radiusY=50 / 3, rotation=0),
    )
    labels = first(put(tmp_path / "a.json", content), "label-studio")
    np.testing.assert_array_equal(labels == 1, polygon("coco"))
    np.testing.assert_array_equal(labels == 2, box(35, 5, 41, 13))
    assert abs(int((labels == 3).sum()) - np.pi * 25) < 6


def test_label_studio_code_that_lies_is_refused(tmp_path: Path) -> None:
    lie = result("brushlabels", "x", rle=[0, 0, 1, 0] * 9)
    refused(put(tmp_path / "a.json", label_studio(lie)), "label-studio", "brush code")
