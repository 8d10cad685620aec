"""Edge refinement at full resolution (beyond the paper): GrabCut in a thin band around each mask's edge."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

BAND = 6  # pixels on either side of the edge that may change, at 480 lines


def refine_edges(slots: NDArray[np.uint8], frame: NDArray[np.uint8], rounds: int = 1) -> NDArray[np.uint8]:
    """Slots (H, W) whose edges follow the colours of the frame (H, W, 3) RGB; an object never takes another's pixels.

    Each object is cut again inside a band about its edge, with everything deeper inside or outside held fast.
    """
    refined = slots.copy()
    band = max(2, round(BAND * min(slots.shape) / 480))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * band + 1, 2 * band + 1))
    for slot in np.unique(slots[slots > 0]):
        mask = (slots == slot).astype(np.uint8)
        left, top, width, height = cv2.boundingRect(mask)
        margin = 4 * band
        window = (
            slice(max(0, top - margin), top + height + margin),
            slice(max(0, left - margin), left + width + margin),
        )
        inner = cv2.erode(mask[window], kernel, borderValue=1)
        outer = cv2.dilate(mask[window], kernel)
        if not inner.any() or outer.all():
            continue
        trimap = np.full(inner.shape, cv2.GC_BGD, np.uint8)
        trimap[outer > 0] = cv2.GC_PR_BGD
        trimap[mask[window] > 0] = cv2.GC_PR_FGD
        trimap[inner > 0] = cv2.GC_FGD
        cv2.setRNGSeed(0)
        try:
            cv2.grabCut(
                np.ascontiguousarray(frame[window]), trimap, (0, 0, 0, 0), np.zeros((1, 65)), np.zeros((1, 65)), rounds,
                cv2.GC_INIT_WITH_MASK,
            )  # fmt: skip
        except cv2.error:  # too few pixels of one kind for a colour model: the mask stays as it is
            continue
        cut = (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
        view = refined[window]
        view[cut & (view == 0)] = slot
        view[~cut & (view == slot)] = 0
    return refined
