"""Polygon and lasso: outlines whose inside becomes the mask."""

from __future__ import annotations

import math

from lipcore.curves.raster import polygon_mask
from lipgui.basics.translation import QT_TRANSLATE_NOOP
from lipgui.tools.geometry import Point
from lipgui.tools.tool import Outline, Tool, ToolScene

_CLOSING_DISTANCE = 10.0  # view pixels within which a click on the first corner closes a polygon
_LASSO_STEP = 1.5  # view pixels between two points of a lasso


class PolygonTool(Tool):
    """Clicks set corners; Enter, a double click or the first corner finishes; the other button takes a corner back."""

    name = "polygon"
    hint = QT_TRANSLATE_NOOP(
        "Tools", "Click the corners; Enter or a click on the first corner finishes, Esc takes the last one back."
    )

    def __init__(self) -> None:
        super().__init__()
        self._corners: list[Point] = []
        self._pointer: Point | None = None
        self._held = False  # the button that set the last corner is still down

    @property
    def active(self) -> bool:
        """Whether there are corners."""
        return bool(self._corners)

    @property
    def corners(self) -> tuple[Point, ...]:
        """The corners so far, in image coordinates."""
        return tuple(self._corners)

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """The corners, and the line to the pointer."""
        if not self._corners:
            return ()
        lines = [Outline(tuple(self._corners), closed=len(self._corners) > 2, handles=True)]
        if self._pointer is not None:
            lines.append(Outline((self._corners[-1], self._pointer)))
        return tuple(lines)

    def press(self, scene: ToolScene, point: Point, erase: bool, pressure: float = 1.0) -> None:
        """Add a corner, close at the first one, or take the last back with the other button."""
        if not self._corners:
            self.erase = erase
        elif erase != self.erase:
            self.cancel(scene)
            return
        elif len(self._corners) > 2 and math.dist(point, self._corners[0]) * scene.scale <= _CLOSING_DISTANCE:
            self.commit(scene)
            return
        if not self._corners or point != self._corners[-1]:
            self._corners.append(point)
        self._held = True
        self._preview(scene)

    def drag(self, scene: ToolScene, point: Point, pressure: float = 1.0) -> None:
        """Place the last corner."""
        if self._held and self._corners and not self.finished:
            self._corners[-1] = point
            self._preview(scene)

    def release(self, scene: ToolScene, point: Point) -> None:
        """The corner stays where it is."""
        self._held = False

    def hover(self, scene: ToolScene, point: Point) -> None:
        """Lead a line to the pointer."""
        self._pointer = point if self._corners else None

    def double_click(self, scene: ToolScene, point: Point, erase: bool) -> None:
        """Finish, or set a corner if there are too few."""
        if len(self._corners) > 2 and erase == self.erase:
            self.commit(scene)
        else:
            self.press(scene, point, erase)

    def commit(self, scene: ToolScene) -> None:
        """Finish if the corners enclose anything."""
        self.finished = len(self._corners) > 2
        if self.finished:
            self._preview(scene)

    def cancel(self, scene: ToolScene) -> None:
        """Take the last corner back."""
        self._held = False
        self._corners = self._corners[:-1]
        if self._corners:
            self._preview(scene)
        else:
            self.reset()

    def reset(self) -> None:
        """Drop all corners."""
        super().reset()
        self._corners, self._pointer, self._held = [], None, False

    def _preview(self, scene: ToolScene) -> None:
        self._show(polygon_mask(scene.shape, self._corners) if self._corners else None)


class LassoTool(Tool):
    """A line drawn by hand around what is meant; done when the button is released."""

    name = "lasso"
    hint = QT_TRANSLATE_NOOP("Tools", "Draw around the object; releasing the button finishes.")

    def __init__(self) -> None:
        super().__init__()
        self._points: list[Point] = []

    @property
    def active(self) -> bool:
        """Whether a line is being drawn."""
        return bool(self._points)

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """The line so far."""
        return (Outline(tuple(self._points), closed=True),) if self._points else ()

    def press(self, scene: ToolScene, point: Point, erase: bool, pressure: float = 1.0) -> None:
        """Start the line."""
        self._points, self.erase = [point], erase

    def drag(self, scene: ToolScene, point: Point, pressure: float = 1.0) -> None:
        """Go on with the line."""
        if self._points and math.dist(point, self._points[-1]) * scene.scale >= _LASSO_STEP:
            self._points.append(point)

    def release(self, scene: ToolScene, point: Point) -> None:
        """Close the line and finish."""
        self.commit(scene)

    def commit(self, scene: ToolScene) -> None:
        """Close the line and finish; a mere click is no edit."""
        if len(self._points) < 3:
            self.reset()
            return
        self._show(polygon_mask(scene.shape, self._points))
        self.finished = True

    def reset(self) -> None:
        """Drop the line."""
        super().reset()
        self._points = []
