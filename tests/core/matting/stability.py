"""How steady alphas are: how much they change at pixels of which optical flow says that they are the same."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lipcore.matting.alpha import Alpha
from lipcore.matting.nearby_flow import NearbyFlow, same_pixels

_SAME = 0.5  # from which `same_pixels` counts as the same
_TOLERANCE = 20.0  # of colours 0..255


def alpha_change(before: Alpha, after: Alpha, image_before: NDArray[np.uint8], image: NDArray[np.uint8]) -> float:
    """The mean absolute change 0..1 of an object's alpha (H, W) 0..1 from one frame to the next, about its edge.

    Taken over the pixels of the later frame where either alpha is between 0.02 and 0.98 and of which the flow from
    frame to frame, both (H, W, 3) uint8 RGB, finds the same colour; nan where there are none.
    """
    if not before.any() and not after.any():
        return float("nan")
    flow = NearbyFlow(image, image_before, after > 0, before > 0)
    moved, part = flow.moved(before), after[flow.region]
    edge = _is_edge(moved) | _is_edge(part)
    same = same_pixels(image[flow.region], flow.moved(image_before), _TOLERANCE) > _SAME
    chosen = edge & same
    return float(np.abs(moved - part)[chosen].mean()) if chosen.any() else float("nan")


def _is_edge(alpha: Alpha) -> NDArray[np.bool_]:
    return np.asarray((alpha > 0.02) & (alpha < 0.98), np.bool_)
