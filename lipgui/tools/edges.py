"""The functions behind GrabCut and the edge-snapping lasso, numpy and OpenCV alone."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.mask_operations import remove_islands
from lipgui.tools.geometry import Point, Rect
from lipgui.tools.tool import Mask, bounds

Frame = NDArray[np.uint8]

_GRABCUT_PIXELS = 32_000  # a graph of this many pixels is cut while the hand waits
_GRABCUT_ROUNDS = 3
_GUIDE_PIXELS = 250_000  # of the picture on which the edge is drawn
_GUIDE_NOISE = 65.0  # variance of grey values, 0..255, that is no edge
_CONTEXT = 0.25  # how far around the box the background is looked at, in sizes of the box
_TRACED = 384  # side of the window in which paths are searched, pixels


def grabcut_mask(frame: Frame, box: Rect, foreground: Mask, background: Mask) -> Mask:
    """(H, W) bool: the object in `box` of frame (H, W, 3), given hints (H, W) bool of what is in it and what is not.

    Where colours tell nothing apart and there are no hints, the middle of the box is taken for the object.
    """
    found = _grabcut(frame, box, foreground, background)
    if found.any() or foreground.any() or background.any():
        return found
    return _grabcut(frame, box, _middle(box, found.shape), background)


def _middle(box: Rect, shape: tuple[int, ...]) -> Mask:
    """(H, W) bool: an ellipse a third as large as the box, in its middle."""
    mask = np.zeros(shape, np.uint8)
    centre = (box[0] + box[2]) // 2, (box[1] + box[3]) // 2
    axes = max((box[2] - box[0]) // 6, 1), max((box[3] - box[1]) // 6, 1)
    cv2.ellipse(mask, centre, axes, 0, 0, 360, 1, -1)
    return mask > 0


def _grabcut(frame: Frame, box: Rect, foreground: Mask, background: Mask) -> Mask:
    shape = frame.shape[0], frame.shape[1]
    area = _grown(_around(box, bounds(foreground)), shape)
    left, top, right, bottom = area
    part = np.ascontiguousarray(frame[top:bottom, left:right])
    factor = min(1.0, math.sqrt(_GRABCUT_PIXELS / (part.shape[0] * part.shape[1])))
    size = max(round(part.shape[1] * factor), 4), max(round(part.shape[0] * factor), 4)
    trimap = np.full((bottom - top, right - left), cv2.GC_BGD, np.uint8)
    trimap[box[1] - top : box[3] - top, box[0] - left : box[2] - left] = cv2.GC_PR_FGD
    trimap = np.asarray(cv2.resize(trimap, size, interpolation=cv2.INTER_NEAREST), np.uint8)
    for hint, value in ((foreground, cv2.GC_FGD), (background, cv2.GC_BGD)):
        small = cv2.resize(hint[top:bottom, left:right].astype(np.uint8), size, interpolation=cv2.INTER_AREA)
        trimap[small > 0] = value
    if not (trimap == cv2.GC_BGD).any():  # the box is the whole frame: its rim is most likely background
        trimap[[0, -1]], trimap[:, [0, -1]] = cv2.GC_PR_BGD, cv2.GC_PR_BGD
    coarse = _cut(np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.uint8), trimap)
    mask = np.zeros(shape, np.bool_)
    fine = (refined(part, coarse) if factor < 1 else coarse) & ~background[top:bottom, left:right]
    mask[top:bottom, left:right] = remove_islands(fine)
    return (mask | foreground) & ~background


def refined(frame: Frame, coarse: Mask) -> Mask:
    """A mask (h, w) bool brought to the size of frame (H, W, 3), its edge drawn to the frame's by a guided filter.

    The filter's coefficients are smooth, so they are found on a smaller picture and only applied to the frame.
    """
    size = frame.shape[1], frame.shape[0]
    factor = min(1.0, math.sqrt(_GUIDE_PIXELS / (size[0] * size[1])))
    small = max(round(size[0] * factor), 1), max(round(size[1] * factor), 1)
    grey = np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), np.uint8)
    guide = cv2.resize(grey, small, interpolation=cv2.INTER_AREA).astype(np.float32)
    mask = np.asarray(cv2.resize(coarse.astype(np.float32), small, interpolation=cv2.INTER_LINEAR), np.float32)
    radius = max(2, round(1.5 * small[0] / coarse.shape[1]))
    window = (2 * radius + 1, 2 * radius + 1)
    mean_guide, mean_mask = cv2.blur(guide, window), cv2.blur(mask, window)
    variance = cv2.blur(guide * guide, window) - mean_guide * mean_guide
    slope = (cv2.blur(guide * mask, window) - mean_guide * mean_mask) / (variance + _GUIDE_NOISE)
    offset = mean_mask - slope * mean_guide
    fine_slope = cv2.resize(cv2.blur(slope, window), size, interpolation=cv2.INTER_LINEAR)
    fine_offset = cv2.resize(cv2.blur(offset, window), size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.multiply(fine_slope, grey, dtype=cv2.CV_32F) + fine_offset > 0.5, np.bool_)


class EdgeTracer:
    """Paths along edges from one point, within a square window around it."""

    def __init__(self, frame: Frame, start: Point, coarseness: int = 1) -> None:
        self._factor = max(1, coarseness)  # frame pixels per pixel of the searched picture
        side = _TRACED * self._factor
        height, width = frame.shape[:2]
        self._left = int(min(max(start[0] - side / 2, 0), max(width - side, 0)))
        self._top = int(min(max(start[1] - side / 2, 0), max(height - side, 0)))
        part = frame[self._top : self._top + side, self._left : self._left + side]
        size = max(part.shape[1] // self._factor, 1), max(part.shape[0] // self._factor, 1)
        self._size = size
        small = part if self._factor == 1 else cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        self._scissors = cv2.segmentation.IntelligentScissorsMB()
        self._scissors.setEdgeFeatureCannyParameters(32, 100)
        self._scissors.setGradientMagnitudeMaxLimit(200)
        self._scissors.applyImage(np.ascontiguousarray(small))
        self._scissors.buildMap(self._inner(start))

    def reaches(self, point: Point) -> bool:
        """Whether the point lies in the window."""
        x, y = (point[0] - self._left) / self._factor, (point[1] - self._top) / self._factor
        return bool(0 <= x < self._size[0] and 0 <= y < self._size[1])

    def path(self, end: Point) -> list[Point]:
        """Image coordinates from the start to `end`, both included; a point outside the window is taken to its rim."""
        contour = self._scissors.getContour(self._inner(end)).reshape(-1, 2)
        return [
            (float(x + 0.5) * self._factor + self._left, float(y + 0.5) * self._factor + self._top) for x, y in contour
        ]

    def _inner(self, point: Point) -> tuple[int, int]:
        x, y = (point[0] - self._left) / self._factor, (point[1] - self._top) / self._factor
        return int(min(max(x, 0), self._size[0] - 1)), int(min(max(y, 0), self._size[1] - 1))


def _cut(part: Frame, trimap: NDArray[np.uint8]) -> Mask:
    if not np.isin(trimap, (cv2.GC_FGD, cv2.GC_PR_FGD)).any():
        return np.zeros(trimap.shape, np.bool_)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)  # the same hints give the same mask
    cv2.grabCut(part, trimap, (0, 0, 1, 1), *models, _GRABCUT_ROUNDS, cv2.GC_INIT_WITH_MASK)
    return np.asarray((trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD), np.bool_)


def _around(first: Rect, second: Rect | None) -> Rect:
    if second is None:
        return first
    return min(first[0], second[0]), min(first[1], second[1]), max(first[2], second[2]), max(first[3], second[3])


def _grown(rect: Rect, shape: tuple[int, int]) -> Rect:
    across = max(8, round((rect[2] - rect[0]) * _CONTEXT))
    down = max(8, round((rect[3] - rect[1]) * _CONTEXT))
    return (
        max(rect[0] - across, 0),
        max(rect[1] - down, 0),
        min(rect[2] + across, shape[1]),
        min(rect[3] + down, shape[0]),
    )
