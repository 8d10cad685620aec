"""The edge cut at full resolution (beyond the paper): GrabCut where a mask's edge is vague, in a thin band."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.morphology import skeletonize

BAND = 5  # pixels on either side of the edge that may change, at 480 lines
CERTAIN = 0.88  # probability from which on a pixel stays what it is; log-odds of about 2
VAGUE = 19  # pixels over which a mask is uncertain where its edge is vague, at 480 lines; sharper edges stay
LARGEST_WINDOW = 60_000  # pixels of an object's surroundings that are cut; larger ones are cut at a smaller scale


def cut_edges(
    slots: NDArray[np.uint8], probabilities: NDArray[np.float32], frame: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Slots (H, W) whose edges follow the colours of the frame (H, W, 3) RGB; an object never takes another's pixels.

    `probabilities` (K, H, W) in [0, 1] of the objects: where these are certain, or change sharply from one object to
    the next, pixels stay as they are, and so does the middle line of parts that are thinner than the band.
    """
    refined = slots.copy()
    lines = min(slots.shape) / 480
    band, wide = max(2, round(BAND * lines)), max(3, round(VAGUE * lines))
    for slot in np.unique(slots[slots > 0]):
        mask = (slots == slot).astype(np.uint8)
        left, top, width, height = cv2.boundingRect(mask)
        margin = 4 * band
        window = (
            slice(max(0, top - margin), top + height + margin),
            slice(max(0, left - margin), left + width + margin),
        )
        cut = _cut(mask[window], _vague(probabilities[slot - 1][window], wide), frame[window], band)
        if cut is None:
            continue
        view = refined[window]
        view[cut & (view == 0)] = slot
        view[~cut & (view == slot)] = 0
    return refined


def _vague(probability: NDArray[np.float32], wide: int) -> NDArray[np.bool_]:
    """Pixels of (h, w) that lie in squares of `wide` pixels in all of which the probability is uncertain."""
    uncertain = ((probability <= CERTAIN) & (probability >= 1 - CERTAIN)).astype(np.uint8)
    return cv2.morphologyEx(uncertain, cv2.MORPH_OPEN, np.ones((wide, wide), np.uint8)) > 0


def _cut(
    mask: NDArray[np.uint8], vague: NDArray[np.bool_], colours: NDArray[np.uint8], band: int
) -> NDArray[np.bool_] | None:
    """The mask (h, w) of 0 and 1 cut again where it is vague, as colours (h, w, 3) say; None if nothing is to cut."""
    if not vague.any():
        return None
    scale = math.sqrt(LARGEST_WINDOW / mask.size)
    if scale >= 1:
        trimap = _trimap(mask, vague, band)
        return None if trimap is None else _grab_cut(trimap, colours)
    height, width = mask.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = (cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5).astype(np.uint8)
    vague_small = cv2.resize(vague.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    trimap = _trimap(small, vague_small, max(2, round(band * scale)))
    if trimap is None:
        return None
    cut = _grab_cut(trimap, np.asarray(cv2.resize(colours, size, interpolation=cv2.INTER_AREA), np.uint8))
    if cut is None:
        return None
    grown = cv2.resize(cut.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) > 0.5
    return np.where(vague, grown, mask > 0)


def _trimap(mask: NDArray[np.uint8], vague: NDArray[np.bool_], band: int) -> NDArray[np.uint8] | None:
    """What GrabCut may change of a mask (h, w); None where that is nothing."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * band + 1, 2 * band + 1))
    inner = cv2.erode(mask, kernel, borderValue=1) > 0
    outer = cv2.dilate(mask, kernel) > 0
    thin = (mask > 0) & (cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel) == 0)
    kept = inner | ((mask > 0) & ~vague)
    if thin.any():
        kept |= thin & skeletonize(mask > 0)  # type: ignore[no-untyped-call]
    free = ~outer | ((mask == 0) & ~vague)
    if (kept | free).all() or not kept.any() or not free.any():
        return None
    trimap = np.where(mask > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    trimap[kept] = cv2.GC_FGD
    trimap[free] = cv2.GC_BGD
    return trimap


def _grab_cut(trimap: NDArray[np.uint8], colours: NDArray[np.uint8]) -> NDArray[np.bool_] | None:
    cv2.setRNGSeed(0)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    try:
        cv2.grabCut(np.ascontiguousarray(colours), trimap, (0, 0, 0, 0), *models, 1, cv2.GC_INIT_WITH_MASK)
    except cv2.error:  # too few pixels of one kind for a colour model: the mask stays as it is
        return None
    found: NDArray[np.bool_] = (trimap == cv2.GC_FGD) | (trimap == cv2.GC_PR_FGD)
    return found
