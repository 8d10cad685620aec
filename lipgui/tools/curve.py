"""The curve tool: places points as a pen does, and moves, inserts and chooses those of curves that are there."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from lipcore.curves import editing
from lipcore.curves.curve import Curve, Key, free_number
from lipcore.curves.shape import FEWEST_POINTS, Shape
from lipcore.errors import LipError
from lipgui.basics.translation import QT_TRANSLATE_NOOP
from lipgui.tools.curve_hits import REACH, Grip, Hit, grip_of, hit_curves, hit_grip, hit_handle, points_in
from lipgui.tools.geometry import Point
from lipgui.tools.tool import Said, Tool, ToolScene

_DRAGGED = 3.0  # view pixels from the press on which a drag is no click any more
_FEW = QT_TRANSLATE_NOOP("Tools", "A curve needs at least {0} points: click further ones.")


@dataclass(frozen=True)
class CurveWish:
    """What the hand has done: the object's curves as they are to be, and what that is called, to be translated."""

    curves: tuple[Curve, ...]
    text: str


@dataclass(frozen=True)
class DrawnCurve:
    """How a curve is to be drawn: its shape now, whether it exists on the frame, and whether the frame is a key."""

    shape: Shape
    exists: bool
    is_key: bool
    is_chosen: bool
    subtracts: bool
    points: frozenset[int]  # those that are chosen


@dataclass(frozen=True)
class _Grab:
    """What was pressed: on what, where, and the shape at that time; None for a rectangle that chooses points."""

    hit: Hit | None
    start: Point
    shape: Shape


