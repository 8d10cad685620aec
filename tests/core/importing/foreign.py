"""A small video, a triangle and a box in it, and files as other programs write them."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from pycocotools import mask as coco_mask

from lipcore.errors import LipError
from lipcore.exchange import detect, open_import
from tests.helpers import blank_video

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


def refused(path: Path, form: str, words: str) -> None:
    """Reading the file in this format ends with a sentence that holds `words`."""
    with pytest.raises(LipError, match=words):
        list(open_import(path, VIDEO, form).read())
