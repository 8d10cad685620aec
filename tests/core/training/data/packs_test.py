"""Readers of training data on tiny made-up layouts, and what they say about bad ones."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from pycocotools import mask as coco_mask

from lipcore.training.data.packs import open_coco, open_davis, open_training_pack, open_youtube_vos
from lipcore.training.data.store import TrainingData
from tests.core.training.pictures import draw, made_data, refuses, still, write_image, write_picture


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    root = tmp_path / "pack"
    for source in ("coco", "balloon", "cfcnet"):
        for number in (1, 2):
            folder = root / "static" / source
            write_picture(folder / "images", folder / "masks", f"{number}", draw({1: (5, 5, 40, 40)}))
    for number in range(3):
        folder = root / "video" / "davis16train" / "bear"
        write_picture(folder / "images", folder / "masks", f"{number:05d}", draw({2: (5 + number, 5, 40, 40)}))
    return root


def test_pack_gives_stills_and_videos_with_their_trust(pack: Path) -> None:
    data = open_training_pack(pack)
    flags = {still.source: still.unlabelled_objects for still in data.stills}
    assert flags == {
        "static/balloon/1": True,
        "static/balloon/2": True,
        "static/coco/1": False,
        "static/coco/2": False,
    }
    assert [len(video) for video in data.videos] == [3]
    frame = data.videos[0][2]
    assert frame.image.shape == (96, 128, 3)
    assert set(np.unique(frame.labels)) == {0, 2}


def test_pack_colours_are_red_green_blue(pack: Path) -> None:
    image = open_training_pack(pack).stills[0].image
    assert image[20, 20, 0] > 200
    assert image[20, 20, 2] < 80


def test_pack_refuses_a_picture_without_mask(pack: Path) -> None:
    (pack / "static" / "coco" / "masks" / "2.png").unlink()
    refuses(lambda: open_training_pack(pack), "2.png", "no mask")


def test_pack_refuses_a_mask_of_another_size(pack: Path) -> None:
    folder = pack / "static" / "balloon"
    write_image(folder / "images" / "1.jpg", draw({}, 50, 60)[0])
    data = open_training_pack(pack)
    refuses(lambda: data.stills[0], "128 x 96", "60 x 50")


def test_pack_refuses_damaged_pictures(pack: Path) -> None:
    (pack / "static" / "balloon" / "images" / "1.jpg").write_bytes(b"nothing")
    (pack / "static" / "balloon" / "images" / "2.jpg").write_bytes(b"")
    data = open_training_pack(pack)
    refuses(lambda: data.stills[0], "1.jpg", "not a picture")
    refuses(lambda: data.stills[1], "2.jpg", "not a picture")


def test_pack_refuses_a_folder_of_something_else(tmp_path: Path) -> None:
    refuses(lambda: open_training_pack(tmp_path / "nothing"), "neither static nor video")
    (tmp_path / "static" / "coco").mkdir(parents=True)
    refuses(lambda: open_training_pack(tmp_path), "no images folder")


def write_davis(root: Path, year: int) -> None:
    for name, count in (("bear", 3), ("judo", 2)):
        for number in range(count):
            picture = draw({1: (5, 5, 30, 40), 2: (50, 20, 90, 80)})
            write_picture(root / f"JPEGImages/480p/{name}", root / f"Annotations/480p/{name}", f"{number:05d}", picture)
    sets = root / "ImageSets" / str(year)
    sets.mkdir(parents=True, exist_ok=True)
    (sets / "train.txt").write_text("judo\nbear\n")


def test_davis_2017_keeps_objects_apart(tmp_path: Path) -> None:
    write_davis(tmp_path, 2017)
    data = open_davis(tmp_path, 2017, "train")
    assert data.names == ("davis2017/judo", "davis2017/bear")
    assert [len(video) for video in data.videos] == [2, 3]
    assert set(np.unique(data.videos[0][1].labels)) == {0, 1, 2}
    assert data.videos[0][0].unlabelled_objects


def test_davis_2016_makes_one_object(tmp_path: Path) -> None:
    write_davis(tmp_path, 2016)
    lines = [f"/JPEGImages/480p/bear/{t:05d}.jpg /Annotations/480p/bear/{t:05d}.png" for t in range(3)]
    (tmp_path / "ImageSets" / "2016" / "train.txt").write_text("\n".join(lines))
    data = open_davis(tmp_path, 2016, "train")
    assert [len(video) for video in data.videos] == [3]
    assert set(np.unique(data.videos[0][1].labels)) == {0, 1}


def test_davis_refuses_what_is_missing(tmp_path: Path) -> None:
    refuses(lambda: open_davis(tmp_path, 2018), "2018")
    refuses(lambda: open_davis(tmp_path, 2017), "train.txt")
    write_davis(tmp_path, 2017)
    (tmp_path / "Annotations/480p/judo/00001.png").unlink()
    refuses(lambda: open_davis(tmp_path, 2017), "00001.png", "no mask")
    (tmp_path / "ImageSets/2017/train.txt").write_text("camel\n")
    refuses(lambda: open_davis(tmp_path, 2017), "camel", "does not exist")
    (tmp_path / "ImageSets/2017/train.txt").write_text("\n")
    refuses(lambda: open_davis(tmp_path, 2017), "names no sequence")


def write_youtube(root: Path) -> None:
    for number in range(0, 10, 5):
        picture = draw({1: (5, 5, 30, 40), 2: (50, 20, 90, 80)})
        write_picture(root / "JPEGImages/abc", root / "Annotations/abc", f"{number:05d}", picture)
    write_image(root / "JPEGImages/abc/00003.jpg", draw({})[0])
    meta = {"videos": {"abc": {"objects": {"1": {"category": "zebra"}, "2": {"category": "ape"}}}}}
    (root / "meta.json").write_text(json.dumps(meta))


def test_youtube_vos_takes_the_annotated_frames_and_classes(tmp_path: Path) -> None:
    write_youtube(tmp_path / "train")
    data = open_youtube_vos(tmp_path)
    assert [len(video) for video in data.videos] == [2]
    assert data.videos[0][1].classes == {1: 2, 2: 1}


def test_youtube_vos_refuses_what_is_missing(tmp_path: Path) -> None:
    refuses(lambda: open_youtube_vos(tmp_path), "Annotations")
    write_youtube(tmp_path)
    (tmp_path / "meta.json").write_text("[]")
    refuses(lambda: open_youtube_vos(tmp_path), "meta.json")


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


def test_decoded_pictures_stay_within_the_budget() -> None:
    size = 96 * 128 * 4
    data = TrainingData([still(f"{n}", {1: (5, 5, 40, 40)}) for n in range(10)], budget=3 * size)
    for number in (0, 1, 2, 3, 1, 2, 9):
        assert data.stills[number].source == str(number)
        assert data.cache.used <= 3 * size
    assert data.cache.used == 3 * size
    tiny = TrainingData(data.still_entries, budget=10)
    assert tiny.stills[0].labels.any()
    assert tiny.cache.used == 0


def test_a_picture_is_decoded_once_while_it_fits(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = open_training_pack(pack)
    first = data.stills[0]
    monkeypatch.setattr(cv2, "imdecode", None)
    assert data.stills[0].image is first.image


def test_hold_out_splits_whole_videos_and_repeats() -> None:
    data = made_data(20, 10)
    training, validation = data.hold_out(0.2)
    assert len(validation.stills) == 4
    assert len(validation.videos) == 2
    assert sorted(training.names + validation.names) == sorted(data.names)
    assert made_data(20, 10).hold_out(0.2)[1].names == validation.names
    assert data.hold_out(0.2, seed=1)[1].names != validation.names
    training, validation = data.hold_out(names=["video/3", "7"])
    assert set(validation.names) == {"video/3", "video/7", "still/7"}
    refuses(lambda: data.hold_out(names=["bear"]), "bear")
    refuses(lambda: data.hold_out(1.5), "1.5")


def test_sets_are_joined_and_travel_to_other_processes() -> None:
    joined = made_data(2, 1) + made_data(3, 2)
    assert (len(joined.stills), len(joined.videos)) == (5, 3)
    assert joined.stills[0].labels.any()
    other = copy.deepcopy(joined)
    assert other.names == joined.names
    assert (other.stills[4].labels == joined.stills[4].labels).all()
    assert [still.source for still in joined.stills[1:3]] == ["still/1", "still/0"]
