"""The edge-snapping lasso: a line from click to click that follows the edges of the picture."""

from __future__ import annotations

import math

from lipcore.curves.raster import polygon_mask
from lipgui.basics.translation import QT_TRANSLATE_NOOP
from lipgui.tools.edges import EdgeTracer
from lipgui.tools.geometry import Point
from lipgui.tools.tool import Outline, Tool, ToolScene, clamped

_CLOSING_DISTANCE = 10.0  # view pixels
_MOST_PIECES = 20  # of the line that closes the shape
_DRAGGED = 12.0  # view pixels that a press has to move to count as drawing


class ScissorsTool(Tool):
    """Clicks, or a drag, lead a line along edges; Enter, a double click or a click on the start finishes."""

    name = "scissors"
    hint = QT_TRANSLATE_NOOP(
        "Tools",
        "Click along the edge, the line snaps to it; Enter or a click on the start finishes, Esc takes a piece back.",
    )
    needs_frame = True

    def __init__(self) -> None:
        super().__init__()
        self._fixed: list[Point] = []
        self._pieces: list[list[Point]] = []  # one between each two fixed points
        self._tracer: EdgeTracer | None = None
        self._live: list[Point] = []
        self._held = False  # a button is down, and nothing was taken back since

    @property
    def active(self) -> bool:
        """Whether a line has been started."""
        return bool(self._fixed)

    @property
    def outlines(self) -> tuple[Outline, ...]:
        """The line so far, the live piece to the pointer, and the fixed points."""
        if not self._fixed:
            return ()
        fixed = tuple(self._line())
        lines = [Outline(fixed)] if len(fixed) > 1 else []
        if len(self._live) > 1:
            lines.append(Outline(tuple(self._live)))
        return (*lines, *(Outline((point,), handles=True) for point in self._fixed))

    def press(self, scene: ToolScene, point: Point, erase: bool, pressure: float = 1.0) -> None:
        """Hold the line here, close it at the start, or take a piece back with the other button."""
        point = clamped(scene.shape, point)
        self._held = True
        if not self._fixed:
            self.erase = erase
            self._fixed = [point]
            self._trace(scene)
        elif erase != self.erase:
            self.cancel(scene)
        elif len(self._pieces) > 1 and math.dist(point, self._fixed[0]) * scene.scale <= _CLOSING_DISTANCE:
            self.commit(scene)
        else:
            self._extend(scene, point)

    def drag(self, scene: ToolScene, point: Point, pressure: float = 1.0) -> None:
        """Lead the line on."""
        self.hover(scene, point)

    def release(self, scene: ToolScene, point: Point) -> None:
        """Hold the line where a drag ended."""
        point, held = clamped(scene.shape, point), self._held
        self._held = False
        if held and self._fixed and not self.finished and math.dist(point, self._fixed[-1]) * scene.scale > _DRAGGED:
            self._extend(scene, point)

    def hover(self, scene: ToolScene, point: Point) -> None:
        """Show the way to the pointer; where it leaves the searched window, the line is held by itself."""
        if not self._fixed or self._tracer is None:
            return
        point = clamped(scene.shape, point)
        if not self._tracer.reaches(point):
            self._extend(scene, point)
        self._live = self._tracer.path(point)

    def double_click(self, scene: ToolScene, point: Point, erase: bool) -> None:
        """Finish."""
        if len(self._pieces) > 1 and erase == self.erase:
            self.commit(scene)
        else:
            self.press(scene, point, erase)

    def commit(self, scene: ToolScene) -> None:
        """Close the line along edges and take its inside."""
        if len(self._pieces) < 2:
            return
        self._show(polygon_mask(scene.shape, [*self._line(), *self._closing(scene)]))
        self.finished = True

    def _closing(self, scene: ToolScene) -> list[Point]:
        """The way back to the start along edges, in pieces where it leaves the searched window."""
        start, here, line = self._fixed[0], self._fixed[-1], list[Point]()
        for _ in range(_MOST_PIECES):
            tracer = EdgeTracer(scene.frame, here, max(1, round(1 / scene.scale)))
            piece = tracer.path(start)
            line += piece
            if tracer.reaches(start) or len(piece) < 2:
                break
            here = piece[-1]
        return line

    def cancel(self, scene: ToolScene) -> None:
        """Take the last piece back."""
        self._held = False
        if not self._pieces:
            self.reset()
            return
        self._pieces.pop()
        self._fixed.pop()
        self._trace(scene)
        self._preview(scene)

    def reset(self) -> None:
        """Drop the line."""
        super().reset()
        self._fixed, self._pieces, self._tracer, self._live = [], [], None, []

    def _extend(self, scene: ToolScene, point: Point) -> None:
        """Hold the line at `point`, or at the rim of the searched window before it."""
        assert self._tracer is not None
        piece = self._tracer.path(point)
        if len(piece) < 2:
            return
        self._pieces.append(piece)
        self._fixed.append(piece[-1])
        self._trace(scene)
        self._preview(scene)

    def _trace(self, scene: ToolScene) -> None:
        self._tracer = EdgeTracer(scene.frame, self._fixed[-1], max(1, round(1 / scene.scale)))
        self._live = []

    def _line(self) -> list[Point]:
        return [point for piece in self._pieces for point in piece]

    def _preview(self, scene: ToolScene) -> None:
        self._show(polygon_mask(scene.shape, self._line()) if len(self._pieces) > 1 else None)
