"""Datumaro: items with run-length codes, labels by name and the object's id as an attribute."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lipcore.importing.run_lengths import decode_run_lengths
from tests.core.export.writers.written import HEIGHT, WIDTH, maps, read_json, write


def test_items_hold_the_masks_of_their_frames(tmp_path: Path) -> None:
    content = read_json(write("datumaro", tmp_path / "out") / "annotations" / "default.json")
    names = [label["name"] for label in content["categories"]["label"]["labels"]]
    assert names == ["Käse / 1", "Object 2", "__ignore__"]
    for frame, (item, labels) in enumerate(zip(content["items"], maps(), strict=True)):
        assert (item["id"], item["attr"]) == (f"{frame:05d}", {"frame": frame})
        assert item["image"]["size"] == [HEIGHT, WIDTH]
        for mask in item["annotations"]:
            number = mask["attributes"]["track_id"]
            assert names[mask["label_id"]] == {1: "Käse / 1", 2: "Object 2", 255: "__ignore__"}[number]
            found = decode_run_lengths(mask["rle"]["counts"], HEIGHT, WIDTH, "a")
            np.testing.assert_array_equal(found, labels == number)
    assert [len(item["annotations"]) for item in content["items"]] == [1, 3]
