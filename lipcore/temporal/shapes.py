"""Shapes as signed distances: how deep inside a mask a pixel lies, and what lies between two shapes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.temporal.track import Mask

Distances = NDArray[np.float32]

FAR = 1000.0  # pixels; the distance from an empty mask


def signed_distance(mask: Mask) -> Distances:
    """Pixels to the edge of a mask (H, W) bool: (H, W) float32, positive inside, negative outside, -FAR if empty."""
    if not mask.any():
        return np.full(mask.shape, -FAR, np.float32)
    if mask.all():
        return np.full(mask.shape, FAR, np.float32)
    inside = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    outside = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(np.where(mask, inside - 0.5, 0.5 - outside), np.float32)


def overlap(one: Mask, other: Mask) -> float:
    """Intersection over union of two masks (H, W) bool; two empty ones agree."""
    union = int(np.count_nonzero(one | other))
    return 1.0 if union == 0 else int(np.count_nonzero(one & other)) / union


def between(first: Distances, second: Distances, share: float) -> Mask:
    """The shape (H, W) bool that lies `share`, 0..1, of the way from the first to the second.

    Both are brought to a common middle first, so that two shapes beside each other give one, not a double one.
    """
    one, other = _middle(first > 0), _middle(second > 0)
    if one is None or other is None:
        return np.asarray((first if share < 0.5 else second) > 0, np.bool_)
    middle = one * (1 - share) + other * share
    blended = _shifted(first, middle - one) * (1 - share) + _shifted(second, middle - other) * share
    return np.asarray(blended > 0, np.bool_)


def _middle(mask: Mask) -> NDArray[np.float64] | None:
    """x and y of the middle of a mask's pixels, None if it is empty."""
    rows, columns = np.nonzero(mask)
    return np.array([columns.mean(), rows.mean()]) if len(rows) else None


def _shifted(values: Distances, by: NDArray[np.float64]) -> Distances:
    if np.abs(by).max() < 0.01:
        return values
    way = np.array([[1, 0, by[0]], [0, 1, by[1]]])
    size = values.shape[1], values.shape[0]
    moved = cv2.warpAffine(values, way, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)
