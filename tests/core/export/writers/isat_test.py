"""ISAT: a polygon for every piece, whose group is the object's id, and the categories beside them."""

from __future__ import annotations

from pathlib import Path

import yaml

from tests.core.export.writers.written import HEIGHT, WIDTH, read_json, write


def test_polygons_name_object_and_category(tmp_path: Path) -> None:
    out = write("isat", tmp_path / "out")
    first, second = (read_json(out / f"{frame:05d}.json") for frame in range(2))
    assert first["info"]["description"] == "ISAT"
    assert (first["info"]["height"], first["info"]["width"], first["info"]["name"]) == (HEIGHT, WIDTH, "00000.jpg")
    (shape,) = first["objects"]
    assert (shape["category"], shape["group"]) == ("Käse / 1", 1)
    corners = {tuple(corner) for corner in shape["segmentation"]}
    assert corners == {(2, 1), (4, 1), (4, 3), (2, 3)}
    assert {(each["category"], each["group"]) for each in second["objects"]} == {
        ("Käse / 1", 1),
        ("Object 2", 2),
        ("__ignore__", 255),
    }


def test_categories_have_the_objects_colours(tmp_path: Path) -> None:
    content = yaml.safe_load((write("isat", tmp_path / "out") / "isat.yaml").read_text(encoding="utf-8"))
    colours = {each["name"]: each["color"] for each in content["label"]}
    assert colours["Käse / 1"] == "#0a141e"
    assert colours["Object 2"] == "#008000"