class CurveTool(Tool):
    """`curves` are those of the selected object on `frame`; `wished`, `changed` and `asked` are told what happens."""

    name = "curve"
    hint = QT_TRANSLATE_NOOP(
        "Tools",
        "Click points around the object, dragging bends; the first point closes. Then drag points, or the whole shape.",
    )
    needs_frame = True

    def __init__(self) -> None:
        super().__init__()
        self.curves: tuple[Curve, ...] = ()
        self.frame = 0
        self.number = 0  # of the chosen curve, 0 for none
        self.points: frozenset[int] = frozenset()  # the chosen points of it
        self.wished: Callable[[CurveWish], object] = lambda wish: None
        self.changed: Callable[[], object] = lambda: None
        self.asked: Callable[[], object] = lambda: None  # for a menu
        self._pen: list[tuple[float, float, float, float]] = []  # x, y and the handle towards the next point
        self._grab: _Grab | None = None
        self._live: Shape | None = None  # while it is dragged
        self._pointer: Point | None = None
        self._end: Point | None = None  # of the rectangle

    # What is shown --------------------------------------------------------------------------------------------------
    @property
    def active(self) -> bool:
        """Whether points are being placed or something is dragged."""
        return bool(self._pen) or self._live is not None or self._end is not None

    @property
    def chosen(self) -> Curve | None:
        """The chosen curve; the only one counts as chosen."""
        if len(self.curves) == 1:
            return self.curves[0]
        return next((curve for curve in self.curves if curve.number == self.number), None)

    @property
    def drawn(self) -> list[DrawnCurve]:
        """The curves as they are to be drawn."""
        return [
            DrawnCurve(
                self._live if self._live is not None and curve.number == self.number else curve.shape_at(self.frame),
                curve.exists(self.frame),
                curve.is_key(self.frame) or (self._live is not None and curve.number == self.number),
                curve.number == self.number,
                curve.subtract,
                self.points if curve.number == self.number else frozenset(),
            )
            for curve in self.curves
        ]

    @property
    def pen(self) -> tuple[tuple[Point, Point], ...]:
        """The points being placed with the ends of their handles towards the next, the pointer last."""
        placed = tuple(((x, y), (x + right, y + down)) for x, y, right, down in self._pen)
        return (*placed, (self._pointer, self._pointer)) if placed and self._pointer else placed

    @property
    def rectangle(self) -> tuple[Point, Point] | None:
        """Two corners of the rectangle that chooses points."""
        if self._grab is None or self._end is None:
            return None
        return self._grab.start, self._end

    def grip(self, scale: float) -> Grip | None:
        """The box around the chosen curve, once all its points are chosen."""
        curve = self.chosen
        if curve is None or len(self.points) != curve.point_count:
            return None
        return grip_of(self._live or curve.shape_at(self.frame), scale)

    def show_curves(self, curves: tuple[Curve, ...], frame: int) -> None:
        """Work on these curves on this frame; what is chosen stays so if it is still there."""
        self.curves, self.frame = curves, frame
        curve = next((each for each in curves if each.number == self.number), None)
        if curve is None:
            self.number, self.points = 0, frozenset()
        elif self.points and max(self.points) >= curve.point_count:
            self.points = frozenset()
        if self._grab is not None:
            self._drop()
        self.changed()

    def choose(self, number: int, points: frozenset[int] = frozenset()) -> None:
        """Choose a curve and points of it; 0 for none."""
        self.number, self.points = number, points
        self.changed()

    # What the hand does ---------------------------------------------------------------------------------------------
    def press(self, scene: ToolScene, point: Point, erase: bool, pressure: float = 1.0) -> None:
        """Place a point, or take hold of what is under the pointer; the other button takes back, or asks for a menu."""
        if erase:
            self._press_other(scene, point)
        elif self._pen:
            self._press_pen(scene, point)
        else:
            self._press_curves(scene, point)
        self.changed()

    def drag(self, scene: ToolScene, point: Point, pressure: float = 1.0) -> None:
        """Bend the point that is being placed, or move what is held."""
        if self._pen and self._grab is not None:
            x, y, _, _ = self._pen[-1]
            moved = math.dist((x, y), point) * scene.scale > _DRAGGED
            self._pen[-1] = (x, y, *((point[0] - x, point[1] - y) if moved else (0.0, 0.0)))
        elif self._grab is not None:
            if self._live is None and self._end is None:
                if math.dist(self._grab.start, point) * scene.scale <= _DRAGGED:
                    return
            if self._grab.hit is None:
                self._end = point
            else:
                with suppress(LipError):  # too far outside: it stays where it was
                    self._live = _moved(self._grab, self._grab.hit, self.points, point)
        self.changed()

    def release(self, scene: ToolScene, point: Point) -> None:
        """Let the moved shape be a key, or choose what lies in the rectangle."""
        grab, live, end = self._grab, self._live, self._end
        self._drop()
        curve = self.chosen
        if grab is not None and not self._pen and curve is not None:
            if live is not None:
                self.wish(editing.with_key(curve, self.frame, live), QT_TRANSLATE_NOOP("Edits", "Move curve"))
            elif grab.hit is None:
                inside = points_in(grab.shape, grab.start, end) if end is not None else frozenset()
                self.choose(curve.number if inside else 0, inside)
            elif grab.hit.kind == "inside":
                self.choose(curve.number, frozenset(range(curve.point_count)))
        self.changed()

    def hover(self, scene: ToolScene, point: Point) -> None:
        """Lead a line to the pointer."""
        if self._pen:
            self._pointer = point
            self.changed()

    def leave(self) -> None:
        """The line ends at the last point."""
        self._pointer = None
        self.changed()

    def double_click(self, scene: ToolScene, point: Point, erase: bool) -> None:
        """Close the curve, put a point into a line, or make a corner round and a round point a corner."""
        hit = None if self._pen or erase else hit_curves(self.curves, self.frame, self.number, point, scene.scale)
        curve = next((each for each in self.curves if hit is not None and each.number == hit.number), None)
        if len(self._pen) >= FEWEST_POINTS and not erase:
            self.commit(scene)
        elif hit is not None and curve is not None and hit.kind == "line":
            try:
                more = editing.with_point(curve, hit.index, hit.at)
            except LipError as error:
                self._said = Said(str(error))
                return
            self.choose(hit.number, frozenset([hit.index + 1]))
            self.wish(more, QT_TRANSLATE_NOOP("Edits", "Add point"))
        elif hit is not None and curve is not None and hit.kind == "point":
            self.choose(hit.number, frozenset([hit.index]))
            self.bend(not curve.shape_at(self.frame).points[hit.index, 1:].any())
        else:
            self.press(scene, point, erase)

    def commit(self, scene: ToolScene) -> None:
        """Close the curve that is being placed."""
        if not self._pen:
            return
        if len(self._pen) < FEWEST_POINTS:
            self._said = Said(_FEW, (FEWEST_POINTS,))
            return
        points = np.zeros((len(self._pen), 3, 2))
        for row, (x, y, right, down) in zip(points, self._pen, strict=True):
            row[:] = (x, y), (-right, -down), (right, down)
        number = free_number(self.curves)
        try:
            curve = Curve(number, (Key(self.frame, Shape(points)),))
        except LipError as error:
            self._said = Said(str(error))
            return
        self.reset()
        self.number, self.points = number, frozenset()
        self.wished(CurveWish((*self.curves, curve), QT_TRANSLATE_NOOP("Edits", "Draw curve")))
        self.changed()

    def cancel(self, scene: ToolScene) -> None:
        """Take the last point back, or let go of what is dragged, or choose nothing."""
        if self._pen:
            self._pen.pop()
            self._grab = None
        elif self._grab is not None:
            self._drop()
        elif self.points:
            self.points = frozenset()
        else:
            self.number = 0
        self.changed()

    def reset(self) -> None:
        """Drop what is in hand; what is chosen stays chosen."""
        super().reset()
        self._pen.clear()
        self._pointer = None
        self._drop()
        self.changed()

    # What menus ask for ---------------------------------------------------------------------------------------------
    def wish(self, curve: Curve, text: str) -> None:
        """Ask for `curve` in the place of the one with its number."""
        curves = tuple(curve if each.number == curve.number else each for each in self.curves)
        self.wished(CurveWish(curves, text))

    def remove(self, number: int, text: str) -> None:
        """Ask for the object's curves without one."""
        self.wished(CurveWish(tuple(each for each in self.curves if each.number != number), text))

    def bend(self, is_round: bool) -> None:
        """Make the chosen points round, or corners; all of them if none is chosen."""
        curve = self.chosen
        if curve is not None:
            points = self.points or frozenset(range(curve.point_count))
            change = editing.with_round_points if is_round else editing.with_corners
            round_text, corner_text = QT_TRANSLATE_NOOP("Edits", "Round points"), QT_TRANSLATE_NOOP("Edits", "Corners")
            self.wish(change(curve, points), round_text if is_round else corner_text)

    def delete_points(self) -> bool:
        """Ask for the chosen curve without its chosen points, or for it to go if they are all; False if none is."""
        curve = self.chosen
        if curve is None or not self.points:
            return False
        if len(self.points) == curve.point_count:
            self.remove(curve.number, QT_TRANSLATE_NOOP("Edits", "Delete curve"))
        else:
            thinner = editing.without_points(curve, self.points)
            self.points = frozenset()
            self.wish(thinner, QT_TRANSLATE_NOOP("Edits", "Delete points"))
        return True

    # Inside ---------------------------------------------------------------------------------------------------------
    def _press_other(self, scene: ToolScene, point: Point) -> None:
        if self._pen:
            self.cancel(scene)
            return
        hit = hit_curves(self.curves, self.frame, self.number, point, scene.scale)
        if hit is not None and hit.number != self.number:
            self.choose(hit.number)
        self.asked()

    def _press_pen(self, scene: ToolScene, point: Point) -> None:
        first = self._pen[0][:2]
        if len(self._pen) >= FEWEST_POINTS and math.dist(first, point) * scene.scale <= REACH:
            self.commit(scene)
            return
        if point != self._pen[-1][:2]:
            self._place(point)

    def _press_curves(self, scene: ToolScene, point: Point) -> None:
        scale, curve, hit = scene.scale, self.chosen, None
        if curve is not None:
            shape, grip = curve.shape_at(self.frame), self.grip(scale)
            hit = hit_grip(grip, curve.number, point, scale) if grip is not None else None
            hit = hit or hit_handle(shape, curve.number, self.points, point, scale)
        hit = hit or hit_curves(self.curves, self.frame, self.number, point, scale)
        if hit is None:
            if self.number == 0 or curve is None:
                self._place(point)
            else:
                self._grab = _Grab(None, point, curve.shape_at(self.frame))
            return
        if hit.number != self.number:
            self.number, self.points = hit.number, frozenset()
        if hit.kind == "point" and hit.index not in self.points:
            self.points = frozenset([hit.index])
        held = next(each for each in self.curves if each.number == hit.number)
        self._grab = _Grab(hit, point, held.shape_at(self.frame))

    def _place(self, point: Point) -> None:
        self._pen.append((*point, 0.0, 0.0))
        self._grab = _Grab(None, point, _NOTHING)

    def _drop(self) -> None:
        self._grab, self._live, self._end = None, None, None


