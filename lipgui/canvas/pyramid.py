"""A picture and its halvings, looked at through a `ViewGeometry` in device pixels."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from lipgui.tools.geometry import Rect, ViewGeometry

Picture = NDArray[np.uint8]


class Pyramid:
    """Holds a picture (H, W, 4) uint8 and averages it where it is reduced.

    From `blocks_from` screen pixels per image pixel on, image pixels are drawn as squares.
    """

    def __init__(self, picture: Picture, blocks_from: float) -> None:
        self._blocks_from = blocks_from
        self._levels: dict[int, Picture] = {0: picture}

    def pixels(self, geometry: ViewGeometry, rect: Rect) -> Picture:
        """(h, w, 4) of the picture in a device rectangle."""
        level = max(0, math.floor(-math.log2(geometry.scale) + 1e-9)) if geometry.scale < 1 else 0
        whole, picture = self._levels[0], self._level(level)
        if geometry.scale >= self._blocks_from or geometry.scale == 1.0:
            return nearest(picture, geometry, rect, 0)
        across = whole.shape[1] / picture.shape[1] * geometry.scale  # device pixels per pixel of this level
        down = whole.shape[0] / picture.shape[0] * geometry.scale
        way = np.array(
            [
                [1 / across, 0, (rect[0] + 0.5 - geometry.left) / across - 0.5],
                [0, 1 / down, (rect[1] + 0.5 - geometry.top) / down - 0.5],
            ]
        )
        size = rect[2] - rect[0], rect[3] - rect[1]
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(picture, way, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)

    def _level(self, level: int) -> Picture:
        """The picture halved `level` times, averaged."""
        for number in range(1, level + 1):
            if number not in self._levels:
                finer = self._levels[number - 1]
                size = max(finer.shape[1] // 2, 1), max(finer.shape[0] // 2, 1)
                self._levels[number] = np.asarray(cv2.resize(finer, size, interpolation=cv2.INTER_AREA), np.uint8)
        return self._levels[level]


def nearest(pixels: NDArray[np.uint8], geometry: ViewGeometry, rect: Rect, margin: int) -> NDArray[np.uint8]:
    """The nearest pixels of (H, W, ...) in a device rectangle grown by `margin`."""
    rows, columns = _sampled(geometry, rect, (pixels.shape[0], pixels.shape[1]), margin)
    if geometry.scale == 1.0 and len(rows) == rows[-1] - rows[0] + 1 and len(columns) == columns[-1] - columns[0] + 1:
        return np.ascontiguousarray(pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1])
    return np.ascontiguousarray(pixels[rows[0] : rows[-1] + 1].take(rows - rows[0], 0).take(columns, 1))


def _sampled(
    geometry: ViewGeometry, rect: Rect, shape: tuple[int, int], margin: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The image row and column under the centre of each device pixel of the rectangle grown by `margin`."""
    x = np.arange(rect[0] - margin, rect[2] + margin) + 0.5
    y = np.arange(rect[1] - margin, rect[3] + margin) + 0.5
    columns = np.floor((x - geometry.left) / geometry.scale).astype(np.intp)
    rows = np.floor((y - geometry.top) / geometry.scale).astype(np.intp)
    return np.clip(rows, 0, shape[0] - 1), np.clip(columns, 0, shape[1] - 1)
