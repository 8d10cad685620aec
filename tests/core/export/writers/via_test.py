"""VIA: polygons of each picture, with the object's id and name, in a project that VIA opens."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from tests.core.export.writers.written import HEIGHT, WIDTH, maps, read_json, write


def test_polygons_filled_with_their_edges_are_the_masks(tmp_path: Path) -> None:
    content = read_json(write("via", tmp_path / "out.json"))
    entries = list(content["_via_img_metadata"].values())
    assert [entry["filename"] for entry in entries] == ["00000.jpg", "00001.jpg"]
    for entry, labels in zip(entries, maps(), strict=True):
        drawn = np.zeros((HEIGHT, WIDTH), np.uint8)
        for region in entry["regions"]:
            shape = region["shape_attributes"]
            assert shape["name"] == "polygon"
            corners = np.column_stack((shape["all_points_x"], shape["all_points_y"])).astype(np.int32)
            number = next(int(value) for value in region["region_attributes"].values() if str(value).isdecimal())
            cv2.fillPoly(drawn, [corners], number)
        np.testing.assert_array_equal(drawn, labels)
