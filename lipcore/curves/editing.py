"""What can be done to curves and shapes: pure functions that give new ones."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lipcore.curves.curve import Curve, Key
from lipcore.curves.shape import FEWEST_POINTS, Points, Shape
from lipcore.errors import LipError

IN, OUT = 1, 2  # the two handles of a point, as `Shape.points` has them
_ROUND = 1 / 6  # of the way from the point before to the next: handles as Catmull and Rom have them


def with_key(curve: Curve, frame: int, shape: Shape) -> Curve:
    """The curve with this shape as its key on a frame; LipError for another number of points."""
    return with_keys(curve, [Key(frame, shape)])


def with_keys(curve: Curve, keys: Iterable[Key]) -> Curve:
    """The curve with these keys, which replace those on the same frames."""
    known = {key.frame: key for key in curve.keys} | {key.frame: key for key in keys}
    return replace(curve, keys=tuple(known[frame] for frame in sorted(known)))


def without_key(curve: Curve, frame: int) -> Curve:
    """The curve without its key on a frame; LipError if there is none, or no other."""
    if not curve.is_key(frame):
        raise LipError(f"The curve has no key on frame {frame}.")
    if len(curve.keys) == 1:
        raise LipError("The last key of a curve cannot be deleted; delete the curve.")
    return replace(curve, keys=tuple(key for key in curve.keys if key.frame != frame))


def with_point(curve: Curve, segment: int, at: float) -> Curve:
    """The curve with one more point in the segment after point `segment`, at 0..1 of it, in every key.

    No outline changes by it. The new point is number `segment` + 1.
    """
    return _in_every_key(curve, lambda shape: split_segment(shape, segment, at))


def without_points(curve: Curve, points: Collection[int]) -> Curve:
    """The curve without these points, in every key; LipError if fewer than three would be left."""
    if curve.point_count - len(set(points)) < FEWEST_POINTS:
        raise LipError(f"A curve needs at least {FEWEST_POINTS} points; delete the curve to be rid of it.")
    return _in_every_key(curve, lambda shape: Shape(np.delete(shape.points, sorted(points), axis=0)))


def with_corners(curve: Curve, points: Collection[int]) -> Curve:
    """The curve with these points made corners without handles, in every key."""

    def cornered(shape: Shape) -> Shape:
        changed = shape.points.copy()
        changed[sorted(points), 1:] = 0
        return Shape(changed)

    return _in_every_key(curve, cornered)


def with_round_points(curve: Curve, points: Collection[int]) -> Curve:
    """The curve with these points made round, in every key: handles along the way from the point before to the next."""

    def rounded(shape: Shape) -> Shape:
        changed = shape.points.copy()
        for index in points:
            before, after = shape.places[index - 1], shape.places[(index + 1) % len(shape)]
            changed[index, IN], changed[index, OUT] = (before - after) * _ROUND, (after - before) * _ROUND
        return Shape(changed)

    return _in_every_key(curve, rounded)


def split_segment(shape: Shape, segment: int, at: float) -> Shape:
    """The shape with a point put in at 0..1 of the segment after point `segment`; the outline stays as it is."""
    controls = shape.controls(segment)
    following = (segment + 1) % len(shape)
    first = _between(controls, at)
    second = _between(first, at)
    middle = _between(second, at)[0]
    changed = shape.points.copy()
    if shape.is_straight(segment):
        middle = controls[0] * (1 - at) + controls[3] * at
        new = np.stack((middle, np.zeros(2), np.zeros(2)))
    else:
        changed[segment, OUT] = first[0] - controls[0]
        changed[following, IN] = first[2] - controls[3]
        new = np.stack((middle, second[0] - middle, second[1] - middle))
    return Shape(np.insert(changed, segment + 1, new, axis=0))


def moved(shape: Shape, points: Collection[int], right: float, down: float) -> Shape:
    """The shape with some points, and their handles, moved by pixels."""
    changed = shape.points.copy()
    changed[sorted(points), 0] += (right, down)
    return Shape(changed)


def with_handle(shape: Shape, point: int, handle: int, offset: tuple[float, float], both: bool) -> Shape:
    """The shape with the handle IN or OUT of a point at `offset` pixels from it; the other one opposite if `both`.

    The other one keeps its length, unless it has none.
    """
    changed = shape.points.copy()
    changed[point, handle] = offset
    if both:
        other = IN + OUT - handle
        length, own = np.linalg.norm(changed[point, other]), float(np.hypot(*offset))
        if own > 0:
            changed[point, other] = -np.asarray(offset) * ((length or own) / own)
    return Shape(changed)


def transformed(shape: Shape, matrix: NDArray[np.float64]) -> Shape:
    """The shape under an affine map (2, 3) of x, y, 1."""
    changed = shape.points @ matrix[:, :2].T
    changed[:, 0] += matrix[:, 2]
    return Shape(changed)


def turned_and_scaled(shape: Shape, centre: tuple[float, float], angle: float, factor: float) -> Shape:
    """The shape turned by `angle` radians (x towards y) and scaled by `factor` about `centre` in pixels."""
    cosine, sine = factor * np.cos(angle), factor * np.sin(angle)
    linear = np.array([[cosine, -sine], [sine, cosine]])
    shift = np.asarray(centre) - linear @ np.asarray(centre)
    return transformed(shape, np.concatenate((linear, shift[:, None]), axis=1))


def thinned(keys: list[Key], tolerance: float) -> list[Key]:
    """The fewest of these keys, first and last among them, between which no point is off by more than `tolerance`.

    Points, not handles, are compared; in pixels, on straight paths between keys.
    """
    if len(keys) < 3:
        return keys
    start, end = keys[0], keys[-1]
    part = np.array([(key.frame - start.frame) / (end.frame - start.frame) for key in keys[1:-1]])[:, None, None]
    straight = start.shape.places * (1 - part) + end.shape.places * part
    off = np.linalg.norm(np.stack([key.shape.places for key in keys[1:-1]]) - straight, axis=2).max(axis=1)
    worst = int(off.argmax()) + 1
    if off[worst - 1] <= tolerance:
        return [start, end]
    return thinned(keys[: worst + 1], tolerance)[:-1] + thinned(keys[worst:], tolerance)


def _between(points: Points, at: float) -> Points:
    return np.asarray(points[:-1] * (1 - at) + points[1:] * at)


def _in_every_key(curve: Curve, change: Callable[[Shape], Shape]) -> Curve:
    return replace(curve, keys=tuple(Key(key.frame, change(key.shape)) for key in curve.keys))
