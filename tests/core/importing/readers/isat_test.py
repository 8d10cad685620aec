"""ISAT: layers lie over each other, and the background takes away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tests.core.importing.foreign import CORNERS, H, W, first, polygon, put


def test_isat_layers_and_background(tmp_path: Path) -> None:
    def item(category: str, corners: list[list[float]], layer: float) -> dict[str, Any]:
        return {"category": category, "group": 3, "segmentation": corners, "layer": layer, "iscrowd": False}

    hole = [[14.0, 8.0], [18.0, 8.0], [18.0, 11.0], [14.0, 11.0]]
    objects = [item("__background__", hole, 2.0), item("cat", [[float(x), float(y)] for x, y in CORNERS], 1.0)]
    info = {"description": "ISAT", "name": "00000.jpg", "width": W, "height": H, "depth": 3}
    expected = polygon("opencv")
    expected[8:12, 14:19] = 0
    labels = first(put(tmp_path / "00000.json", {"info": info, "objects": objects}), "isat")
    np.testing.assert_array_equal(labels, 3 * expected)
