"""The visible part of the picture, computed at the resolution of the screen and only where it has to be repainted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from lipgui.canvas.overlay import ONION_WIDTH, OverlayStyle, has_backdrop, onion_pixels, overlay_pixels
from lipgui.canvas.pyramid import Pyramid, nearest
from lipgui.canvas.smooth import Sampling, margin, on_backdrop, smooth_onion, smooth_pixels
from lipgui.tools.geometry import Rect, ViewGeometry

_BLOCKS_FROM = 3.0  # screen pixels per image pixel from which pixels of the frame are drawn as squares
_SMOOTH_BELOW = 8.0  # screen pixels per image pixel from which every pixel of a mask is to be seen
_BAND_PIXELS = 160_000
_STEPS = 32  # places between two pixels that OpenCV tells apart

Layer = NDArray[np.uint32]


@dataclass(frozen=True, eq=False)
class SoftPicture:
    """What soft edges make of a frame: objects cut out, and tinted in their colours, both (H, W, 4) uint8.

    Premultiplied blue, green, red, alpha; the tint at full opacity.
    """

    cutout: NDArray[np.uint8]
    tint: NDArray[np.uint8]


class Compositor:
    """Samples a frame and its label maps through a `ViewGeometry` in device pixels."""

    def __init__(self) -> None:
        self.frame: NDArray[np.uint8] | None = None  # (H, W, 3) RGB
        self.labels: NDArray[np.uint8] | None = None  # (H, W)
        self.onion: NDArray[np.uint8] | None = None  # (H, W)
        self.before: NDArray[np.uint8] | None = None  # (H, W), shown left of the wipe
        self.wipe = 0.5  # of the picture's width
        self._picture: Pyramid | None = None
        self._soft: tuple[Pyramid, Pyramid] | None = None  # cut out and tinted

    def set_frame(self, frame: NDArray[np.uint8] | None) -> None:
        """Show another frame, (H, W, 3) uint8 RGB; soft edges and earlier masks of the one before are forgotten."""
        self.frame = frame
        self._picture = self._soft = self.before = None

    @property
    def is_soft(self) -> bool:
        """Whether soft edges are shown."""
        return self._soft is not None

    def set_soft(self, soft: SoftPicture | None) -> None:
        """Show what soft edges make of the frame, or its masks as they are."""
        layers = None if soft is None else (soft.cutout, soft.tint)
        self._soft = None if layers is None else (Pyramid(layers[0], _SMOOTH_BELOW), Pyramid(layers[1], _SMOOTH_BELOW))

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
        if self._picture is None:
            self._picture = Pyramid(np.asarray(cv2.cvtColor(self.frame, cv2.COLOR_RGB2BGRA), np.uint8), _BLOCKS_FROM)
        return self._picture.pixels(geometry, rect)

    def overlay(self, geometry: ViewGeometry, rect: Rect, style: OverlayStyle) -> Layer | None:
        """(h, w) premultiplied 0xAARRGGBB of the labels in a device rectangle, None where there is nothing to draw.

        Left of the wipe those of before are drawn, if there are any.
        """
        if self.labels is None or style.mode == "raw":
            return None
        if self.before is None:
            return self._overlay_now(self.labels, geometry, rect, style)
        edge = round(geometry.to_view(self.wipe * self.before.shape[1], 0)[0])
        edge = min(max(edge, rect[0]), rect[2])
        left, right = (rect[0], rect[1], edge, rect[3]), (edge, rect[1], rect[2], rect[3])
        sides = (
            self._hard_overlay(self.before, geometry, left, style) if left[0] < left[2] else None,
            self._overlay_now(self.labels, geometry, right, style) if right[0] < right[2] else None,
        )
        if sides[0] is None and sides[1] is None:
            return None
        whole = np.zeros((rect[3] - rect[1], rect[2] - rect[0]), np.uint32)
        for side, (start, _, end, _) in zip(sides, (left, right), strict=True):
            if side is not None:
                whole[:, start - rect[0] : end - rect[0]] = side
        return whole

    def _overlay_now(
        self, labels: NDArray[np.uint8], geometry: ViewGeometry, rect: Rect, style: OverlayStyle
    ) -> Layer | None:
        if self._soft is not None and style.mode not in ("contour", "matte", "edges"):
            return self._soft_overlay(self._soft, geometry, rect, style)
        return self._hard_overlay(labels, geometry, rect, style)

    def onion_overlay(self, geometry: ViewGeometry, rect: Rect, style: OverlayStyle) -> Layer | None:
        """(h, w) premultiplied 0xAARRGGBB of the other frame's contours, None where there are none."""
        if self.onion is None or style.mode == "raw":
            return None
        if geometry.scale < _SMOOTH_BELOW:
            places = _places(self.onion, geometry, rect)
            return smooth_onion(places, style, (rect[0], rect[1])) if places.labels.any() else None
        sampled = nearest(self.onion, geometry, rect, ONION_WIDTH)
        return onion_pixels(sampled, style, ONION_WIDTH, (rect[0], rect[1])) if sampled.any() else None

    def _hard_overlay(
        self, labels: NDArray[np.uint8], geometry: ViewGeometry, rect: Rect, style: OverlayStyle
    ) -> Layer | None:
        origin = rect[0], rect[1]
        if geometry.scale < _SMOOTH_BELOW:
            places = _places(labels, geometry, rect)
            is_empty = not has_backdrop(style) and not places.labels.any()
            return None if is_empty else smooth_pixels(places, style, origin)
        sampled = nearest(labels, geometry, rect, style.line_width)
        is_empty = not has_backdrop(style) and not sampled.any()
        return None if is_empty else overlay_pixels(sampled, style, style.line_width, origin)

    def _soft_overlay(
        self, soft: tuple[Pyramid, Pyramid], geometry: ViewGeometry, rect: Rect, style: OverlayStyle
    ) -> Layer:
        """A tint without lines, for they would hide the edge; objects over a backdrop; or the alpha alone."""
        cutout, tint = soft
        if style.mode == "tint":
            shaded = cv2.convertScaleAbs(tint.pixels(geometry, rect), alpha=style.opacity)
            return _joined(np.asarray(shaded, np.uint8))
        layer = cutout.pixels(geometry, rect)
        if style.mode == "alpha":
            return _joined(np.asarray(cv2.merge([layer[..., 3]] * 3 + [np.full(layer.shape[:2], 255, np.uint8)])))
        return on_backdrop(layer, style, (rect[0], rect[1]), over=True)


