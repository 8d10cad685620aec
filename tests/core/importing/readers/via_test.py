"""VIA: regions of every kind, projects and annotations alone, and version 1."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from lipcore.exchange import open_import
from tests.core.importing.foreign import CORNERS, VIDEO, box, first, polygon, put, refused


def via(*regions: dict[str, Any]) -> dict[str, Any]:
    entry = {"filename": "00000.jpg", "size": 12345, "regions": list(regions), "file_attributes": {}}
    return {"_via_img_metadata": {"00000.jpg12345": entry}, "_via_settings": {}, "_via_attributes": {}}


def region(name: str, label: dict[str, Any], **shape: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"shape_attributes": {"name": name, **shape}, "region_attributes": label}


def test_via_project(tmp_path: Path) -> None:
    xs, ys = [x for x, _ in CORNERS], [y for _, y in CORNERS]
    content = via(
        region("polygon", {"type": {"cat": True}}, all_points_x=xs, all_points_y=ys),
        region("rect", {"type": "dog"}, x=35, y=5, width=6, height=8),
        region("circle", {"type": "ball"}, cx=42, cy=22, r=5),
        region("point", {"type": "nose"}, cx=1, cy=1),
    )
    path = put(tmp_path / "project.json", content)
    labels = first(path, "via")
    np.testing.assert_array_equal(labels == 1, polygon("opencv"))
    np.testing.assert_array_equal(labels == 2, box(35, 5, 41, 13))
    assert abs(int((labels == 3).sum()) - np.pi * 25) < 6
    opened = open_import(path, VIDEO)
    assert [item.name for item in opened.objects.values()] == ["cat", "dog", "ball"]
    assert opened.notes == ("Shapes of type point have no inside and were left out.",)


def test_via_annotations_without_a_project_and_of_version_1(tmp_path: Path) -> None:
    content = via(region("rect", {"class": "dog"}, x=3, y=5, width=6, height=8))["_via_img_metadata"]
    (entry,) = content.values()
    entry["regions"] = {"0": entry["regions"][0]}
    np.testing.assert_array_equal(first(put(tmp_path / "a.json", content), "via"), box(3, 5, 9, 13))


def test_via_polygon_without_pairs_is_refused(tmp_path: Path) -> None:
    refused(
        put(tmp_path / "a.json", via(region("polygon", {}, all_points_x=[1, 2], all_points_y=[1]))), "via", "no pairs"
    )
