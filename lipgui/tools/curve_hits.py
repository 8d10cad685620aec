"""What of a curve lies under the pointer, and the box with handles by which a whole shape is scaled and turned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lipcore.curves.curve import Curve
from lipcore.curves.editing import IN, OUT
from lipcore.curves.raster import polygon_mask
from lipcore.curves.shape import Shape
from lipgui.tools.geometry import Point

REACH = 8.0  # view pixels within which a point or handle is meant
_REACH_OF_LINE = 6.0  # view pixels
_KNOB = 26.0  # view pixels from the box to the knob that turns


@dataclass(frozen=True)
class Grip:
    """The box around a shape, in image coordinates: its corners in order, and the knob above it."""

    corners: tuple[Point, Point, Point, Point]
    knob: Point

    @property
    def centre(self) -> Point:
        """The middle of the box."""
        (left, top), (right, bottom) = self.corners[0], self.corners[2]
        return (left + right) / 2, (top + bottom) / 2

    @property
    def stem(self) -> tuple[Point, Point]:
        """The line from the box to its knob."""
        return (self.centre[0], self.corners[0][1]), self.knob


@dataclass(frozen=True)
class Hit:
    """What is under the pointer: "corner", "knob", "handle", "point", "line" or "inside", of which curve, which one.

    `index` is the corner, the point or the segment; `handle` says which handle of the point; `at` 0..1 is where on the
    segment.
    """

    kind: str
    number: int
    index: int = 0
    handle: int = 0
    at: float = 0.0


def grip_of(shape: Shape, scale: float) -> Grip:
    """The box around a shape in a view of `scale`."""
    outline = shape.outline()
    (left, top), (right, bottom) = outline.min(axis=0).tolist(), outline.max(axis=0).tolist()
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Grip(corners, ((left + right) / 2, top - _KNOB / scale))


def hit_grip(grip: Grip, number: int, point: Point, scale: float) -> Hit | None:
    """The corner or the knob under the pointer."""
    for index, corner in enumerate(grip.corners):
        if math.dist(corner, point) * scale <= REACH:
            return Hit("corner", number, index)
    return Hit("knob", number) if math.dist(grip.knob, point) * scale <= REACH else None


def hit_handle(shape: Shape, number: int, points: frozenset[int], point: Point, scale: float) -> Hit | None:
    """The handle of one of these points under the pointer."""
    for index in sorted(points):
        for handle in (OUT, IN):
            offset = shape.points[index, handle]
            place = shape.places[index] + offset
            if offset.any() and math.dist(place.tolist(), point) * scale <= REACH:
                return Hit("handle", number, index, handle)
    return None


def hit_curves(curves: Sequence[Curve], frame: int, chosen: int, point: Point, scale: float) -> Hit | None:
    """The nearest point, or else the nearest line, or else the curve about the pointer; the chosen curve goes first."""
    ordered = sorted(curves, key=lambda curve: curve.number != chosen)
    shapes = [(curve.number, curve.shape_at(frame)) for curve in ordered]
    for number, shape in shapes:
        apart = [math.dist(place, point) for place in shape.places.tolist()]
        nearest = min(range(len(apart)), key=apart.__getitem__)
        if apart[nearest] * scale <= REACH:
            return Hit("point", number, nearest)
    for number, shape in shapes:
        segment, at, distance = shape.nearest(*point)
        if distance * scale <= _REACH_OF_LINE:
            return Hit("line", number, segment, at=at)
    for number, shape in shapes:
        if encloses(shape, point):
            return Hit("inside", number)
    return None


def encloses(shape: Shape, point: Point) -> bool:
    """Whether a place lies inside a shape."""
    moved = shape.outline() - point + 0.5  # the place becomes the centre of the only pixel
    return bool(polygon_mask((1, 1), moved).any())


def points_in(shape: Shape, one: Point, other: Point) -> frozenset[int]:
    """The points of a shape in the rectangle with these two opposite corners."""
    left, right = sorted((one[0], other[0]))
    top, bottom = sorted((one[1], other[1]))
    places = shape.places
    inside = ((places >= (left, top)) & (places <= (right, bottom))).all(axis=1)
    return frozenset(np.flatnonzero(inside).tolist())
