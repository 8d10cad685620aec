"""Outlines as masks: the pixels whose centre lies inside."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from lipcore.curves.curve import Curve

Mask = NDArray[np.bool_]


def polygon_mask(shape: tuple[int, int], points: object) -> Mask:
    """(H, W) bool of the pixels whose centre the closed outline winds around, by the non-zero rule.

    `points` (N, 2) x, y in pixels, the corner of the picture is 0, 0; fewer than three points enclose nothing.
    """
    mask = np.zeros(shape, np.bool_)
    corners = np.asarray(points, np.float64).reshape(-1, 2)
    if len(corners) < 3:
        return mask
    top = max(math.floor(corners[:, 1].min()), 0)
    bottom = min(math.ceil(corners[:, 1].max()) + 1, shape[0])
    left = max(math.floor(corners[:, 0].min()), 0)
    right = min(math.ceil(corners[:, 0].max()) + 1, shape[1])
    if top >= bottom or left >= right:
        return mask
    # Each edge adds its direction to the first pixel right of it in every row; the running sum is the winding.
    winding = np.zeros((bottom - top, right - left + 1), np.int16)
    start, end = corners, np.roll(corners, -1, axis=0)
    first = np.clip(np.ceil(np.minimum(start[:, 1], end[:, 1]) - 0.5), top, bottom).astype(np.int64)
    last = np.clip(np.ceil(np.maximum(start[:, 1], end[:, 1]) - 0.5), top, bottom).astype(np.int64)
    counts = last - first
    edge = np.repeat(np.arange(len(corners)), counts)
    row = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    slope = (end[edge, 0] - start[edge, 0]) / (end[edge, 1] - start[edge, 1])
    crossing = start[edge, 0] + (row + 0.5 - start[edge, 1]) * slope
    column = np.clip(np.ceil(crossing - 0.5), left, right).astype(np.int64)
    np.add.at(winding, (row - top, column - left), np.where(end[edge, 1] > start[edge, 1], 1, -1))
    mask[top:bottom, left:right] = np.cumsum(winding[:, :-1], axis=1) != 0
    return mask


def curves_mask(curves: Iterable[Curve], frame: int, shape: tuple[int, int]) -> Mask | None:
    """What an object's curves enclose on a frame, (H, W) bool: all that add, less all that subtract.

    None where none of those that add exists.
    """
    here = [curve for curve in curves if curve.exists(frame)]
    if all(curve.subtract for curve in here):
        return None
    mask = np.zeros(shape, np.bool_)
    for curve in sorted(here, key=lambda curve: curve.subtract):
        inside = polygon_mask(shape, curve.shape_at(frame).outline())
        mask = mask & ~inside if curve.subtract else mask | inside
    return mask
