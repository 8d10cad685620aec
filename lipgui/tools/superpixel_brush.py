"""The superpixel brush: paints whole patches of like colour, as large as the brush."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np

from lipgui.basics.translation import QT_TRANSLATE_NOOP
from lipgui.tools.geometry import Point
from lipgui.tools.superpixels import Frame, Superpixels, load
from lipgui.tools.tool import Outline, Tool, ToolScene

_SMALLEST_SPACING, _LARGEST_SPACING, _SPACING_STEP = 8, 96, 4  # image pixels


class SuperpixelTool(Tool):
    """Every patch that the pointer crosses is painted; the patch under a hovering pointer is outlined."""

    name = "superpixels"
    hint = QT_TRANSLATE_NOOP(
        "Tools", "Paint patches of like colour: left adds, right erases; the brush size sets how large they are."
    )
    uses_brush_size = True
    needs_frame = True

    def __init__(self) -> None:
        super().__init__()
        self.work = load
        self._superpixels: Superpixels | None = None
        self._made_of: tuple[Frame | None, int] = (None, 0)
        self._last: Point = (0.0, 0.0)
        self._hovered: tuple[Outline, ...] = ()

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """The patch under the pointer."""
        return self._hovered

    def press(self, scene: ToolScene, point: Point, erase: bool, pressure: float = 1.0) -> None:
        """Start with the patch here."""
        self.mask, self.erase = np.zeros(scene.shape, np.bool_), erase
        self._hovered = ()
        self._last = point
        self._add(scene, point)

    def drag(self, scene: ToolScene, point: Point, pressure: float = 1.0) -> None:
        """Add the patches on the way."""
        if self.mask is None:
            return
        steps = max(1, math.ceil(math.dist(self._last, point) / 2))
        for step in range(1, steps + 1):
            part = step / steps
            self._add(
                scene,
                (
                    self._last[0] + (point[0] - self._last[0]) * part,
                    self._last[1] + (point[1] - self._last[1]) * part,
                ),
            )
        self._last = point

    def release(self, scene: ToolScene, point: Point) -> None:
        """Finish."""
        self.commit(scene)

    def answer(self, work: Callable[[], object], result: object) -> None:
        """Everything is loaded."""
        self.work = None

    def hover(self, scene: ToolScene, point: Point) -> None:
        """Outline the patch here, as soon as everything is loaded."""
        if self.work is not None:
            return
        found = self._find(scene).at(math.floor(point[0]), math.floor(point[1]))
        self._hovered = ()
        if found is not None:
            (left, top, _, _), patch = found
            # Twice the size, so that the outline can run along the sides of the pixels.
            large = patch.astype(np.uint8).repeat(2, axis=0).repeat(2, axis=1)
            lines, _hierarchy = cv2.findContours(large, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
            self._hovered = tuple(
                Outline(tuple((left + (x + 0.5) / 2, top + (y + 0.5) / 2) for x, y in line.reshape(-1, 2)), closed=True)
                for line in lines
            )

    def reset(self) -> None:
        """Drop the stroke."""
        super().reset()
        self._hovered = ()

    def _add(self, scene: ToolScene, point: Point) -> None:
        x, y = math.floor(point[0]), math.floor(point[1])
        assert self.mask is not None
        if 0 <= x < scene.shape[1] and 0 <= y < scene.shape[0] and self.mask[y, x]:
            return
        found = self._find(scene).at(x, y)
        if found is not None:
            (left, top, right, bottom), patch = found
            self.mask[top:bottom, left:right] |= patch
            self._mark((left, top, right, bottom))

    def _find(self, scene: ToolScene) -> Superpixels:
        spacing = min(max(scene.brush_size, _SMALLEST_SPACING), _LARGEST_SPACING) // _SPACING_STEP * _SPACING_STEP
        frame, made_spacing = self._made_of
        if self._superpixels is None or frame is not scene.frame or made_spacing != spacing:
            self._superpixels = Superpixels(scene.frame, spacing)
            self._made_of = scene.frame, spacing
        return self._superpixels
