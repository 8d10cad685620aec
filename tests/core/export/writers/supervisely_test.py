"""Supervisely: a bitmap for every object, in its place, with its id as a tag, and classes with their colours."""

from __future__ import annotations

import base64
import zlib
from pathlib import Path

import cv2
import numpy as np

from tests.core.export.writers.written import HEIGHT, WIDTH, maps, read_json, write


def test_bitmaps_lie_where_the_objects_are(tmp_path: Path) -> None:
    out = write("supervisely", tmp_path / "out")
    for frame, labels in enumerate(maps()):
        content = read_json(out / "clip" / "ann" / f"{frame:05d}.jpg.json")
        assert content["size"] == {"height": HEIGHT, "width": WIDTH}
        drawn = np.zeros_like(labels)
        for item in content["objects"]:
            data = zlib.decompress(base64.b64decode(item["bitmap"]["data"]))
            alpha = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)[..., 3] > 0
            left, top = item["bitmap"]["origin"]
            part = drawn[top : top + alpha.shape[0], left : left + alpha.shape[1]]
            part[alpha] = item["tags"][0]["value"]
        np.testing.assert_array_equal(drawn, labels)


def test_classes_are_the_objects_names_with_their_colours(tmp_path: Path) -> None:
    meta = read_json(write("supervisely", tmp_path / "out") / "meta.json")
    colours = {each["title"]: each["color"] for each in meta["classes"]}
    assert colours == {"Käse / 1": "#0A141E", "Object 2": "#008000", "__ignore__": "#E0E0C0"}
    assert [tag["name"] for tag in meta["tags"]] == ["object_id"]
