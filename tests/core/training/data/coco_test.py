"""COCO's files as training data: polygons, run lengths and crowds, and files that are refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from lipcore.training.data.packs import open_coco
from tests.core.training.pictures import draw, refuses, write_image


def write_coco(root: Path, annotations: list[dict[str, Any]], **image: object) -> Path:
    write_image(root / "images" / "a.jpg", draw({})[0])
    record = {"id": 7, "file_name": "a.jpg", "height": 96, "width": 128, **image}
    path = root / "instances.json"
    path.write_text(json.dumps({"images": [record], "annotations": annotations, "categories": []}))
    return path


def annotation(segmentation: object, category: int = 3, crowd: int = 0, image: int = 7) -> dict[str, Any]:
    return {"id": 1, "image_id": image, "category_id": category, "segmentation": segmentation, "iscrowd": crowd}


def runs_of(box: tuple[int, int, int, int], compressed: bool) -> dict[str, Any]:
    mask = np.zeros((96, 128), np.uint8, order="F")
    mask[box[1] : box[3], box[0] : box[2]] = 1
    if compressed:
        runs = coco_mask.encode(mask)
        return {"size": runs["size"], "counts": runs["counts"].decode()}
    flat = np.concatenate([[0], mask.ravel(order="F"), [2]])
    ends = np.flatnonzero(np.diff(flat))
    return {"size": [96, 128], "counts": np.diff(np.concatenate([[0], ends])).tolist()}


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # inside pycocotools
def test_coco_draws_polygons_runs_and_crowds(tmp_path: Path) -> None:
    polygon = [[10, 10, 50, 10, 50, 50, 10, 50], [60, 10, 80, 10, 80, 30]]
    path = write_coco(
        tmp_path,
        [
            annotation(polygon, 3),
            annotation(runs_of((20, 20, 30, 30), True), 8),
            annotation(runs_of((90, 60, 110, 90), False), 5),
            annotation(runs_of((0, 40, 128, 96), False), 1, crowd=1),
        ],
    )
    still = open_coco(tmp_path / "images", path).stills[0]
    assert still.classes == {1: 3, 2: 8, 3: 5}
    assert not still.unlabelled_objects
    assert still.labels[15, 15] == 1
    assert still.labels[15, 75] == 1
    assert (still.labels[20:30, 20:30] == 2).all()
    assert (still.labels[60:90, 90:110] == 3).all()
    assert still.labels[95, 0] == 255
    assert still.labels[5, 5] == 0


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # inside pycocotools
def test_coco_refuses_bad_files(tmp_path: Path) -> None:
    images = tmp_path / "images"
    refuses(lambda: open_coco(images, tmp_path / "none.json"), "none.json")
    good = [annotation([[10, 10, 50, 10, 50, 50]])]
    path = write_coco(tmp_path, good)
    path.write_text("{")
    refuses(lambda: open_coco(images, path), "not a COCO")
    path.write_text('{"images": [], "annotations": [1]}')
    refuses(lambda: open_coco(images, path), "not a COCO")
    refuses(lambda: open_coco(images, write_coco(tmp_path, [])), "no annotations")
    refuses(lambda: open_coco(images, write_coco(tmp_path, [annotation([], image=8)])), "8")
    refuses(lambda: open_coco(images, write_coco(tmp_path, good, file_name="b.jpg")), "b.jpg")
    refuses(lambda: open_coco(images, write_coco(tmp_path, good, height=50)).stills[0], "128 x 96", "128 x 50")
    damaged = write_coco(tmp_path, [annotation({"size": [96, 128]})])
    refuses(lambda: open_coco(images, damaged).stills[0], "damaged")
    other_size = write_coco(tmp_path, [annotation({"size": [5, 5], "counts": "^1"})])
    refuses(lambda: open_coco(images, other_size).stills[0], "segmentation")
