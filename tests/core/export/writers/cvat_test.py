"""CVAT for images: a mask for every object of a picture, as the lengths of its runs within a box."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from tests.core.export.writers.written import HEIGHT, WIDTH, maps, write


def test_masks_are_runs_within_their_boxes(tmp_path: Path) -> None:
    root = ElementTree.parse(write("cvat", tmp_path / "out.xml")).getroot()
    images = root.findall("image")
    assert [(image.get("name"), image.get("width"), image.get("height")) for image in images] == [
        (f"0000{frame}.jpg", str(WIDTH), str(HEIGHT)) for frame in (0, 1)
    ]
    for image, labels in zip(images, maps(), strict=True):
        for mask in image.findall("mask"):
            left, top, width, height = (int(mask.get(name, "")) for name in ("left", "top", "width", "height"))
            lengths = [int(length) for length in mask.get("rle", "").split(",")]
            runs = np.repeat(np.arange(len(lengths)) % 2, lengths).reshape(height, width)
            number = int(mask.findtext("attribute", ""))
            np.testing.assert_array_equal(labels[top : top + height, left : left + width] == number, runs)
            assert np.count_nonzero(labels == number) == runs.sum()
    assert [mask.get("label") for mask in images[1].findall("mask")][:2] == ["Käse / 1", "Object 2"]
