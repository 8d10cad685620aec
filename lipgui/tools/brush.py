"""The brush and the eraser: a disc dragged over the picture, its size set by the pen's pressure."""

from __future__ import annotations

import math

import numpy as np

from lipgui.basics.translation import QT_TRANSLATE_NOOP
from lipgui.tools.geometry import Point, Rect
from lipgui.tools.tool import Mask, Tool, ToolScene

SMALLEST_BRUSH = 1
LARGEST_BRUSH = 1024
_SNAPPED_BELOW = 16  # smaller discs sit on the pixel grid, so that each size has one shape
_LEAST_PRESSURE = 0.15


def snapped(point: Point, size: float) -> Point:
    """The point moved to where a small disc of `size` pixels is symmetric on the pixel grid."""
    if size >= _SNAPPED_BELOW:
        return point
    if round(size) % 2:
        return math.floor(point[0]) + 0.5, math.floor(point[1]) + 0.5
    return float(math.floor(point[0] + 0.5)), float(math.floor(point[1] + 0.5))


def add_segment(mask: Mask, start: Point, end: Point, start_size: float, end_size: float) -> Rect | None:
    """Set the pixels of `mask` (H, W) whose centre a disc moved from start to end covers; gives the area touched."""
    length = math.dist(start, end)
    pieces = max(1, math.ceil(length / max(start_size, end_size, 16.0)))
    touched: list[Rect] = []
    for piece in range(pieces):
        first, last = piece / pieces, (piece + 1) / pieces
        rect = _add_piece(
            mask,
            _between(start, end, first),
            _between(start, end, last),
            (start_size + (end_size - start_size) * first) / 2,
            (start_size + (end_size - start_size) * last) / 2,
        )
        if rect is not None:
            touched.append(rect)
    if not touched:
        return None
    lefts, tops, rights, bottoms = zip(*touched, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def _add_piece(mask: Mask, start: Point, end: Point, start_radius: float, end_radius: float) -> Rect | None:
    radius = max(start_radius, end_radius)
    left = max(math.floor(min(start[0], end[0]) - radius), 0)
    top = max(math.floor(min(start[1], end[1]) - radius), 0)
    right = min(math.ceil(max(start[0], end[0]) + radius), mask.shape[1])
    bottom = min(math.ceil(max(start[1], end[1]) + radius), mask.shape[0])
    if left >= right or top >= bottom:
        return None
    x = np.arange(left, right) + 0.5 - start[0]
    y = (np.arange(top, bottom) + 0.5 - start[1])[:, None]
    across, down = end[0] - start[0], end[1] - start[1]
    squared = across * across + down * down
    part = np.clip((x * across + y * down) / squared, 0.0, 1.0) if squared else np.zeros((len(y), len(x)))
    reach = start_radius + (end_radius - start_radius) * part
    distance = (x - across * part) ** 2 + (y - down * part) ** 2
    mask[top:bottom, left:right] |= distance <= reach * reach + 1e-9
    return left, top, right, bottom


def _between(start: Point, end: Point, part: float) -> Point:
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


class BrushTool(Tool):
    """Paints with the left button and erases with the right one; done when the button is released."""

    name = "brush"
    hint = QT_TRANSLATE_NOOP("Tools", "Left paints, right erases.")
    uses_brush_size = True

    def __init__(self) -> None:
        super().__init__()
        self._last: Point = (0.0, 0.0)
        self._last_size = 1.0

    def press(self, scene: ToolScene, point: Point, erase: bool, pressure: float = 1.0) -> None:
        """Start a stroke with one disc."""
        self.mask = np.zeros(scene.shape, np.bool_)
        self.erase = erase
        self._last_size = pressed_size(scene.brush_size, pressure)
        self._last = snapped(point, self._last_size)
        self._mark(add_segment(self.mask, self._last, self._last, self._last_size, self._last_size))

    def drag(self, scene: ToolScene, point: Point, pressure: float = 1.0) -> None:
        """Go on to `point`."""
        if self.mask is None:
            return
        size = pressed_size(scene.brush_size, pressure)
        point = snapped(point, size)
        self._mark(add_segment(self.mask, self._last, point, self._last_size, size))
        self._last, self._last_size = point, size

    def release(self, scene: ToolScene, point: Point) -> None:
        """Finish the stroke."""
        self.commit(scene)


class EraserTool(BrushTool):
    """A brush whose left button erases; the right one paints."""

    name = "eraser"
    hint = QT_TRANSLATE_NOOP("Tools", "Left erases the selected object, right paints.")

    def press(self, scene: ToolScene, point: Point, erase: bool, pressure: float = 1.0) -> None:
        """Start a stroke with one disc."""
        super().press(scene, point, not erase, pressure)


def pressed_size(size: int, pressure: float) -> float:
    """The diameter of the disc under a pen pressed with 0..1."""
    return max(1.0, size * max(_LEAST_PRESSURE, min(pressure, 1.0)))
