"""Pascal VOC: objects numbered anew in each picture, classes alone, and objects of no class."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lipcore.errors import LipError
from lipcore.exchange import open_import
from lipcore.palette import davis_palette
from tests.helpers import blank_video

H, W = 20, 30
VIDEO = blank_video(2, H, W)
LEFT, RIGHT = np.zeros((H, W), np.uint8), np.zeros((H, W), np.uint8)
LEFT[4:12, 3:11], RIGHT[6:16, 18:27] = 1, 1


def write_mask(path: Path, labels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.fromarray(labels.astype(np.uint8), "P")
    picture.putpalette(davis_palette().tobytes())
    picture.save(path)


def voc(folder: Path, second: np.ndarray, kinds: np.ndarray) -> Path:
    """The cat and the dog in the first picture, something else in the second one."""
    write_mask(folder / "SegmentationObject" / "00000.png", LEFT + 2 * RIGHT)
    write_mask(folder / "SegmentationClass" / "00000.png", LEFT + 2 * RIGHT)
    write_mask(folder / "SegmentationObject" / "00001.png", second)
    write_mask(folder / "SegmentationClass" / "00001.png", kinds)
    (folder / "labelmap.txt").write_text("# label:color_rgb:parts:actions\nbackground:::\ncat:::\ndog:::\n")
    return folder


def read(path: Path) -> tuple[dict[int, str], list[np.ndarray], tuple[str, ...]]:
    opened = open_import(path, VIDEO)
    steps = list(opened.read())
    return {number: item.name for number, item in opened.objects.items()}, [one.labels for one in steps], opened.notes


def test_voc_that_numbers_the_objects_of_each_picture_anew(tmp_path: Path) -> None:
    names, maps, notes = read(voc(tmp_path / "voc", RIGHT, 2 * RIGHT))  # the dog alone is number 1
    assert names == {1: "cat", 2: "dog"}
    np.testing.assert_array_equal(maps[0], LEFT + 2 * RIGHT)
    np.testing.assert_array_equal(maps[1], 2 * RIGHT)
    assert notes == ("Numbers are of other classes in other pictures: each class is one object.",)


def test_voc_with_a_class_twice_in_a_picture_counts_by_number(tmp_path: Path) -> None:
    names, maps, notes = read(voc(tmp_path / "voc", LEFT + 2 * RIGHT, 2 * (LEFT + RIGHT)))  # two dogs
    assert names == {1: "cat", 2: "dog"}
    np.testing.assert_array_equal(maps[1], LEFT + 2 * RIGHT)
    assert notes == ("Index 1 has different classes in different pictures (cat, dog); it is one object here.",)


def test_voc_with_an_object_of_no_class_is_refused(tmp_path: Path) -> None:
    folder = voc(tmp_path / "voc", 3 * LEFT + RIGHT, 2 * RIGHT)
    write_mask(folder / "SegmentationClass" / "00001.png", 77 * LEFT + 2 * RIGHT)
    with pytest.raises(LipError, match=r"index 3 of 00001\.png has no class"):
        read(folder)


def test_voc_with_classes_alone_and_with_changing_classes(tmp_path: Path) -> None:
    for frame, kind in enumerate((12, 8)):
        write_mask(tmp_path / "set" / "SegmentationClass" / f"{frame:05d}.png", kind * LEFT)
        write_mask(tmp_path / "set" / "SegmentationObject" / f"{frame:05d}.png", LEFT)
    names, _, notes = read(tmp_path / "set")
    assert notes == ("Numbers are of other classes in other pictures: each class is one object.",)
    assert list(names.values()) == ["cat", "dog"]
    (tmp_path / "set" / "SegmentationObject").rename(tmp_path / "elsewhere")
    names, _, _ = read(tmp_path / "set")
    assert names == {8: "cat", 12: "dog"}
