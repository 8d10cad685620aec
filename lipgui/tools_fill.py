"""The fill: the pixels around a click that have its colour, or the whole region of its label."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from lipgui.canvas_geometry import Point
from lipgui.tools import Labels, Mask, Tool, ToolScene, inside

FillMode = Literal["colour", "region"]
FILL_MODES: tuple[FillMode, ...] = ("colour", "region")


def colour_region(frame: NDArray[np.uint8], x: int, y: int, tolerance: int, within: Mask | None = None) -> Mask:
    """(H, W) bool: pixels joined to (x, y) by sides, all in `within`, of nearly its colour (each channel)."""
    flood = np.zeros((frame.shape[0] + 2, frame.shape[1] + 2), np.uint8)
    if within is not None:
        flood[1:-1, 1:-1] = np.where(within, 0, 2)
    flags = 4 | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    cv2.floodFill(np.array(frame), flood, (x, y), 0, (tolerance,) * 3, (tolerance,) * 3, flags)
    return flood[1:-1, 1:-1] == 1


def label_region(labels: Labels, x: int, y: int) -> Mask:
    """(H, W) bool: pixels joined to (x, y) by sides that have its label, such as the inside of a drawn contour."""
    return colour_region(labels, x, y, 0)


class FillTool(Tool):
    """A click fills: by colour without leaving the label under the click, or the whole hole or region of that label."""

    name = "fill"
    hint = "Click a region to fill it; right-click to erase it."

    def __init__(self) -> None:
        super().__init__()
        self.mode: FillMode = "colour"
        self.tolerance = 24

    def press(self, scene: ToolScene, point: Point, erase: bool, pressure: float = 1.0) -> None:
        """Show what will be filled."""
        if not inside(scene.shape, point):
            return
        x, y = int(point[0]), int(point[1])
        if self.mode == "colour":
            mask = colour_region(scene.frame, x, y, self.tolerance, scene.labels == scene.labels[y, x])
        else:
            mask = label_region(scene.labels, x, y)
        self.erase = erase
        self._show(mask)

    def release(self, scene: ToolScene, point: Point) -> None:
        """Finish."""
        self.commit(scene)
