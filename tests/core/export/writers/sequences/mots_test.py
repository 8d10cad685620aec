"""MOTS: 16-bit pictures and text with class and id, read back by pycocotools."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from pycocotools import mask as coco_mask

from lipcore.export.writers.sequences.mots import MotsOptions, class_of
from tests.core.hard_labels import export_all, hard_labels, labelled


def test_mots_png_is_sixteen_bit_class_and_id(tmp_path: Path) -> None:
    maps = hard_labels()
    export_all(labelled(maps), "mots-png", tmp_path / "out")
    for frame, labels in enumerate(maps):
        pixels = cv2.imread(str(tmp_path / "out" / "clip" / f"{frame:06d}.png"), cv2.IMREAD_UNCHANGED)
        assert pixels.dtype == np.uint16
        np.testing.assert_array_equal(pixels == 0, labels == 0)
        np.testing.assert_array_equal(pixels == 10000, labels == 255)
        inside = (labels > 0) & (labels < 255)
        np.testing.assert_array_equal(pixels[inside] % 1000, labels[inside])
        assert set((pixels[inside] // 1000).tolist()) <= {2}


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # inside pycocotools
def test_mots_text_gives_the_masks_back_through_pycocotools(tmp_path: Path) -> None:
    maps = hard_labels()
    path = export_all(labelled(maps), "mots-txt", tmp_path / "out.txt", MotsOptions(first_number=1))
    rebuilt = [np.zeros_like(labels) for labels in maps]
    for line in path.read_text().splitlines():
        frame, identity, kind, height, width, code = line.split(" ")
        mask = coco_mask.decode({"size": [int(height), int(width)], "counts": code.encode()}).astype(bool)
        target = rebuilt[int(frame) - 1]
        assert not target[mask].any()
        assert (int(identity) // 1000) == int(kind)
        target[mask] = 255 if int(identity) == 10000 else int(identity) % 1000
    for labels, got in zip(maps, rebuilt, strict=True):
        np.testing.assert_array_equal(got, labels)


@pytest.mark.parametrize(("name", "kind"), [("Car 3", 1), ("person", 2), ("Pedestrian", 2), ("cart", 2), ("", 2)])
def test_mots_class_is_the_first_word(name: str, kind: int) -> None:
    assert class_of(name, MotsOptions()) == kind
