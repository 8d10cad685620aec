"""Pascal VOC: an object's id in one picture, its class in the other, and the list of classes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from lipcore.masks import read_label_map
from tests.core.export.writers.written import maps, write


def test_objects_and_classes_are_two_pictures(tmp_path: Path) -> None:
    out = write("voc", tmp_path / "out")
    for frame, labels in enumerate(maps()):
        np.testing.assert_array_equal(read_label_map(out / "SegmentationObject" / f"{frame:05d}.png"), labels)
        np.testing.assert_array_equal(read_label_map(out / "SegmentationClass" / f"{frame:05d}.png"), labels)
    assert (out / "ImageSets" / "Segmentation" / "default.txt").read_text() == "00000\n00001\n"


def test_classes_are_listed_with_their_colours_and_what_is_ignored(tmp_path: Path) -> None:
    lines = (write("voc", tmp_path / "out") / "labelmap.txt").read_text(encoding="utf-8").splitlines()
    assert lines == [
        "# label:color_rgb:parts:actions",
        "background:0,0,0::",
        "Käse / 1:128,0,0::",
        "Object 2:0,128,0::",
        "ignored:224,224,192::",
    ]
