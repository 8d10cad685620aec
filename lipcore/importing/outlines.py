"""Boxes and ellipses as the outlines of polygons, from numbers that a file gives as numbers or as text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from lipcore.errors import LipError

_CORNERS = 90  # of the polygon that stands for an ellipse


def numbers_of(values: Iterable[object], source: str) -> list[float]:
    """Finite numbers from a file, given as numbers or text; LipError."""
    found = []
    for value in values:
        try:
            number = float(value) if isinstance(value, int | float | str) else math.nan
        except (ValueError, OverflowError):
            number = math.nan
        if not abs(number) < 1e9:
            raise LipError(f"Cannot import {source}: a shape has a coordinate that is no number: {str(value)[:40]!r}.")
        found.append(number)
    return found


def box_outline(
    left: float,
    top: float,
    right: float,
    bottom: float,
    angle: float = 0.0,
    about: tuple[float, float] | None = None,
) -> list[float]:
    """The corners x1 y1 x2 y2 ... of a box that is turned clockwise by an angle about its middle or `about`."""
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return _turned(corners, *(about or ((left + right) / 2, (top + bottom) / 2)), angle)


def ellipse_outline(x: float, y: float, across: float, down: float, angle: float = 0.0) -> list[float]:
    """Points x1 y1 x2 y2 ... on an ellipse about (x, y) with these two radii, turned clockwise by degrees."""
    steps = np.linspace(0, 2 * math.pi, _CORNERS, endpoint=False)
    points = [(x + across * math.cos(step), y + down * math.sin(step)) for step in steps.tolist()]
    return _turned(points, x, y, angle)


def _turned(points: Sequence[tuple[float, float]], x: float, y: float, angle: float) -> list[float]:
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    flat: list[float] = []
    for across, down in points:
        right, below = across - x, down - y
        flat += [x + right * cosine - below * sine, y + right * sine + below * cosine] if angle else [across, down]
    return flat
