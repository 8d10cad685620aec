"""Thumbnails of objects: the mask's shape in the object's colour, cut to its box."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

_SIDE = 48


def thumbnail(labels: NDArray[np.uint8], object_id: int, colour: tuple[int, int, int]) -> QImage:
    """The object's mask in a label map (H, W), fitted into 48 x 48 pixels, transparent elsewhere."""
    mask = np.where(labels == object_id, np.uint8(255), np.uint8(0))
    left, top, width, height = cv2.boundingRect(mask)
    side = max(width, height, 1)
    square = np.zeros((side, side), np.uint8)
    y, x = (side - height) // 2, (side - width) // 2
    square[y : y + height, x : x + width] = mask[top : top + height, left : left + width]
    alpha = cv2.resize(square, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA)
    pixels = np.empty((_SIDE, _SIDE, 4), np.uint8)
    pixels[..., :3] = colour
    pixels[..., 3] = alpha
    return QImage(pixels.data, _SIDE, _SIDE, 4 * _SIDE, QImage.Format.Format_RGBA8888).copy()
