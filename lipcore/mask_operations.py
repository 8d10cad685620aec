"""What can be done to the mask of one object: fill holes, remove islands, grow, shrink and smooth."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.masks import Labels

Mask = NDArray[np.bool_]

_ISLAND_SHARE = 0.05  # of the largest piece


def fill_holes(mask: Mask, largest: int | None = None) -> Mask:
    """The mask (H, W) bool with every region filled that cannot reach the border of the frame by sides.

    Regions of more than `largest` pixels stay; None means that none is too large.
    """
    count, regions, statistics, _ = cv2.connectedComponentsWithStats((~mask).astype(np.uint8), connectivity=4)
    left, top, width, height = statistics[:, :4].T
    enclosed = (left > 0) & (top > 0) & (left + width < mask.shape[1]) & (top + height < mask.shape[0])
    if largest is not None:
        enclosed &= statistics[:, cv2.CC_STAT_AREA] <= largest
    enclosed[0] = False
    return np.asarray(mask | enclosed[regions], np.bool_) if count > 1 else mask.copy()


def remove_islands(mask: Mask, smallest: int | None = None) -> Mask:
    """The mask without pieces of fewer than `smallest` pixels; None means a twentieth of its largest piece."""
    count, regions, statistics, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count < 2:
        return mask.copy()
    areas = statistics[:, cv2.CC_STAT_AREA]
    kept = areas >= (_ISLAND_SHARE * areas[1:].max() if smallest is None else smallest)
    kept[0] = False
    return np.asarray(kept[regions], np.bool_)


def grow(mask: Mask, pixels: int = 1) -> Mask:
    """The mask and all within `pixels` of it."""
    return mask | (_distance(~mask) <= _radius(pixels)) if mask.any() else mask.copy()


def shrink(mask: Mask, pixels: int = 1) -> Mask:
    """The mask without what lies within `pixels` of its outside; the border of the frame is no outside."""
    return mask & (_distance(mask) > _radius(pixels)) if not mask.all() else mask.copy()


def smooth(mask: Mask, pixels: int = 3) -> Mask:
    """The mask with corners and jags of about `pixels` rounded off; straight edges stay where they are."""
    size = 2 * pixels + 1
    blurred = cv2.GaussianBlur(mask.astype(np.float32), (size, size), 0, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(blurred > 0.5, np.bool_)


def operated(
    labels: Labels, object_id: int, operation: Callable[[Mask], Mask], locked: frozenset[int] = frozenset()
) -> Labels:
    """A copy of `labels` (H, W) uint8 with the object's mask put through `operation`.

    What it gains it takes from the background alone, what it loses becomes background; a locked object stays.
    """
    result = labels.copy()
    if object_id in locked:
        return result
    before = labels == object_id
    after = operation(before)
    result[before & ~after] = 0
    result[after & (labels == 0)] = object_id
    return result


def _distance(mask: Mask) -> NDArray[np.float32]:
    """Pixels from every pixel to the nearest one outside the mask (H, W) bool, exactly: (H, W) float32."""
    found = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return np.asarray(found, np.float32)


def _radius(pixels: int) -> float:
    """What counts as within so many pixels: half a pixel more, so that small discs are round."""
    return float(np.sqrt(pixels * pixels + pixels + 0.5))
