"""labelme files of others: every shape type, groups, and paths and masks that lie."""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lipcore.errors import LipError
from lipcore.exchange import ImportOptions, detect, open_import
from tests.core.hard_labels import labelled

H, W = 20, 30
SOURCE = labelled([np.zeros((H, W), np.uint8)] * 12)


def shape(kind: str, points: object, label: str = "dog", **more: object) -> dict[str, object]:
    return {"label": label, "points": points, "group_id": None, "shape_type": kind, "flags": {}} | more


def write(path: Path, shapes: object, **more: object) -> Path:
    content = {"version": "5.5.0", "flags": {}, "shapes": shapes, "imagePath": "x.jpg", "imageData": None}
    path.write_text(json.dumps(content | {"imageHeight": H, "imageWidth": W} | more))
    return path


def read(path: Path, **options: object) -> np.ndarray:
    (step,) = open_import(path, SOURCE, "labelme", ImportOptions(**options)).read()
    return step.labels


def png(mask: np.ndarray) -> str:
    buffer = io.BytesIO()
    Image.fromarray(mask).save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def test_polygon_rectangles_and_circle(tmp_path: Path) -> None:
    shapes = [
        shape("polygon", [[0, 0], [4, 0], [4, 4], [0, 4]], "a"),
        shape("rectangle", [[20, 10], [10, 5]], "b"),
        shape("circle", [[25, 15], [25, 18]], "c"),
        shape("oriented_rectangle", [[2, 8], [6, 12], [4, 14], [0, 10]], "d"),
    ]
    labels = read(write(tmp_path / "00003.json", shapes))
    assert (labels == 1).sum() == 25
    assert (labels == 2).sum() == 11 * 6
    assert abs((labels == 3).sum() - np.pi * 3.5**2) < 8
    assert labels[15, 25] == 3
    assert labels[11, 3] == 4


def test_file_belongs_to_the_frame_of_its_name_or_its_pictures_name(tmp_path: Path) -> None:
    shapes = [shape("rectangle", [[1, 1], [3, 3]])]
    assert open_import(write(tmp_path / "frame_7.json", shapes), SOURCE).frames == [7]
    named = write(tmp_path / "notes.json", shapes, imagePath="..\\..\\frames\\00004.jpg")
    assert open_import(named, SOURCE).frames == [4]
    assert open_import(named, SOURCE, options=ImportOptions(frame=9)).frames == [9]
    lost = open_import(write(tmp_path / "other.json", shapes, imagePath="/etc/passwd"), SOURCE)
    assert lost.frames == [0]
    assert "not named after a frame" in lost.notes[0]


def test_label_and_group_make_the_object(tmp_path: Path) -> None:
    box = [[1, 1], [3, 3]]
    folder = tmp_path / "labels"
    folder.mkdir()
    write(folder / "00000.json", [shape("rectangle", box, "dog"), shape("rectangle", [[9, 9], [12, 12]], "dog")])
    write(folder / "00001.json", [shape("rectangle", box, "cat", group_id=5)])
    opened = open_import(folder, SOURCE)
    assert [item.name for item in opened.objects.values()] == ["dog", "cat"]
    assert [set(np.unique(step.labels)) for step in opened.read()] == [{0, 1}, {0, 2}]


def test_files_beside_their_pictures_are_found_to_be_labelme(tmp_path: Path) -> None:
    folder = tmp_path / "labels"
    folder.mkdir()
    for name in ("00000", "00001"):
        Image.fromarray(np.zeros((H, W, 3), np.uint8)).save(folder / f"{name}.jpg")
        write(folder / f"{name}.json", [shape("rectangle", [[1, 1], [3, 3]])])
    assert detect(folder) == "labelme"
    (folder / "00000.json").rename(folder / "lip.json")
    (folder / "00001.json").unlink()
    assert detect(folder) == "davis"


def test_points_and_lines_are_left_out_with_a_remark(tmp_path: Path) -> None:
    path = write(tmp_path / "00000.json", [shape("point", [[1, 1]]), shape("linestrip", [[1, 1], [5, 5]], "cat")])
    with pytest.raises(LipError, match=r"shows an object .*point have no inside"):
        list(open_import(path, SOURCE).read())
    box = shape("rectangle", [[1, 1], [3, 3]], "box")
    opened = open_import(write(path, [shape("point", [[1, 1]]), shape("line", [[1, 1], [5, 5]], "cat"), box]), SOURCE)
    assert [item.name for item in opened.objects.values()] == ["box"]
    (step,) = opened.read()
    assert len(step.notes) == 2


def test_mask_with_holes_and_values_zero_and_one(tmp_path: Path) -> None:
    mask = np.ones((5, 6), np.uint8)
    mask[2, 2] = 0
    path = write(tmp_path / "00000.json", [shape("mask", [[3, 4], [8, 8]], mask=png(mask))])
    np.testing.assert_array_equal(read(path)[4:9, 3:9], mask)


@pytest.mark.parametrize(
    ("shapes", "words"),
    [
        (5, "no list of objects"),
        ([shape("polygon", [[0, 0], [1, 1]])], "a polygon has 2 points"),
        ([shape("polygon", [[0, 0], [1e12, 1], [3, 3]])], "near the picture"),
        ([shape("polygon", [[0, 0], [1], [3, 3]])], "near the picture"),
        ([shape("circle", [[0, 0]])], "a circle has 1 points"),
        ([shape("rectangle", [[0, 0], [1, 1], [2, 2]])], "a rectangle has 3 points"),
        ([shape("rectangle", "ab")], "near the picture"),
        ([shape("rectangle", [[1, 1], [2, 2]], label=None)], "no label"),
        ([shape("mask", [[0, 0], [4, 4]])], "does not fit"),
        ([shape("mask", [[0, 0], [4, 4]], mask="%%%")], "does not fit"),
        ([shape("mask", [[0, 0], [4, 4]], mask=png(np.ones((9, 9), np.uint8)))], "does not fit"),
        ([shape("mask", [[28, 0], [32, 4]], mask=png(np.ones((5, 5), np.uint8)))], "does not fit"),
        ([shape("point", [[0, 0]])] * 2000, "more than 1016 annotations"),
    ],
)
def test_impossible_shapes_are_refused(tmp_path: Path, shapes: object, words: str) -> None:
    with pytest.raises(LipError, match=words):
        read(write(tmp_path / "00000.json", shapes))


def test_size_of_another_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="for 640 x 20 pixels"):
        read(write(tmp_path / "00000.json", [], imageWidth=640))
