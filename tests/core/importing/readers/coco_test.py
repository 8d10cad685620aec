"""COCO files of others: polygons, uncompressed codes, missing track ids, several videos, data sets, lies."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from lipcore.errors import LipError
from lipcore.exchange import ImportOptions, detect, open_import
from tests.core.hard_labels import export_all, hard_labels, labelled

H, W = 20, 30
SOURCE = labelled([np.zeros((H, W), np.uint8)] * 3)


def image(frame: int, **more: object) -> dict[str, object]:
    return {"id": frame + 1, "file_name": f"somewhere/../{frame:05d}.jpg", "height": H, "width": W} | more


def annotation(frame: int, **more: object) -> dict[str, object]:
    return {"image_id": frame + 1, "category_id": 7, "segmentation": [[2, 2, 12, 2, 12, 12, 2, 12]]} | more


def write(path: Path, **content: object) -> Path:
    full = {"images": [image(0), image(1), image(2)], "categories": [{"id": 7, "name": "dog"}], "annotations": []}
    path.write_text(json.dumps(full | content))
    return path


def read(path: Path, **options: object) -> list[np.ndarray]:
    return [step.labels for step in open_import(path, SOURCE, "coco", ImportOptions(**options)).read()]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # inside pycocotools
def test_polygons_are_filled_as_pycocotools_fills_them(tmp_path: Path) -> None:
    polygons = [[1.5, 2.2, 14.9, 3.0, 9.0, 15.5], [20, 5, 40, 5, 40, 25, 20, 18.0]]
    labels = read(write(tmp_path / "a.json", annotations=[annotation(1, segmentation=polygons)]))
    expected = coco_mask.decode(coco_mask.merge(coco_mask.frPyObjects(polygons, H, W)))
    np.testing.assert_array_equal(labels[1], expected)
    assert not labels[0].any()


def test_uncompressed_codes_and_scores(tmp_path: Path) -> None:
    code = {"size": [H, W], "counts": [3, 4, H * W - 7]}
    path = write(tmp_path / "a.json", annotations=[annotation(0, segmentation=code, score=0.5, track_id=3)])
    step = next(iter(open_import(path, SOURCE).read()))
    np.testing.assert_array_equal(step.labels[:, 0], [0, 0, 0, 3, 3, 3, 3] + [0] * 13)
    assert step.scores == {3: 0.5}


def test_without_tracks_a_category_is_an_object(tmp_path: Path) -> None:
    opened = open_import(write(tmp_path / "a.json", annotations=[annotation(0), annotation(2)]), SOURCE)
    assert {number: item.name for number, item in opened.objects.items()} == {7: "dog"}


def test_without_tracks_one_picture_gives_an_object_per_annotation(tmp_path: Path) -> None:
    other = [[20, 2, 28, 2, 28, 12, 20, 12]]
    path = write(tmp_path / "a.json", annotations=[annotation(1), annotation(1, segmentation=other)])
    opened = open_import(path, SOURCE)
    assert [item.name for item in opened.objects.values()] == ["dog", "dog"]
    assert set(np.unique(read(path)[1])) == {0, 1, 2}


def test_without_tracks_two_of_a_kind_in_several_pictures_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", annotations=[annotation(0), annotation(1), annotation(1)])
    with pytest.raises(LipError, match="no track ids"):
        open_import(path, SOURCE)


def test_track_ids_from_elsewhere_are_renumbered_and_overlaps_remarked(tmp_path: Path) -> None:
    first, second = annotation(0, track_id="x"), annotation(0, attributes={"track_id": 900})
    step = next(iter(open_import(write(tmp_path / "a.json", annotations=[first, second]), SOURCE).read()))
    assert set(np.unique(step.labels)) == {0, 2}
    assert "belong to two objects" in step.notes[0]


def test_one_of_several_videos_is_chosen_by_name(tmp_path: Path) -> None:
    videos = [{"id": 1, "name": "clip"}, {"id": 2, "name": "other"}]
    images = [image(0, video_id=1), image(0, video_id=2) | {"id": 9}]
    path = write(tmp_path / "a.json", videos=videos, images=images, annotations=[annotation(8)])
    with pytest.raises(LipError, match="none of its 1 frames shows an object"):
        read(path)
    assert read(path, video="other")[0].any()
    with pytest.raises(LipError, match="clip, other"):
        read(path, video="third")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"images": 5}, "no list of objects 'images'"),
        ({"annotations": [5]}, "no list of objects 'annotations'"),
        ({"images": [image(0), image(0)]}, "ids that differ"),
        ({"images": [image(0) | {"width": 100_000}]}, "for 100000 x 20 pixels"),
        ({"images": []}, "nothing in it"),
        ({"images": [image(0, file_name="../../etc/passwd")]}, "no frame of the video"),
        ({"annotations": [annotation(0, segmentation=None)]}, "no segmentation"),
        ({"annotations": [annotation(0, segmentation={"size": [10**9, 10**9], "counts": "0"})]}, "the size"),
        ({"annotations": [annotation(0, segmentation=[[0, 0, 1e30, 0, 5, 5]])]}, "near the picture"),
        ({"annotations": [annotation(0, segmentation=[[0, 0, float("nan"), 0, 5, 5]])]}, "near the picture"),
        ({"annotations": [annotation(0, segmentation=[[0, 0, 60, 40] * 5000])]}, "longer than"),
        ({"annotations": [annotation(0)] * 2000}, "more than 1016"),
        ({"annotations": [annotation(0, track_id=str(n)) for n in range(300)]}, "300 objects"),
    ],
)
def test_impossible_files_are_refused(tmp_path: Path, content: dict[str, object], words: str) -> None:
    with pytest.raises(LipError, match=words):
        read(write(tmp_path / "a.json", **content))


def test_a_data_set_of_coco(tmp_path: Path) -> None:
    source = labelled(hard_labels()[:2])
    file = export_all(source, "coco", tmp_path / "a.json")
    folder = tmp_path / "set" / "annotations"
    folder.mkdir(parents=True)
    (folder / "instances_train.json").write_bytes(file.read_bytes())
    (folder / "image_info_train.json").write_text(json.dumps({"images": [], "categories": []}))
    assert detect(folder.parent) == "coco"
    for step in open_import(folder.parent, source).read():
        np.testing.assert_array_equal(step.labels, source.labels(step.frame))
    (folder / "instances_val.json").write_bytes(file.read_bytes())
    with pytest.raises(
        LipError, match=r"choose one of its files of instances: instances_train.json, instances_val.json"
    ):
        open_import(folder.parent, source)
