"""YOLO: polygons and boxes in parts of the picture, its classes and its sizes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from lipcore.exchange import ImportOptions, open_import
from lipcore.importing.readers.yolo import read_yolo
from tests.core.importing.foreign import CORNERS, VIDEO, H, W, box, first, polygon, put, refused


def yolo(folder: Path, *lines: str, names: str = "names: [cat, dog]") -> Path:
    put(folder / "labels" / "00000.txt", "\n".join(lines))
    put(folder / "data.yaml", names)
    return folder


def test_yolo_polygons_are_filled_as_ultralytics_fills_them(tmp_path: Path) -> None:
    normal = " ".join(f"{x / W:.6f} {y / H:.6f}" for x, y in np.array(CORNERS) + 0.5)
    folder = yolo(tmp_path / "set", f"1 {normal}", "0 0.8 0.5 0.12 0.2")
    labels = first(folder, "yolo")
    names = [item.name for item in open_import(folder, VIDEO).objects.values()]
    assert sorted(names) == ["cat", "dog"]
    dog = names.index("dog") + 1
    np.testing.assert_array_equal(labels == dog, polygon("opencv"))
    assert labels[15, 40] not in (0, dog)


def test_yolo_sizes_are_those_of_the_pictures(tmp_path: Path) -> None:
    folder = yolo(tmp_path / "set", "0 0.1 0.1 0.9 0.1 0.5 0.9", names="names:\n  0: cat\n")
    assert [picture.size for picture in read_yolo(folder, ImportOptions()).pictures] == [None]
    (folder / "images").mkdir()
    Image.fromarray(np.zeros((H, W, 3), np.uint8)).save(folder / "images" / "00000.jpg")
    assert [picture.size for picture in read_yolo(folder, ImportOptions()).pictures] == [(H, W)]


def test_yolo_out_of_range_is_refused(tmp_path: Path) -> None:
    refused(yolo(tmp_path / "in", "0 1 2 30 4 5 6"), "yolo", "parts of 1")


def test_yolo_with_a_class_twice_in_a_picture_of_several_is_refused(tmp_path: Path) -> None:
    put(tmp_path / "in" / "labels" / "00001.txt", "0 0.5 0.5 0.2 0.2")
    put(tmp_path / "in" / "labels" / "00000.txt", "0 0.5 0.5 0.2 0.2\n0 0.1 0.1 0.1 0.1")
    refused(tmp_path / "in", "yolo", "no track ids")


def test_folders_of_darknet(tmp_path: Path) -> None:
    put(tmp_path / "yolo" / "obj.names", "cat\ndog\n")
    put(tmp_path / "yolo" / "train.txt", "data/obj_train_data/00000.jpg\n")
    put(tmp_path / "yolo" / "obj_train_data" / "00000.txt", "1 0.76 0.3 0.12 0.2666667\n")  # middle, width and height
    np.testing.assert_array_equal(first(tmp_path / "yolo", "yolo"), box(35, 5, 41, 13))
    assert [item.name for item in open_import(tmp_path / "yolo", VIDEO).objects.values()] == ["dog"]
