"""Outlines as masks: the pixels whose centre lies inside."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from lipcore.curves.curve import Curve

Mask = NDArray[np.bool_]


Region = tuple[int, int, int, int]
"""Rows and columns of a part of a picture: top, left, bottom, right, the last two exclusive."""


def polygon_mask(shape: tuple[int, int], points: object) -> Mask:
    """(H, W) bool of the pixels whose centre the closed outline winds around, by the non-zero rule.

    `points` (N, 2) x, y in pixels, the corner of the picture is 0, 0; fewer than three points enclose nothing.
    """
    mask = np.zeros(shape, np.bool_)
    corners = np.asarray(points, np.float64).reshape(-1, 2)
    region = region_of(corners, shape)
    if len(corners) >= 3 and region is not None:
        top, left, bottom, right = region
        mask[top:bottom, left:right] = _inside(corners, region)
    return mask


def region_of(corners: NDArray[np.float64], shape: tuple[int, int]) -> Region | None:
    """The part of a picture (height, width) that holds an outline (N, 2), None if no part does."""
    if not len(corners):
        return None
    top, left = max(math.floor(corners[:, 1].min()), 0), max(math.floor(corners[:, 0].min()), 0)
    bottom = min(math.ceil(corners[:, 1].max()) + 1, shape[0])
    right = min(math.ceil(corners[:, 0].max()) + 1, shape[1])
    return (top, left, bottom, right) if top < bottom and left < right else None


def _inside(corners: NDArray[np.float64], region: Region) -> Mask:
    """The pixels of a region (h, w) that an outline within its columns winds around."""
    top, left, bottom, right = region
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
    return np.not_equal(np.cumsum(winding[:, :-1], axis=1, dtype=np.int16), 0)


def curves_region(curves: Iterable[Curve], frame: int, shape: tuple[int, int]) -> Region | None:
    """The part of a picture (height, width) in which curves draw anything on a frame, None if none does."""
    outlines = [curve.shape_at(frame).outline() for curve in curves if curve.exists(frame)]
    return region_of(np.concatenate(outlines), shape) if outlines else None


def curves_mask(
    curves: Iterable[Curve], frame: int, shape: tuple[int, int], region: Region | None = None
) -> Mask | None:
    """What an object's curves enclose on a frame, (H, W) bool: all that add, less all that subtract.

    Of a `region` alone, (h, w) bool, if that is given. None where none of those that add exists.
    """
    here = [curve for curve in curves if curve.exists(frame)]
    if all(curve.subtract for curve in here):
        return None
    top, left, bottom, right = region or (0, 0, *shape)
    mask = np.zeros((bottom - top, right - left), np.bool_)
    for curve in sorted(here, key=lambda curve: curve.subtract):
        outline = curve.shape_at(frame).outline()
        own = region_of(outline, shape)
        if own is None:
            continue
        start, stop = (max(top, own[0]), max(left, own[1])), (min(bottom, own[2]), min(right, own[3]))
        if start[0] >= stop[0] or start[1] >= stop[1]:
            continue
        inside = _inside(outline, own)[start[0] - own[0] : stop[0] - own[0], start[1] - own[1] : stop[1] - own[1]]
        part = mask[start[0] - top : stop[0] - top, start[1] - left : stop[1] - left]
        part[inside] = not curve.subtract
    return mask
