"""Shapes for the tests of curves."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st

from lipcore.curves.curve import Curve, Key
from lipcore.curves.shape import Shape

_CIRCLE = 4 / 3 * math.tan(math.pi / 8)  # length of the handles of four points that make a circle of radius 1


def circle(x: float, y: float, radius: float) -> Shape:
    """A circle of four points with handles."""
    points = np.zeros((4, 3, 2))
    for index, (right, down) in enumerate(((1, 0), (0, 1), (-1, 0), (0, -1))):
        points[index, 0] = x + radius * right, y + radius * down
        points[index, 1] = radius * _CIRCLE * down, -radius * _CIRCLE * right
        points[index, 2] = -points[index, 1]
    return Shape(points)


def square(left: float, top: float, side: float = 10.0) -> Shape:
    """A square."""
    return Shape.polygon([(left, top), (left + side, top), (left + side, top + side), (left, top + side)])


def moving(*keys: tuple[int, float], number: int = 1) -> Curve:
    """A curve that is a square at left = `keys[..., 1]`, top 2, on these frames."""
    return Curve(number, tuple(Key(frame, square(left, 2)) for frame, left in keys))


coordinates = st.floats(-200, 200)


@st.composite
def curves(draw: st.DrawFn, last_frame: int = 30) -> Curve:
    """Any curve."""
    count = draw(st.integers(3, 6))
    frames = sorted(draw(st.sets(st.integers(0, last_frame), min_size=1, max_size=4)))
    with_handles = draw(st.booleans())

    def shape() -> Shape:
        numbers = draw(st.lists(coordinates, min_size=6 * count, max_size=6 * count))
        points = np.array(numbers).reshape(count, 3, 2)
        points[:, 1:] *= with_handles
        return Shape(points)

    keys = tuple(Key(frame, shape()) for frame in frames)
    return Curve(draw(st.integers(1, 9)), keys, draw(st.booleans()), draw(st.booleans()))
