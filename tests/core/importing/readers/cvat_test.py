"""CVAT: every shape of images, tracks of videos, and files that are refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lipcore.exchange import detect, open_import
from tests.core.hard_labels import export_all, hard_labels, labelled
from tests.core.importing.foreign import CORNERS, VIDEO, H, W, box, first, polygon, put, refused

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # inside pycocotools
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


def test_cvat_with_definitions_is_refused(tmp_path: Path) -> None:
    text = '<!DOCTYPE a [<!ENTITY b "c">]><annotations>&b;</annotations>'
    refused(put(tmp_path / "a.xml", text), "cvat", "definitions")


def test_cvat_mask_outside_the_picture_is_refused(tmp_path: Path) -> None:
    mask = '<mask label="x" rle="0, 4" left="49" top="0" width="2" height="2"/>'
    body = f'<image id="0" name="00000.jpg" width="{W}" height="{H}">{mask}</image>'
    refused(put(tmp_path / "a.xml", CVAT.format(meta="", body=body)), "cvat", "outside the picture")


def test_a_folder_with_one_file_of_cvat(tmp_path: Path) -> None:
    source = labelled(hard_labels()[:2])
    (tmp_path / "task").mkdir()
    export_all(source, "cvat", tmp_path / "a.xml").rename(tmp_path / "task" / "train.xml")
    assert detect(tmp_path / "task") == "cvat"
    for step in open_import(tmp_path / "task", source).read():
        np.testing.assert_array_equal(step.labels, source.labels(step.frame))
