"""The visible part of the picture, computed at the resolution of the screen and only where it has to be repainted."""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from lipgui.canvas.overlay import ONION_WIDTH, OverlayStyle, onion_pixels, overlay_pixels, softened
from lipgui.tools.geometry import Rect, ViewGeometry

_BLOCKS_FROM = 3.0  # screen pixels per image pixel from which image pixels are drawn as squares

_SOFTER_FROM = 1.5  # screen pixels per image pixel from which the steps of an edge are wider than one pixel
_BAND_PIXELS = 160_000


class Compositor:
    """Samples a frame and its label maps through a `ViewGeometry` in device pixels."""

    def __init__(self) -> None:
        self.frame: NDArray[np.uint8] | None = None  # (H, W, 3) RGB
        self.labels: NDArray[np.uint8] | None = None  # (H, W)
        self.onion: NDArray[np.uint8] | None = None  # (H, W)
        self._levels: dict[int, NDArray[np.uint8]] = {}  # halvings -> (h, w, 4) BGRA

    def set_frame(self, frame: NDArray[np.uint8] | None) -> None:
        """Show another frame, (H, W, 3) uint8 RGB."""
        self.frame = frame
        self._levels.clear()

    def visible(self, geometry: ViewGeometry, rect: Rect) -> Rect | None:
        """The part of the device rectangle that lies on the picture, None if there is none."""
        if self.frame is None:
            return None
        height, width = self.frame.shape[:2]
        left, top = geometry.to_view(0, 0)
        right, bottom = geometry.to_view(width, height)
        part = (
            max(rect[0], round(left)),
            max(rect[1], round(top)),
            min(rect[2], max(round(right), round(left) + 1)),
            min(rect[3], max(round(bottom), round(top) + 1)),
        )
        return part if part[0] < part[2] and part[1] < part[3] else None

    def frame_pixels(self, geometry: ViewGeometry, rect: Rect) -> NDArray[np.uint8]:
        """(h, w, 4) BGRA of the frame in a device rectangle."""
        assert self.frame is not None
        level = max(0, math.floor(-math.log2(geometry.scale) + 1e-9)) if geometry.scale < 1 else 0
        picture = self._level(level)
        across = self.frame.shape[1] / picture.shape[1] * geometry.scale  # device pixels per pixel of this level
        down = self.frame.shape[0] / picture.shape[0] * geometry.scale
        way = np.array(
            [
                [1 / across, 0, (rect[0] + 0.5 - geometry.left) / across - 0.5],
                [0, 1 / down, (rect[1] + 0.5 - geometry.top) / down - 0.5],
            ]
        )
        if geometry.scale >= _BLOCKS_FROM or geometry.scale == 1.0:
            return _sample(picture, geometry, rect, 0)
        size = rect[2] - rect[0], rect[3] - rect[1]
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        return np.asarray(cv2.warpAffine(picture, way, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)

    def overlay(self, geometry: ViewGeometry, rect: Rect, style: OverlayStyle) -> NDArray[np.uint32] | None:
        """(h, w) premultiplied 0xAARRGGBB of the labels in a device rectangle, None where there is nothing to draw."""
        if self.labels is None or style.mode == "raw":
            return None
        soft = _softness(geometry.scale)
        sampled = _sample(self.labels, geometry, rect, style.line_width + soft)
        if style.mode != "cutout" and not sampled.any():
            return None
        return softened(overlay_pixels(sampled, style, style.line_width), soft)

    def onion_overlay(self, geometry: ViewGeometry, rect: Rect, style: OverlayStyle) -> NDArray[np.uint32] | None:
        """(h, w) premultiplied 0xAARRGGBB of the other frame's contours, None where there are none."""
        if self.onion is None or style.mode == "raw":
            return None
        sampled = _sample(self.onion, geometry, rect, ONION_WIDTH)
        return onion_pixels(sampled, style, ONION_WIDTH, (rect[0], rect[1])) if sampled.any() else None

    def _level(self, level: int) -> NDArray[np.uint8]:
        """The frame halved `level` times, averaged, as BGRA."""
        assert self.frame is not None
        if level not in self._levels:
            picture = self.frame
            for _ in range(level):
                size = max(picture.shape[1] // 2, 1), max(picture.shape[0] // 2, 1)
                picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
            self._levels[level] = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2BGRA), np.uint8)
        return self._levels[level]


def _softness(scale: float) -> int:
    """Over how many device pixels edges are smoothed: not at all where image pixels are drawn as squares."""
    if scale >= _BLOCKS_FROM:
        return 0
    return 1 if scale <= _SOFTER_FROM else 2


def bands(rect: Rect) -> Iterator[Rect]:
    """A device rectangle cut into strips so small that what is computed for one stays in the processor's cache."""
    left, top, right, bottom = rect
    height = max(8, _BAND_PIXELS // max(right - left, 1))
    for start in range(top, bottom, height):
        yield left, start, right, min(start + height, bottom)


def _sample(pixels: NDArray[np.uint8], geometry: ViewGeometry, rect: Rect, margin: int) -> NDArray[np.uint8]:
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
