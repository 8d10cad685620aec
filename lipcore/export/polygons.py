"""A mask as one polygon, with holes and separate pieces joined by bridges of no width: pure geometry."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Points = NDArray[np.int64]

# Above so many holes and pieces, such as those of noise, they are joined in the order found, not by nearness.
MAX_CONTOURS = 1000


def mask_to_polygons(mask: NDArray[np.bool_], join_pieces: bool = True) -> list[Points]:
    """Polygons (N, 2) of x, y pixel indices, N >= 3, that give the mask back when filled with their edges (fillPoly).

    The edge runs through the outermost pixels of the object. A hole is joined to its outer edge by a bridge that runs
    there and back over pixels of the object, so nothing is lost by it. With `join_pieces` there is one polygon, and
    separate pieces are joined in the same way: filling then adds the pixels under the bridges between the pieces.
    Without it there is one polygon per piece.
    """
    contours, hierarchy = cv2.findContours(mask.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    if not contours:
        return []
    points = [contour[:, 0, :].astype(np.int64) for contour in contours]
    parents = hierarchy[0][:, 3]
    if join_pieces:
        return [_finished(_joined(points))]
    outer = [index for index in range(len(points)) if parents[index] < 0]
    return [
        _finished(_joined([points[index], *(points[hole] for hole in np.flatnonzero(parents == index))]))
        for index in outer
    ]


def _joined(contours: Sequence[Points]) -> Points:
    """One closed walk over all contours; the next one joined is always the nearest, so bridges cross no contour."""
    if len(contours) > MAX_CONTOURS:
        return _chained(contours)
    walk = contours[0]
    waiting = np.concatenate([np.empty((0, 2), np.int64), *contours[1:]])
    owners = np.repeat(np.arange(1, len(contours)), [len(contour) for contour in contours[1:]])
    distances, nearest = np.full(len(waiting), np.inf), np.zeros_like(waiting)
    added = walk
    while len(waiting):
        found, index = cKDTree(added).query(waiting)
        closer = found < distances
        distances[closer], nearest[closer] = found[closer], added[index[closer]]
        best = int(np.argmin(distances))
        owner, start = owners[best], waiting[best]
        added = contours[owner]
        walk = _spliced(walk, nearest[best], added, start)
        keep = owners != owner
        waiting, owners, distances, nearest = waiting[keep], owners[keep], distances[keep], nearest[keep]
    return walk


def _chained(contours: Sequence[Points]) -> Points:
    """One closed walk that goes around each contour and on to the next one's start, and back over the starts."""
    around = [np.concatenate([contour, contour[:1]]) for contour in contours]
    return np.concatenate([*around, *(contour[:1] for contour in reversed(contours[:-1]))])


def _spliced(walk: Points, leave: Points, contour: Points, start: Points) -> Points:
    """The walk with a detour at the point `leave`: over to `start`, once around the contour, and back."""
    here = int(np.flatnonzero((walk == leave).all(axis=1))[0])
    there = int(np.flatnonzero((contour == start).all(axis=1))[0])
    around = np.roll(contour, -there, axis=0)
    return np.concatenate([walk[: here + 1], around, around[:1], walk[here:]])


def _finished(walk: Points) -> Points:
    """Drop points in the middle of straight runs; at least three points, the last repeated if need be."""
    before, after = walk - np.roll(walk, 1, axis=0), np.roll(walk, -1, axis=0) - walk
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    straight = (cross == 0) & ((before * after).sum(axis=1) > 0)
    kept = walk[~straight]
    return np.concatenate([kept, np.repeat(kept[-1:], max(3 - len(kept), 0), axis=0)])
