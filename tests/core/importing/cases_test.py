"""Files of the kinds that users of other programs reported, made by small functions, each with its right value."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

from lipcore.errors import LipError
from lipcore.exchange import LabelImport, Mapped, mapping, open_import
from lipcore.masks import write_label_map
from lipcore.runs.annotation_files import read_annotations
from tests.helpers import blank_video

H, W = 24, 40
VIDEO = blank_video(6, H, W)
FIRST, SECOND = np.zeros((H, W), np.uint8), np.zeros((H, W), np.uint8)
FIRST[3:10, 4:15] = 1
SECOND[12:20, 20:36] = 1
BOTH = FIRST + 2 * SECOND


def code(mask: np.ndarray) -> dict[str, Any]:
    found = coco_mask.encode(np.asfortranarray(mask))
    return {"size": [H, W], "counts": found["counts"].decode()}


def coco(**change: Callable[[Any], Any]) -> dict[str, Any]:
    """Two objects on six pictures, with track ids only if asked for; a change rewrites every value of a kind."""
    of = {name: change.get(name, lambda value: value) for name in ("image_id", "width", "height", "category_id", "id")}
    images = [
        {"id": of["id"](n), "file_name": f"{n:05d}.jpg", "height": of["height"](H), "width": of["width"](W)}
        for n in range(6)
    ]
    annotations = [
        {"image_id": of["image_id"](n), "category_id": of["category_id"](kind), "segmentation": code(mask)}
        | ({"track_id": change["track_id"](kind)} if "track_id" in change else {})
        for n in range(6)
        for kind, mask in ((1, FIRST), (2, SECOND))
    ]
    names = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    return {"images": images, "categories": names, "annotations": annotations}


def opened(path: Path, content: object) -> LabelImport:
    path.write_text(json.dumps(content), encoding="utf-8")
    return open_import(path, VIDEO)


@pytest.mark.parametrize(
    "change",
    [
        {"image_id": str},
        {"id": str},
        {"id": float},
        {"image_id": float},
        {"track_id": float},
        {"track_id": lambda number: f"{number}.0"},
        {"category_id": float, "track_id": str},
        {"category_id": str},
        {"width": str, "height": str},
        {"width": float, "height": float},
    ],
    ids=lambda change: " ".join(f"{name}={kind.__name__}" for name, kind in change.items()),
)
def test_coco_ids_and_sizes_count_by_value(tmp_path: Path, change: dict[str, Callable[[Any], Any]]) -> None:
    found = opened(tmp_path / "a.json", coco(**change))
    assert [item.name for item in found.objects.values()] == ["cat", "dog"]
    for step in found.read():
        np.testing.assert_array_equal(step.labels, BOTH)


def test_coco_float_tracks_with_one_object_a_frame_stay_two(tmp_path: Path) -> None:
    content = coco(track_id=float)
    content["annotations"] = [
        item | {"category_id": 1} for n, item in enumerate(content["annotations"]) if n % 2 == (n // 2) % 2
    ]
    found = opened(tmp_path / "a.json", content)
    assert list(found.objects) == [1, 2]
    assert [int(step.labels.max()) for step in found.read()] == [1, 2, 1, 2, 1, 2]


def test_coco_annotations_of_unknown_pictures_are_counted_and_said(tmp_path: Path) -> None:
    content = coco()
    content["annotations"] += [content["annotations"][0] | {"image_id": number} for number in (77, "x")]
    found = opened(tmp_path / "a.json", content)
    assert found.notes == ("2 annotations of pictures that the file does not list were left out.",)


def test_coco_without_any_object_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="none of its 6 frames shows an object"):
        list(opened(tmp_path / "a.json", coco() | {"annotations": []}).read())


def test_coco_with_a_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(coco()), encoding="utf-8-sig")
    assert len(open_import(tmp_path / "a.json", VIDEO).objects) == 2


def labelme(*shapes: dict[str, Any]) -> dict[str, Any]:
    return {"shapes": list(shapes), "imagePath": "00000.jpg", "imageHeight": H, "imageWidth": W}


def shape(points: object, label: object = "cat", group: object = None, kind: str = "polygon") -> dict[str, Any]:
    return {"label": label, "points": points, "group_id": group, "shape_type": kind}


TRIANGLE, OTHER = [[2, 2], [14, 3], [8, 12]], [[20, 2], [30, 2], [25, 12]]


@pytest.mark.parametrize("groups", [("1", "2"), (1.0, 2.0), (1, "2"), ("a", "b"), (0, "1.0")], ids=repr)
def test_labelme_groups_count_by_value_and_do_not_merge(tmp_path: Path, groups: tuple[object, object]) -> None:
    found = opened(tmp_path / "00000.json", labelme(*(shape(TRIANGLE, "cat", group) for group in groups)))
    assert [item.name for item in found.objects.values()] == ["cat", "cat"]


def test_labelme_equal_groups_are_one_object_however_written(tmp_path: Path) -> None:
    shapes = [shape(TRIANGLE, "cat", 1), shape(OTHER, "cat", "1"), shape([[1, 1], [2, 9], [9, 9]], "cat", 1.0)]
    assert len(opened(tmp_path / "00000.json", labelme(*shapes)).objects) == 1


def test_labelme_label_that_is_a_number_is_text(tmp_path: Path) -> None:
    found = opened(tmp_path / "00000.json", labelme(shape(TRIANGLE, 7)))
    assert [item.name for item in found.objects.values()] == ["7"]


@pytest.mark.parametrize("kind", ["rectangle", "rotation"])
def test_labelme_rectangle_of_four_points(tmp_path: Path, kind: str) -> None:
    corners = [[10, 5], [20, 5], [20, 12], [10, 12]]
    (step,) = opened(tmp_path / "00000.json", labelme(shape(corners, kind=kind))).read()
    expected = np.zeros((H, W), np.uint8)
    expected[5:13, 10:21] = 1
    np.testing.assert_array_equal(step.labels, expected)


def test_labelme_background_takes_away_and_ignore_is_ignored(tmp_path: Path) -> None:
    shapes = [
        shape([[5, 5], [30, 20]], "cat", kind="rectangle"),
        shape([[10, 8], [14, 12]], "_background_", kind="rectangle"),
        shape([[20, 8], [24, 12]], "__ignore__", kind="rectangle"),
    ]
    found = opened(tmp_path / "00000.json", labelme(*shapes))
    assert [item.name for item in found.objects.values()] == ["cat"]
    (step,) = found.read()
    assert (step.labels[8:13, 10:15] == 0).all()
    assert (step.labels[8:13, 20:25] == 255).all()
    assert set(np.unique(step.labels)) == {0, 1, 255}


def mask_folder(folder: Path, ending: str = ".png") -> Path:
    folder.mkdir()
    for frame in range(6):
        write_label_map(folder / f"{frame:05d}{ending}", BOTH)
    return folder


def apple_double(folder: Path) -> None:
    (folder / "._00000.png").write_bytes(b"\x00\x05\x16\x07")
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "Thumbs.db").write_bytes(b"x")


@pytest.mark.parametrize("ending", [".png", ".PNG"])
def test_segment_and_import_read_the_same_masks_of_a_folder(tmp_path: Path, ending: str) -> None:
    folder = mask_folder(tmp_path / "masks", ending)
    apple_double(folder)
    annotations = read_annotations(folder, VIDEO)
    imported = {step.frame: step.labels for step in open_import(folder, VIDEO).read()}
    assert sorted(annotations) == sorted(imported) == list(range(6))
    for frame in range(6):
        np.testing.assert_array_equal(annotations[frame], imported[frame])


def test_two_files_for_one_frame_are_refused(tmp_path: Path) -> None:
    folder = mask_folder(tmp_path / "masks")
    shutil.copy(folder / "00000.png", folder / "0.png")
    for read in (lambda: read_annotations(folder, VIDEO), lambda: open_import(folder, VIDEO)):
        with pytest.raises(LipError, match="'0' and '00000' are for the same frame"):
            read()


@pytest.mark.parametrize("name", ["mask_v2.png", "cat 3.png", "mask.png"])
def test_a_digit_in_a_name_is_no_frame_number(tmp_path: Path, name: str) -> None:
    write_label_map(tmp_path / name, BOTH)
    found = open_import(tmp_path / name, VIDEO)
    assert found.frames == [0]
    assert found.notes == (f"{name} is not named after a frame; it was taken for frame 0.",)


@pytest.mark.parametrize(
    ("name", "frame", "said"), [("00003", 3, 0), ("3", 3, 0), ("frame_3", 3, 1), ("00003_mask", 3, 1)]
)
def test_a_frame_number_in_a_name_is_one(tmp_path: Path, name: str, frame: int, said: int) -> None:
    write_label_map(tmp_path / f"{name}.png", BOTH)
    found = open_import(tmp_path / f"{name}.png", VIDEO)
    assert (found.frames, len(found.notes)) == ([frame], said)


def test_a_single_mask_for_segment_is_for_the_first_frame_and_said_if_it_looks_otherwise(tmp_path: Path) -> None:
    write_label_map(tmp_path / "00003.png", BOTH)
    said: list[str] = []
    assert list(read_annotations(tmp_path / "00003.png", VIDEO, said.append)) == [0]
    assert said == ["00003.png was taken for the first frame, as a single mask is."]


def test_segment_takes_any_format(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(coco()))
    annotations = read_annotations(tmp_path / "a.json", VIDEO)
    np.testing.assert_array_equal(annotations[4], BOTH)


def save(path: Path, pixels: np.ndarray) -> Path:
    Image.fromarray(pixels).save(path)
    return path


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (BOTH, BOTH),
        (np.dstack([BOTH] * 3), BOTH),
        (BOTH.astype(np.uint16), BOTH),
        (BOTH.astype(np.uint16) * 300, BOTH),
        (np.where(BOTH > 0, BOTH.astype(np.uint16) * 1001, 0).astype(np.uint16), BOTH),
        (np.dstack([BOTH * 90, BOTH * 10, BOTH * 3, np.where(BOTH, 255, 0).astype(np.uint8)]), BOTH),
        (np.dstack([BOTH * 0] * 3 + [FIRST * 255]), FIRST),
    ],
    ids=["grey", "rgb", "16 bit", "300 and 600", "1001 and 2002", "transparent", "alpha alone"],
)
def test_values_that_are_said_to_be_ids(tmp_path: Path, pixels: np.ndarray, expected: np.ndarray) -> None:
    folder = tmp_path / "masks"
    folder.mkdir()
    save(folder / "00000.png", pixels)
    annotations = read_annotations(folder, VIDEO, values="ids")
    np.testing.assert_array_equal(annotations[0], expected)


@pytest.mark.parametrize("pixels", [BOTH, BOTH.astype(np.uint16) * 300], ids=["grey", "16 bit"])
def test_values_that_nobody_explained_are_refused_and_the_question_is_told(tmp_path: Path, pixels: np.ndarray) -> None:
    with pytest.raises(LipError, match="say whether its values are ids or shades"):
        read_annotations(save(tmp_path / "00000.png", pixels), VIDEO)


@pytest.mark.parametrize("soft", [np.uint8(200), np.uint8(128)])
def test_values_that_are_said_to_be_shades(tmp_path: Path, soft: np.uint8) -> None:
    path = save(tmp_path / "00000.png", np.where(FIRST, soft, np.uint8(100) * SECOND).astype(np.uint8))
    np.testing.assert_array_equal(read_annotations(path, VIDEO, values="shades")[0], FIRST)


def test_values_become_ids_by_one_table_for_the_whole_folder(tmp_path: Path) -> None:
    folder = tmp_path / "masks"
    folder.mkdir()
    save(folder / "00000.png", np.where(SECOND, 700, 0).astype(np.uint16))
    save(folder / "00001.png", np.where(FIRST, 300, 0).astype(np.uint16))
    said: list[str] = []
    annotations = read_annotations(folder, VIDEO, said.append, "ids")
    np.testing.assert_array_equal(annotations[0], 2 * SECOND)
    np.testing.assert_array_equal(annotations[1], FIRST)
    assert said == ["Values became objects: 300 is object 1, 700 is object 2."]


def test_a_palette_of_the_users_own_is_read_by_segment_too(tmp_path: Path) -> None:
    palette = np.array([[0, 0, 0], [10, 200, 30], [250, 120, 0]], np.uint8)
    said: list[str] = []
    path = save(tmp_path / "00000.png", palette[BOTH])
    np.testing.assert_array_equal(read_annotations(path, VIDEO, said.append)[0], BOTH)
    assert "in the order they appear" in said[0]


def test_what_becomes_which_object_is_said(tmp_path: Path) -> None:
    found = opened(tmp_path / "a.json", coco(track_id=lambda number: number + 1000))
    known = open_import(tmp_path / "a.json", VIDEO).objects
    assert mapping(found, {1, 2}, {1: known[2]}) == [
        Mapped("track 1001", "cat", 1, "dog"),
        Mapped("track 1002", "dog", 2, None),
    ]


def test_a_picture_whose_name_is_a_number_of_5000_digits(tmp_path: Path) -> None:
    content = coco()
    for number, image in enumerate(content["images"]):
        image["file_name"] = "7" * 5000 + f"{number}.png"
    (tmp_path / "a.json").write_text(json.dumps(content), encoding="utf-8")
    opened = open_import(tmp_path / "a.json", VIDEO)
    assert opened.frames == list(range(len(content["images"])))
    assert "in order" in opened.notes[0]
