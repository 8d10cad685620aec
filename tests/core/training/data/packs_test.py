"""Readers of training data on tiny made-up layouts, and what they say about bad ones."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from lipcore.training.data.packs import open_davis, open_training_pack, open_youtube_vos
from tests.core.training.pictures import draw, refuses, write_image, write_picture


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


def test_a_picture_is_decoded_once_while_it_fits(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = open_training_pack(pack)
    first = data.stills[0]
    monkeypatch.setattr(cv2, "imdecode", None)
    assert data.stills[0].image is first.image
