"""Files as other programs write them, in formats whose own exports LIP does not write so: polygons, boxes, ellipses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from pycocotools import mask as coco_mask

from lipcore.errors import LipError
from lipcore.exchange import ImportOptions, detect, open_import
from lipcore.importing.readers.yolo import read_yolo
from tests.helpers import blank_video

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # inside pycocotools
H, W = 30, 50
VIDEO = blank_video(4, H, W)
CORNERS = [(5, 4), (30, 6), (22, 20)]


def polygon(by: str) -> np.ndarray:
    """The triangle as pycocotools, or as OpenCV with its edges, fills it."""
    if by == "coco":
        flat = [float(number) for corner in CORNERS for number in corner]
        return coco_mask.decode(coco_mask.frPyObjects([flat], H, W))[..., 0]
    return cv2.fillPoly(np.zeros((H, W), np.uint8), [np.array(CORNERS, np.int32)], 1)


def box(left: int, top: int, right: int, bottom: int) -> np.ndarray:
    mask = np.zeros((H, W), np.uint8)
    mask[top:bottom, left:right] = 1
    return mask


def put(path: Path, content: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def first(path: Path, form: str) -> np.ndarray:
    """The labels of the first frame; the format is found by itself."""
    assert detect(path) == form
    return next(iter(open_import(path, VIDEO).read())).labels


def via(*regions: dict[str, Any]) -> dict[str, Any]:
    entry = {"filename": "00000.jpg", "size": 12345, "regions": list(regions), "file_attributes": {}}
    return {"_via_img_metadata": {"00000.jpg12345": entry}, "_via_settings": {}, "_via_attributes": {}}


def region(name: str, label: dict[str, Any], **shape: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"shape_attributes": {"name": name, **shape}, "region_attributes": label}


def test_via_project(tmp_path: Path) -> None:
    xs, ys = [x for x, _ in CORNERS], [y for _, y in CORNERS]
    content = via(
        region("polygon", {"type": {"cat": True}}, all_points_x=xs, all_points_y=ys),
        region("rect", {"type": "dog"}, x=35, y=5, width=6, height=8),
        region("circle", {"type": "ball"}, cx=42, cy=22, r=5),
        region("point", {"type": "nose"}, cx=1, cy=1),
    )
    path = put(tmp_path / "project.json", content)
    labels = first(path, "via")
    np.testing.assert_array_equal(labels == 1, polygon("opencv"))
    np.testing.assert_array_equal(labels == 2, box(35, 5, 41, 13))
    assert abs(int((labels == 3).sum()) - np.pi * 25) < 6
    opened = open_import(path, VIDEO)
    assert [item.name for item in opened.objects.values()] == ["cat", "dog", "ball"]
    assert opened.notes == ("Shapes of type point have no inside and were left out.",)


def test_via_annotations_without_a_project_and_of_version_1(tmp_path: Path) -> None:
    content = via(region("rect", {"class": "dog"}, x=3, y=5, width=6, height=8))["_via_img_metadata"]
    (entry,) = content.values()
    entry["regions"] = {"0": entry["regions"][0]}
    np.testing.assert_array_equal(first(put(tmp_path / "a.json", content), "via"), box(3, 5, 9, 13))


def label_studio(*results: dict[str, Any]) -> list[dict[str, Any]]:
    data = {"image": "/data/local-files/?d=clip%20one/00000.jpg"}
    return [{"id": 1, "data": data, "annotations": [{"was_cancelled": True, "result": [5]}, {"result": list(results)}]}]


def result(kind: str, label: str, **value: Any) -> dict[str, Any]:  # noqa: ANN401
    size = {"original_width": W, "original_height": H, "image_rotation": 0}
    return {"id": label * 3, "type": kind, "value": value | {kind: [label]}} | size


def test_label_studio_shapes(tmp_path: Path) -> None:
    points = [[100 * x / W, 100 * y / H] for x, y in CORNERS]
    content = label_studio(
        result("polygonlabels", "cat", points=points),
        result("rectanglelabels", "dog", x=70, y=100 / 6, width=12, height=80 / 3, rotation=0),
        result("ellipselabels", "ball", x=84, y=75, radiusX=10, radiusY=50 / 3, rotation=0),
    )
    labels = first(put(tmp_path / "a.json", content), "label-studio")
    np.testing.assert_array_equal(labels == 1, polygon("coco"))
    np.testing.assert_array_equal(labels == 2, box(35, 5, 41, 13))
    assert abs(int((labels == 3).sum()) - np.pi * 25) < 6


CVAT = """<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version><meta><task><name>clip</name>{meta}</task></meta>{body}</annotations>
"""


def test_cvat_for_images(tmp_path: Path) -> None:
    points = ";".join(f"{x:.2f},{y:.2f}" for x, y in CORNERS)
    shapes = (
        f'<polygon label="cat" points="{points}" z_order="0"></polygon>'
        '<box label="dog" xtl="35" ytl="5" xbr="41" ybr="13" z_order="1"></box>'
        '<ellipse label="ball" cx="42" cy="22" rx="5" ry="5" z_order="2"></ellipse>'
        '<mask label="spot" rle="1, 2, 3" left="4" top="22" width="3" height="2" z_order="3"></mask>'
        '<polyline label="road" points="1,1;2,2" z_order="4"></polyline>'
    )
    body = f'<image id="0" name="00000.jpg" width="{W}" height="{H}">{shapes}</image>'
    path = put(tmp_path / "annotations.xml", CVAT.format(meta="", body=body))
    labels = first(path, "cvat")
    np.testing.assert_array_equal(labels == 1, polygon("coco"))
    np.testing.assert_array_equal(labels == 2, box(35, 5, 41, 13))
    np.testing.assert_array_equal(np.argwhere(labels == 4), [[22, 5], [22, 6]])
    assert first(tmp_path, "cvat").any()
    assert "polyline" in open_import(path, VIDEO).notes[0]


def test_cvat_for_videos_follows_tracks(tmp_path: Path) -> None:
    shape = '<box frame="{0}" outside="{1}" keyframe="1" xtl="{2}" ytl="5" xbr="41" ybr="13" z_order="0"></box>'
    track = '<track id="{0}" label="dog">{1}</track>'
    tracks = [
        track.format(0, shape.format(0, 0, 35) + shape.format(1, 0, 36) + shape.format(2, 1, 36)),
        track.format(1, shape.format(1, 0, 30)),
    ]
    meta = f"<original_size><width>{W}</width><height>{H}</height></original_size>"
    opened = open_import(put(tmp_path / "a.xml", CVAT.format(meta=meta, body="".join(tracks))), VIDEO)
    assert opened.frames == [0, 1]
    assert [item.name for item in opened.objects.values()] == ["dog", "dog"]
    zero, one = (step.labels for step in opened.read())
    np.testing.assert_array_equal(zero, box(35, 5, 41, 13))
    np.testing.assert_array_equal(one, 2 * box(30, 5, 41, 13))


def test_isat_layers_and_background(tmp_path: Path) -> None:
    def item(category: str, corners: list[list[float]], layer: float) -> dict[str, Any]:
        return {"category": category, "group": 3, "segmentation": corners, "layer": layer, "iscrowd": False}

    hole = [[14.0, 8.0], [18.0, 8.0], [18.0, 11.0], [14.0, 11.0]]
    objects = [item("__background__", hole, 2.0), item("cat", [[float(x), float(y)] for x, y in CORNERS], 1.0)]
    info = {"description": "ISAT", "name": "00000.jpg", "width": W, "height": H, "depth": 3}
    expected = polygon("opencv")
    expected[8:12, 14:19] = 0
    labels = first(put(tmp_path / "00000.json", {"info": info, "objects": objects}), "isat")
    np.testing.assert_array_equal(labels, 3 * expected)


def test_supervisely_polygon_with_a_hole_and_rectangle(tmp_path: Path) -> None:
    hole = [[14, 8], [18, 8], [18, 11], [14, 11]]
    objects = [
        {"classTitle": "cat", "geometryType": "polygon", "points": {"exterior": CORNERS, "interior": [hole]}},
        {"classTitle": "dog", "geometryType": "rectangle", "points": {"exterior": [[35, 5], [40, 12]], "interior": []}},
        {"classTitle": "road", "geometryType": "line", "points": {"exterior": [[1, 1], [2, 2]], "interior": []}},
    ]
    content = {"description": "", "tags": [], "size": {"height": H, "width": W}, "objects": objects}
    put(tmp_path / "project" / "set" / "ann" / "00000.jpg.json", content)
    put(tmp_path / "project" / "meta.json", {"classes": [], "tags": []})
    labels = first(tmp_path / "project", "supervisely")
    expected = polygon("opencv")
    expected[8:12, 14:19] = 0
    np.testing.assert_array_equal(labels == 1, expected)
    np.testing.assert_array_equal(labels == 2, box(35, 5, 41, 13))


def test_supervisely_video_follows_objects(tmp_path: Path) -> None:
    def figure(key: str, left: int) -> dict[str, Any]:
        points = {"exterior": [[left, 5], [40, 12]], "interior": []}
        return {"objectKey": key, "geometryType": "rectangle", "geometry": {"points": points}}

    content = {
        "size": {"height": H, "width": W},
        "framesCount": 4,
        "objects": [{"key": "a1", "classTitle": "dog"}, {"key": "b2", "classTitle": "dog"}],
        "frames": [{"index": 1, "figures": [figure("a1", 35)]}, {"index": 3, "figures": [figure("b2", 30)]}],
    }
    opened = open_import(put(tmp_path / "clip.mp4.json", content), VIDEO)
    assert opened.frames == [1, 3]
    one, three = (step.labels for step in opened.read())
    np.testing.assert_array_equal(one, box(35, 5, 41, 13))
    np.testing.assert_array_equal(three, 2 * box(30, 5, 41, 13))


def test_datumaro_polygon_box_and_order(tmp_path: Path) -> None:
    def item(kind: str, label: int, order: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
        return {"id": 0, "type": kind, "attributes": {}, "group": 0, "label_id": label, "z_order": order} | more

    flat = [float(number) for corner in CORNERS for number in corner]
    annotations = [item("bbox", 1, 2, bbox=[10, 5, 6, 8]), item("polygon", 0, 1, points=flat)]
    labels = {"label": {"labels": [{"name": "cat", "parent": ""}, {"name": "dog", "parent": ""}]}}
    entry = {"id": "00000", "annotations": annotations, "image": {"path": "00000.jpg", "size": [H, W]}}
    put(tmp_path / "set" / "annotations" / "default.json", {"categories": labels, "items": [entry]})
    found = first(tmp_path / "set", "datumaro")
    over = box(10, 5, 16, 13) > 0
    expected = np.where(over, 2, polygon("coco"))
    names = [item.name for item in open_import(tmp_path / "set", VIDEO).objects.values()]
    order = {"cat": 1, "dog": 2}
    ids = [0, *(order[name] for name in names)]
    np.testing.assert_array_equal(np.array(ids)[found], expected)


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


def test_voc_with_classes_alone_and_with_changing_classes(tmp_path: Path) -> None:
    from lipcore.masks import write_label_map

    for frame, kind in enumerate((12, 8)):
        for name, value in (("SegmentationClass", kind), ("SegmentationObject", 1)):
            (tmp_path / "set" / name).mkdir(parents=True, exist_ok=True)
            write_label_map(tmp_path / "set" / name / f"{frame:05d}.png", box(1, 1, 9, 9) * np.uint8(value))
    opened = open_import(tmp_path / "set", VIDEO)
    assert opened.notes == ("Numbers are of other classes in other pictures: each class is one object.",)
    assert [item.name for item in opened.objects.values()] == ["cat", "dog"]
    (tmp_path / "set" / "SegmentationObject").rename(tmp_path / "elsewhere")
    opened = open_import(tmp_path / "set", VIDEO)
    assert {number: item.name for number, item in opened.objects.items()} == {8: "cat", 12: "dog"}


def test_mots_frames_that_are_counted_from_one(tmp_path: Path) -> None:
    code = coco_mask.encode(np.asfortranarray(box(1, 1, 9, 9)))["counts"].decode()
    lines = [f"{frame} {identity} 2 {H} {W} {code}" for frame, identity in ((1, 2001), (4, 2007), (2, 10000))]
    opened = open_import(put(tmp_path / "clip.txt", "\n".join(lines)), VIDEO)
    assert opened.frames == [0, 1, 3]
    assert opened.notes == ("Its frames are counted from 1.",)
    assert {number: item.name for number, item in opened.objects.items()} == {1: "pedestrian 1", 7: "pedestrian 7"}
    assert [int(step.labels.max()) for step in opened.read()] == [1, 255, 7]


def test_youtube_vis_with_several_videos(tmp_path: Path) -> None:
    def video(number: int, name: str) -> dict[str, Any]:
        return {
            "id": number,
            "height": H,
            "width": W,
            "length": 4,
            "file_names": [f"{name}/{n:05d}.jpg" for n in range(4)],
        }

    code = coco_mask.encode(np.asfortranarray(box(1, 1, 9, 9)))
    whole = {"size": [H, W], "counts": code["counts"].decode()}
    flat = [[float(number) for corner in CORNERS for number in corner]]
    annotations = [
        {"id": 5, "video_id": 2, "category_id": 1, "segmentations": [None, whole, flat, None]},
        {"id": 6, "video_id": 9, "category_id": 1, "segmentations": [whole] * 4},
    ]
    content = {"videos": [video(1, "one"), video(2, "array")], "categories": [{"id": 1, "name": "dog"}]}
    path = put(tmp_path / "a.json", content | {"annotations": annotations})
    opened = open_import(path, VIDEO)
    _, second, third, _ = (step.labels for step in opened.read())
    np.testing.assert_array_equal(second, 5 * box(1, 1, 9, 9))
    np.testing.assert_array_equal(third, 5 * polygon("coco"))
    assert opened.notes == ("1 annotation of videos that the file does not list was left out.",)


BAD: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "via without pairs": (
        "via",
        lambda folder: put(folder / "a.json", via(region("polygon", {}, all_points_x=[1, 2], all_points_y=[1]))),
        "no pairs",
    ),
    "label studio code that lies": (
        "label-studio",
        lambda folder: put(folder / "a.json", label_studio(result("brushlabels", "x", rle=[0, 0, 1, 0] * 9))),
        "brush code",
    ),
    "cvat with definitions": (
        "cvat",
        lambda folder: put(folder / "a.xml", '<!DOCTYPE a [<!ENTITY b "c">]><annotations>&b;</annotations>'),
        "definitions",
    ),
    "cvat mask outside": (
        "cvat",
        lambda folder: put(
            folder / "a.xml",
            CVAT.format(
                meta="",
                body=f'<image id="0" name="00000.jpg" width="{W}" height="{H}">'
                '<mask label="x" rle="0, 4" left="49" top="0" width="2" height="2"/></image>',
            ),
        ),
        "outside the picture",
    ),
    "yolo out of range": ("yolo", lambda folder: yolo(folder, "0 1 2 30 4 5 6"), "parts of 1"),
    "yolo twice": (
        "yolo",
        lambda folder: (
            put(
                put(folder / "labels" / "00001.txt", "0 0.5 0.5 0.2 0.2").parent / "00000.txt",
                "0 0.5 0.5 0.2 0.2\n0 0.1 0.1 0.1 0.1",
            ).parent.parent
        ),
        "no track ids",
    ),
    "mots text": ("mots-txt", lambda folder: put(folder / "a.txt", "1 2 3 4 5 6 7"), "six columns"),
    "unknown json": ("auto", lambda folder: put(folder / "a.json", {"x": 1}), "no format that LIP knows"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_what_is_wrong_is_a_sentence(tmp_path: Path, name: str) -> None:
    form, make, words = BAD[name]
    path = make(tmp_path / "in")
    with pytest.raises(LipError, match=words):
        list(open_import(path, VIDEO, form).read())
