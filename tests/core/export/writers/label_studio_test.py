"""Label Studio: a task for each frame, a brush mask for each object, and regions that keep their id."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lipcore.export.brush_code import decode_brush
from lipcore.export.writers.label_studio import LabelStudioOptions
from tests.core.export.writers.written import HEIGHT, WIDTH, maps, read_json, write


def test_tasks_hold_the_masks_of_their_frames(tmp_path: Path) -> None:
    tasks = read_json(write("label-studio", tmp_path / "out.json"))
    assert [task["data"]["image"] for task in tasks] == [
        f"/data/local-files/?d=clip/0000{frame}.jpg" for frame in (0, 1)
    ]
    for task, labels in zip(tasks, maps(), strict=True):
        (annotation,) = task["annotations"]
        for result in annotation["result"]:
            number = int(result["id"].removeprefix("object-"))
            mask = decode_brush(result["value"]["rle"], HEIGHT, WIDTH, "a")
            np.testing.assert_array_equal(mask, labels == number)
            assert (result["original_width"], result["original_height"]) == (WIDTH, HEIGHT)
    names = [[result["value"]["brushlabels"] for result in task["annotations"][0]["result"]] for task in tasks]
    assert names == [[["Käse / 1"]], [["Käse / 1"], ["Object 2"], ["__ignore__"]]]


def test_where_the_pictures_are_can_be_said(tmp_path: Path) -> None:
    options = LabelStudioOptions(extension="png", folder="s3://bucket/")
    tasks = read_json(write("label-studio", tmp_path / "out.json", options))
    assert tasks[1]["data"]["image"] == "s3://bucket/clip/00001.png"
