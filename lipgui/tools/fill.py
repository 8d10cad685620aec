"""The fill: a hole or a whole region of a label, and on open background the pixels of like colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.masks import Labels
from lipgui.basics.translation import QT_TRANSLATE_NOOP
from lipgui.tools.geometry import Point
from lipgui.tools.tool import Mask, Tool, ToolScene, bounds, inside

_TOLERANCE = 24  # of 255, in each channel, for a click without a drag
_TOLERANCE_STEP = 0.5  # per view pixel dragged to the right


def colour_region(frame: NDArray[np.uint8], x: int, y: int, tolerance: int, within: Mask | None = None) -> Mask:
    """(H, W) bool: pixels joined to (x, y) by sides, all in `within`, of nearly its colour (each channel)."""
    flood = np.zeros((frame.shape[0] + 2, frame.shape[1] + 2), np.uint8)
    if within is not None:
        flood[1:-1, 1:-1] = np.where(within, 0, 2)
    flags = 4 | cv2.FLOODFILL_FIXED_RANGE | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    cv2.floodFill(np.array(frame), flood, (x, y), 0, (tolerance,) * 3, (tolerance,) * 3, flags)
    return np.equal(flood[1:-1, 1:-1], 1)


def label_region(labels: Labels, x: int, y: int) -> Mask:
    """(H, W) bool: pixels joined to (x, y) by sides that have its label, such as the inside of a drawn contour."""
    return colour_region(labels, x, y, 0)


class FillTool(Tool):
    """A click takes the hole or the object under it; on background that is open to the border it takes like colours."""

    name = "fill"
    hint = QT_TRANSLATE_NOOP(
        "Tools",
        "Click to fill a hole, an object or like colours; drag right to take in more colours; right-click erases.",
    )
    needs_frame = True

    def __init__(self) -> None:
        super().__init__()
        self._start: Point = (0.0, 0.0)
        self._region: Mask | None = None  # what the colours may spread over; None when all of it is taken

    def press(self, scene: ToolScene, point: Point, erase: bool, pressure: float = 1.0) -> None:
        """Show what will be filled."""
        if not inside(scene.shape, point):
            return
        self._start, self.erase = point, erase
        x, y = int(point[0]), int(point[1])
        region = label_region(scene.labels, x, y)
        if scene.labels[y, x] or _is_enclosed(region):
            self._region = None
            self._show(region)
        else:
            self._region = region
            self._spread(scene, _TOLERANCE)

    def drag(self, scene: ToolScene, point: Point, pressure: float = 1.0) -> None:
        """Take in more colours, or fewer to the left."""
        if self.mask is not None and self._region is not None:
            dragged = (point[0] - self._start[0]) * scene.scale
            self._spread(scene, round(_TOLERANCE + dragged * _TOLERANCE_STEP))

    def release(self, scene: ToolScene, point: Point) -> None:
        """Finish."""
        self.commit(scene)

    def _spread(self, scene: ToolScene, tolerance: int) -> None:
        x, y = int(self._start[0]), int(self._start[1])
        self._show(colour_region(scene.frame, x, y, min(max(tolerance, 0), 255), self._region))


def _is_enclosed(region: Mask) -> bool:
    """Whether the region keeps clear of the border of the frame."""
    left, top, right, bottom = bounds(region) or (0, 0, 0, 0)
    return left > 0 and top > 0 and right < region.shape[1] and bottom < region.shape[0]
