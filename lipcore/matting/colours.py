"""The colours of an object without those of what lay behind it, which mixed with them at a soft edge.

After Forte (2021), "Approximate fast foreground colour estimation": colours of either side are blurred into the edge,
and what they leave unexplained is given to the object in the share that its alpha has; first widely, then closely.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.matting.alpha import Alpha, region_of

Colours = NDArray[np.float32]

_RADII = (24, 6)  # pixels of the wide and the close blur
REACH = 2 * _RADII[0]  # pixels about a soft edge that its colours depend on
_LEAST = 1e-5


def foreground_colours(image: NDArray[np.uint8], alpha: Alpha) -> Colours:
    """The object's own colours, (H, W, 3) float32 0..1 RGB, from `image` (H, W, 3) uint8 and `alpha` (H, W) 0..1.

    Where alpha is 1 they are the picture's; around the object its colours go on for some pixels, and far from it the
    picture stays. Composite over a background as `alpha * colours + (1 - alpha) * background`.
    """
    colours = np.asarray(image, np.float32) / np.float32(255)
    region = region_of((alpha > 0) & (alpha < 1), REACH)
    if region is None:
        return colours
    picture, share = colours[region], np.asarray(alpha[region], np.float32)[..., None]
    own = behind = picture
    for radius in _RADII:
        own, behind = _explained(picture, share, own, behind, radius)
    near = cv2.boxFilter(share[..., 0], -1, (2 * _RADII[1] + 1,) * 2, borderType=cv2.BORDER_REFLECT) > _LEAST
    changed = near & (share[..., 0] < 1)
    colours[region] = np.where(changed[..., None], own, picture)
    return colours


def _explained(picture: Colours, share: Colours, own: Colours, behind: Colours, radius: int) -> tuple[Colours, Colours]:
    """Better colours of the object and of what is behind, from those known so far."""
    wide_own = _blurred(own, share, radius)
    wide_behind = _blurred(behind, 1 - share, radius)
    unexplained = picture - share * wide_own - (1 - share) * wide_behind
    return np.clip(wide_own + share * unexplained, 0, 1), wide_behind


def _blurred(colours: Colours, weight: Colours, radius: int) -> Colours:
    """The mean colour about each pixel, where `weight` (H, W, 1) says how much each counts."""
    side = (2 * radius + 1, 2 * radius + 1)
    total = cv2.boxFilter(weight, -1, side, borderType=cv2.BORDER_REFLECT)[..., None]
    summed = cv2.boxFilter(colours * weight, -1, side, borderType=cv2.BORDER_REFLECT)
    return np.asarray(np.where(total > _LEAST, summed / np.maximum(total, _LEAST), colours), np.float32)