_NOTHING = Shape(np.zeros((FEWEST_POINTS, 3, 2)))


def _moved(grab: _Grab, hit: Hit, points: frozenset[int], to: Point) -> Shape:
    """The held shape with what is held at `to`."""
    shape, (right, down) = grab.shape, (to[0] - grab.start[0], to[1] - grab.start[1])
    if hit.kind == "point":
        return editing.moved(shape, points, right, down)
    if hit.kind == "handle":
        x, y = shape.places[hit.index].tolist()
        one, two = shape.points[hit.index, 1], shape.points[hit.index, 2]
        in_line = abs(one[0] * two[1] - one[1] * two[0]) < 1e-2 * (1 + np.linalg.norm(one) * np.linalg.norm(two))
        return editing.with_handle(shape, hit.index, hit.handle, (to[0] - x, to[1] - y), both=bool(in_line))
    box = grip_of(shape, 1.0)
    if hit.kind == "corner":
        fixed = box.corners[(hit.index + 2) % 4]
        length = math.dist(grab.start, fixed)
        factor = max(math.dist(to, fixed) / length, 0.01) if length > 0 else 1.0
        return editing.turned_and_scaled(shape, fixed, 0.0, factor)
    if hit.kind == "knob":
        x, y = box.centre
        angle = math.atan2(to[1] - y, to[0] - x) - math.atan2(grab.start[1] - y, grab.start[0] - x)
        return editing.turned_and_scaled(shape, box.centre, angle, 1.0)
    return editing.moved(shape, range(len(shape)), right, down)
