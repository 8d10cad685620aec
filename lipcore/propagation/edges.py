"""Edge refinement at full resolution (beyond the paper): GrabCut in a thin band around each mask's edge."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

BAND = 10  # pixels on either side of the edge that may change, at 480 lines
LARGEST_WINDOW = 60_000  # pixels of an object's surroundings that are cut; larger ones are cut at a smaller scale


def refine_edges(slots: NDArray[np.uint8], frame: NDArray[np.uint8], rounds: int = 1) -> NDArray[np.uint8]:
    """Slots (H, W) whose edges follow the colours of the frame (H, W, 3) RGB; an object never takes another's pixels.

    Each object is cut again inside a band about its edge, with everything deeper inside or outside held fast.
    """
    refined = slots.copy()
    band = max(2, round(BAND * min(slots.shape) / 480))
    for slot in np.unique(slots[slots > 0]):
        mask = (slots == slot).astype(np.uint8)
        left, top, width, height = cv2.boundingRect(mask)
        margin = 4 * band
        window = (
            slice(max(0, top - margin), top + height + margin),
            slice(max(0, left - margin), left + width + margin),
        )
        cut = _cut(mask[window], frame[window], band, rounds)
        if cut is None:
            continue
        view = refined[window]
        view[cut & (view == 0)] = slot
        view[~cut & (view == slot)] = 0
    return refined


def _cut(mask: NDArray[np.uint8], colours: NDArray[np.uint8], band: int, rounds: int) -> NDArray[np.bool_] | None:
    """The mask (h, w) of 0 and 1 cut again where colours (h, w, 3) say so; None where there is nothing to cut by."""
    scale = math.sqrt(LARGEST_WINDOW / mask.size)
    if scale >= 1:
        return _grab_cut(mask, colours, band, rounds)
    height, width = mask.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = (cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5).astype(np.uint8)
    shrunk = np.asarray(cv2.resize(colours, size, interpolation=cv2.INTER_AREA), np.uint8)
    cut = _grab_cut(small, shrunk, max(2, round(band * scale)), rounds)
    if cut is None:
        return None
    return cv2.resize(cut.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) > 0.5


def _grab_cut(mask: NDArray[np.uint8], colours: NDArray[np.uint8], band: int, rounds: int) -> NDArray[np.bool_] | None:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * band + 1, 2 * band + 1))
    inner = cv2.erode(mask, kernel, borderValue=1)
    outer = cv2.dilate(mask, kernel)
    if not inner.any() or outer.all():
        return None
    trimap = np.full(mask.shape, cv2.GC_BGD, np.uint8)
    trimap[outer > 0] = cv2.GC_PR_BGD
    trimap[mask > 0] = cv2.GC_PR_FGD
    trimap[inner > 0] = cv2.GC_FGD
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    try:
        cv2.grabCut(np.ascontiguousarray(colours), trimap, (0, 0, 0, 0), *models, rounds, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # too few pixels of one kind for a colour model: the mask stays as it is
        return None
    found: NDArray[np.bool_] = (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
    return found
