"""pycocotools loads our COCO file, and its masks, boxes and areas are ours."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import numpy as np
import pytest
from pycocotools.coco import COCO

from lipcore.project.objects import VideoObject
from tests.core.hard_labels import export_all, hard_labels, labelled


@pytest.fixture
def loaded(tmp_path: Path) -> COCO:
    path = export_all(labelled(hard_labels()), "coco", tmp_path / "out.json")
    with contextlib.redirect_stdout(io.StringIO()):
        return COCO(str(path))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # inside pycocotools
def test_masks_boxes_and_areas_are_equal(loaded: COCO) -> None:
    for frame, labels in enumerate(hard_labels()):
        rebuilt = np.zeros_like(labels)
        for annotation in loaded.loadAnns(loaded.getAnnIds(imgIds=[frame + 1])):
            mask = loaded.annToMask(annotation).astype(bool)
            assert annotation["area"] == mask.sum()
            left, top, width, height = annotation["bbox"]
            rows, columns = np.nonzero(mask)
            assert (left, top) == (columns.min(), rows.min())
            assert (left + width, top + height) == (columns.max() + 1, rows.max() + 1)
            assert not rebuilt[mask].any()
            rebuilt[mask] = annotation["track_id"]
        np.testing.assert_array_equal(rebuilt, labels)


def test_every_frame_is_an_image_with_ids_that_refer_to_each_other(loaded: COCO) -> None:
    assert sorted(loaded.getImgIds()) == list(range(1, len(hard_labels()) + 1))
    assert loaded.loadImgs([1])[0]["file_name"] == "clip/00000.jpg"
    tracks = {track["id"] for track in loaded.dataset["tracks"]}
    for annotation in loaded.dataset["annotations"]:
        assert annotation["category_id"] in loaded.cats
        assert annotation["image_id"] in loaded.imgs
        assert annotation["iscrowd"] == (annotation["track_id"] == 255)
        assert annotation["track_id"] in tracks | {255}


def test_score_is_written_where_there_is_one(loaded: COCO) -> None:
    scores = {
        (item["image_id"], item["track_id"]): item["score"] for item in loaded.dataset["annotations"] if "score" in item
    }
    assert scores == {(1, 1): 0.75}


def test_objects_of_one_name_share_a_category(tmp_path: Path) -> None:
    source = labelled(hard_labels()[:1])
    source.objects.update({number: VideoObject(number, "dog", (1, 2, 3)) for number in (1, 2)})
    content = json.loads(export_all(source, "coco", tmp_path / "out.json").read_text(encoding="utf-8"))
    assert [item["name"] for item in content["categories"]] == ["dog"]
    assert {item["category_id"] for item in content["annotations"]} == {1}
    assert {item["track_id"] for item in content["annotations"]} == {1, 2}
