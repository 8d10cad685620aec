"""A person who clicks, simulated as the literature does: in the middle of the largest error. Numpy alone."""

from __future__ import annotations

import cv2
import numpy as np

from lipcore.prompts import Click, Mask


def next_click(truth: Mask, mask: Mask, known: Mask | None = None) -> Click | None:
    """The click in the middle of the largest error of `mask` against `truth`, all (H, W) bool; None without an error.

    The error whose inner circle is largest is taken (RITM, Sofiiuk et al. 2021); errors where `known` is False do
    not count. The rim of the picture bounds errors, too.
    """
    best: Click | None = None
    largest = 0.0
    for wrong, added in ((truth & ~mask, True), (mask & ~truth, False)):
        inner = wrong if known is None else wrong & known
        if not inner.any():
            continue
        padded = cv2.copyMakeBorder(inner.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
        distances = cv2.distanceTransform(padded, cv2.DIST_L2, 5)[1:-1, 1:-1]
        place = int(distances.argmax())
        if distances.flat[place] > largest:
            largest = float(distances.flat[place])
            y, x = divmod(place, inner.shape[1])
            best = Click(float(x), float(y), added)
    return best


def overlap(truth: Mask, mask: Mask, known: Mask | None = None) -> float:
    """Intersection over union of two masks (H, W) bool where `known`; 1 if both are empty."""
    if known is not None:
        truth, mask = truth & known, mask & known
    either = int(np.count_nonzero(truth | mask))
    return int(np.count_nonzero(truth & mask)) / either if either else 1.0