def bands(rect: Rect) -> Iterator[Rect]:
    """A device rectangle cut into strips so small that what is computed for one stays in the processor's cache."""
    left, top, right, bottom = rect
    height = max(8, _BAND_PIXELS // max(right - left, 1))
    for start in range(top, bottom, height):
        yield left, start, right, min(start + height, bottom)


def _joined(parts: NDArray[np.uint8]) -> Layer:
    return np.asarray(np.ascontiguousarray(parts).view(np.uint32)[..., 0], np.uint32)


def _stepped(places: NDArray[np.floating]) -> NDArray[np.float64]:
    """The places as OpenCV rounds them, so that parts equal the whole."""
    return np.asarray(np.rint(places * _STEPS) / _STEPS, np.float64)


def _places(labels: NDArray[np.uint8], geometry: ViewGeometry, rect: Rect) -> Sampling:
    """The labels about a device rectangle, and where its pixels are among them; a reduced map where there are fewer."""
    if geometry.scale <= 1:
        sampled, around = nearest(labels, geometry, rect, margin()), margin()
        columns, rows = (np.arange(end - start) + float(around) for start, end in (rect[::2], rect[1::2]))
        return Sampling(sampled, np.asarray(columns, np.float64), np.asarray(rows, np.float64), 1.0)
    columns = (np.arange(rect[0], rect[2]) + 0.5 - geometry.left) / geometry.scale - 0.5
    rows = (np.arange(rect[1], rect[3]) + 0.5 - geometry.top) / geometry.scale - 0.5
    columns, rows = _stepped(columns), _stepped(rows)
    left, top = max(int(columns[0]) - margin(), 0), max(int(rows[0]) - margin(), 0)
    part = labels[top : int(rows[-1]) + margin() + 2, left : int(columns[-1]) + margin() + 2]
    return Sampling(part, columns - left, rows - top, geometry.scale)
