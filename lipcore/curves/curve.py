"""A curve: shapes on key frames, and the shapes between them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from lipcore.curves.shape import Shape
from lipcore.errors import LipError

MOST_CURVES = 100  # of one object
MOST_KEY_POINTS = 200_000  # points of all keys of all curves of a project; a project's record takes some 5 MB then
_HIGHEST_NUMBER = 1_000_000


class Key(NamedTuple):
    """The shape that a person, or tracking, gave a curve on a frame."""

    frame: int
    shape: Shape


@dataclass(frozen=True)
class Curve:
    """One outline of an object over time: it exists from its first key to its last, and moves between keys.

    `number` 1..1,000,000 tells it from the object's other curves. `keys`, at least one, in order of frames, all with
    the same number of points, which belong together. With `subtract` the curve cuts a hole into the object's other
    curves; with `smooth` points run through the keys on a smooth path instead of in straight lines.
    LipError for values outside these ranges.
    """

    number: int
    keys: tuple[Key, ...]
    subtract: bool = False
    smooth: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.number <= _HIGHEST_NUMBER:
            raise LipError(f"The number of a curve must be from 1 to {_HIGHEST_NUMBER:,}, not {self.number}.")
        frames = self.frames
        if not frames or frames[0] < 0 or any(first >= second for first, second in pairwise(frames)):
            raise LipError("The keys of a curve must lie on frames in order, at least on one.")
        if len({len(key.shape) for key in self.keys}) != 1:
            raise LipError("All keys of a curve must have the same number of points.")

    @property
    def frames(self) -> list[int]:
        """The frames that have a key, in order."""
        return [key.frame for key in self.keys]

    @property
    def first(self) -> int:
        """The first frame on which the curve exists."""
        return self.keys[0].frame

    @property
    def last(self) -> int:
        """The last frame on which the curve exists."""
        return self.keys[-1].frame

    @property
    def point_count(self) -> int:
        """Number of points of each shape."""
        return len(self.keys[0].shape)

    def is_key(self, frame: int) -> bool:
        """Whether the frame has a key."""
        index = bisect_right(self.frames, frame) - 1
        return index >= 0 and self.keys[index].frame == frame

    def exists(self, frame: int) -> bool:
        """Whether the curve draws anything on the frame."""
        return self.first <= frame <= self.last

    def shape_at(self, frame: int) -> Shape:
        """The shape on a frame: of the key there, else between two keys, else as the nearest key has it."""
        after = bisect_right(self.frames, frame)
        if after == 0:
            return self.keys[0].shape
        start = self.keys[after - 1]
        if start.frame == frame or after == len(self.keys):
            return start.shape
        end = self.keys[after]
        if start.shape == end.shape and not self.smooth:
            return start.shape
        part = (frame - start.frame) / (end.frame - start.frame)
        if not self.smooth:
            return Shape(start.shape.points * (1 - part) + end.shape.points * part)
        length = end.frame - start.frame
        out, into = (self._speed(index) * length for index in (after - 1, after))
        return Shape(
            (2 * part**3 - 3 * part**2 + 1) * start.shape.points
            + (part**3 - 2 * part**2 + part) * out
            + (3 * part**2 - 2 * part**3) * end.shape.points
            + (part**3 - part**2) * into
        )

    def _speed(self, index: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        """How fast the points move at a key, in pixels a frame (N, 3, 2): as from the key before to the next one."""
        before, after = self.keys[max(index - 1, 0)], self.keys[min(index + 1, len(self.keys) - 1)]
        return np.asarray((after.shape.points - before.shape.points) / max(after.frame - before.frame, 1))


def changed_frames(before: Sequence[Curve], after: Sequence[Curve]) -> list[int]:
    """The frames on which two lists of curves draw different shapes, in order."""
    old, new = ({curve.number: curve for curve in side} for side in (before, after))
    frames = set[int]()
    for number in old.keys() | new.keys():
        one, two = old.get(number), new.get(number)
        if one == two:
            continue
        for frame in {frame for each in (one, two) if each for frame in range(each.first, each.last + 1)}:
            if _drawn(one, frame) != _drawn(two, frame):
                frames.add(frame)
    return sorted(frames)


def _drawn(curve: Curve | None, frame: int) -> tuple[Shape, bool] | None:
    return (curve.shape_at(frame), curve.subtract) if curve is not None and curve.exists(frame) else None


def free_number(curves: Iterable[Curve]) -> int:
    """A number above those of all these curves."""
    return max((curve.number for curve in curves), default=0) + 1


def check_curves(curves: Sequence[Curve]) -> None:
    """LipError unless these may be the curves of one object."""
    if len(curves) > MOST_CURVES:
        raise LipError(f"An object has at most {MOST_CURVES} curves.")
    if len({curve.number for curve in curves}) != len(curves):
        raise LipError("Two curves of an object have the same number.")


def check_project_curves(curves: Iterable[Curve], frame_count: int) -> None:
    """LipError unless a project of so many frames can keep all these curves of its objects."""
    points = 0
    for curve in curves:
        points += len(curve.keys) * curve.point_count
        if curve.last >= frame_count:
            raise LipError(f"A key of a curve lies on frame {curve.last:,}, outside the {frame_count:,} frames.")
    if points > MOST_KEY_POINTS:
        raise LipError(
            f"The curves of a project have at most {MOST_KEY_POINTS:,} points in all keys together; "
            "delete keys or points of a curve, or release it."
        )
