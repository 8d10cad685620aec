"""A shape: the closed outline of a curve on one frame, as an immutable value."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError

FEWEST_POINTS, MOST_POINTS = 3, 1000
FARTHEST = 100_000.0  # pixels from the picture's corner, and of a handle's length
DECIMALS = 3  # of a pixel: what a project keeps
_STEP = 3.0  # pixels between two points of a flattened Bezier segment, roughly
_MOST_STEPS = 100

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False)
class Shape:
    """A closed outline: `points` (N, 3, 2) float64, N 3..1000, in pixels of the video (0, 0 is the picture's corner).

    Of each point x, y, then its handle towards the point before and its handle towards the next, both as offsets from
    the point. Without handles the segments are straight: a polygon. Kept to a thousandth of a pixel, read-only.
    LipError for other counts and for values that are not finite or beyond 100,000.
    """

    points: Points

    def __post_init__(self) -> None:
        points = np.array(self.points, np.float64)
        if points.ndim != 3 or points.shape[1:] != (3, 2):
            raise ValueError(f"got {points.shape}, expected (N, 3, 2)")
        if not FEWEST_POINTS <= len(points) <= MOST_POINTS:
            raise LipError(f"A curve has {FEWEST_POINTS} to {MOST_POINTS:,} points, not {len(points):,}.")
        if not bool((np.abs(points) <= FARTHEST).all()):  # also refuses nan
            raise LipError("A point of a curve lies too far outside the picture.")
        points = np.round(points, DECIMALS) + 0.0  # no negative zeros
        points.setflags(write=False)
        object.__setattr__(self, "points", points)

    @classmethod
    def polygon(cls, corners: object) -> Shape:
        """The polygon with these corners, (N, 2) x, y in pixels; LipError as for any shape."""
        places = np.asarray(corners, np.float64).reshape(-1, 2)
        points = np.zeros((len(places), 3, 2))
        points[:, 0] = places
        return cls(points)

    def __len__(self) -> int:
        return len(self.points)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Shape) and np.array_equal(self.points, other.points))

    def __hash__(self) -> int:
        return hash(self.points.tobytes())

    def __repr__(self) -> str:
        return f"Shape({len(self)} points, {hashlib.blake2b(self.points.tobytes(), digest_size=12).hexdigest()})"

    @property
    def places(self) -> Points:
        """Where the points lie, (N, 2) x, y."""
        return self.points[:, 0]

    def controls(self, segment: int) -> Points:
        """The four control points (4, 2) of the Bezier segment that begins at point `segment`."""
        start, end = self.points[segment], self.points[(segment + 1) % len(self)]
        return np.stack((start[0], start[0] + start[2], end[0] + end[1], end[0]))

    def is_straight(self, segment: int) -> bool:
        """Whether neither end of the segment that begins at point `segment` has a handle in it."""
        return not (self.points[segment, 2].any() or self.points[(segment + 1) % len(self), 1].any())

    def outline(self) -> Points:
        """The outline as a closed line of (M, 2) x, y, curved segments in steps of about three pixels."""
        parts = []
        for segment in range(len(self)):
            controls = self.controls(segment)
            if self.is_straight(segment):
                parts.append(controls[:1])
                continue
            length = float(np.linalg.norm(np.diff(controls, axis=0), axis=1).sum())
            count = min(max(math.ceil(length / _STEP), 4), _MOST_STEPS)
            parts.append(bezier(controls, np.arange(count) / count))
        return np.concatenate(parts)

    def nearest(self, x: float, y: float) -> tuple[int, float, float]:
        """The place of the outline that is nearest to x, y: segment, parameter 0..1 in it, distance in pixels."""
        steps = np.linspace(0, 1, 33)
        best = (0, 0.0, math.inf)
        for segment in range(len(self)):
            controls = self.controls(segment)
            line = controls[[0, 3]] if self.is_straight(segment) else bezier(controls, steps)
            start, along = line[:-1], np.diff(line, axis=0)
            square = np.maximum((along * along).sum(1), 1e-12)
            part = np.clip((((x, y) - start) * along).sum(1) / square, 0, 1)
            apart = np.linalg.norm(start + along * part[:, None] - (x, y), axis=1)
            place = int(apart.argmin())
            if apart[place] < best[2]:
                best = (segment, float((place + part[place]) / (len(line) - 1)), float(apart[place]))
        return best


def bezier(controls: Points, at: Points) -> Points:
    """Points (M, 2) of the cubic Bezier segment with the control points (4, 2) at the parameters `at`, (M,) 0..1."""
    t = at[:, None]
    rest = 1 - t
    return np.asarray(
        rest**3 * controls[0] + 3 * rest**2 * t * controls[1] + 3 * rest * t**2 * controls[2] + t**3 * controls[3]
    )
