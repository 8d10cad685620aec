"""Datumaro: polygons and boxes in the order in which they lie over each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lipcore.exchange import open_import
from tests.core.importing.foreign import CORNERS, VIDEO, H, W, box, first, polygon, put

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # inside pycocotools


def test_datumaro_polygon_box_and_order(tmp_path: Path) -> None:
    def item(kind: str, label: int, order: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        return {"id": 0, "type": kind, "attributes": {}, "group": 0, "label_id": label, "z_order": order} | more

    flat = [float(number) for corner in CORNERS for number in corner]
    annotations = [item("bbox", 1, 2, bbox=[10, 5, 6, 8]), item("polygon", 0, 1, points=flat)]
    labels = {"label": {"labels": [{"name": "cat", "parent": ""}, {"name": "dog", "parent": ""}]}}
    entry = {"id": "00000", "annotations": annotations, "image": {"path": "00000.jpg", "size": [H, W]}}
    put(tmp_path / "set" / "annotations" / "default.json", {"categories": labels, "items": [entry]})
    found = first(tmp_path / "set", "datumaro")
    over = box(10, 5, 16, 13) > 0
    expected = np.where(over, 2, polygon("coco"))
    names = [item.name for item in open_import(tmp_path / "set", VIDEO).objects.values()]
    order = {"cat": 1, "dog": 2}
    ids = [0, *(order[name] for name in names)]
    np.testing.assert_array_equal(np.array(ids)[found], expected)
