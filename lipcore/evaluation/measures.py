"""How good a mask is: region similarity J, boundary measure F and their statistics over time, as DAVIS defines them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

BOUNDARY_TOLERANCE = 0.008  # how far apart two boundaries may lie and still match, as a part of the picture's diagonal
_RECALL_THRESHOLD = 0.5
_BINS = 4


@dataclass(frozen=True)
class Statistics:
    """A measure over a sequence: `mean`, `recall` (part of frames above one half), `decay` (first quarter - last)."""

    mean: float
    recall: float
    decay: float


def region_similarity(truth: Mask, result: Mask, ignore: Mask | None = None) -> float:
    """J: intersection over union of two masks (H, W) bool; 1 if both are empty. Pixels of `ignore` do not count."""
    both, either = truth & result, truth | result
    if ignore is not None:
        both, either = both & ~ignore, either & ~ignore
    union = np.count_nonzero(either)
    return np.count_nonzero(both) / union if union else 1.0


def boundary_measure(truth: Mask, result: Mask, ignore: Mask | None = None) -> float:
    """F: harmonic mean of precision and recall of the boundary of `result` (H, W) bool, 0..1; 1 if both are empty.

    Boundary pixels match within 0.8 % of the diagonal, rounded up, by Euclidean distance. Pixels of `ignore` count as
    background in both masks.
    """
    if ignore is not None:
        truth, result = truth & ~ignore, result & ~ignore
    radius = int(np.ceil(BOUNDARY_TOLERANCE * np.linalg.norm(truth.shape)))
    window = _window(truth | result, radius)
    if window is None:
        return 1.0
    true_boundary, found_boundary = thin_boundary(truth[window]), thin_boundary(result[window])
    true_length, found_length = int(true_boundary.sum()), int(found_boundary.sum())
    if true_length == 0 or found_length == 0:
        return 1.0 if true_length == found_length else 0.0
    near_true, near_found = _dilate(true_boundary, radius), _dilate(found_boundary, radius)
    precision = np.count_nonzero(found_boundary & near_true) / found_length
    recall = np.count_nonzero(true_boundary & near_found) / true_length
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def statistics(values: Sequence[float] | NDArray[np.float64]) -> Statistics:
    """Mean, recall and decay of one measure over the frames of a sequence, at least one value in 0..1."""
    measured = np.asarray(values, np.float64)
    edges = np.round(np.linspace(1, len(measured), _BINS + 1) + 1e-10).astype(int) - 1
    first, last = measured[edges[0] : edges[1] + 1], measured[edges[-2] : edges[-1] + 1]
    recall = float((measured > _RECALL_THRESHOLD).mean())
    return Statistics(float(measured.mean()), recall, float(first.mean() - last.mean()))


def thin_boundary(mask: Mask) -> Mask:
    """Pixels (H, W) bool that differ from the one right, below or right below; beyond the edge nothing differs."""
    padded = np.pad(mask, ((0, 1), (0, 1)), mode="edge")
    right, below, diagonal = padded[:-1, 1:], padded[1:, :-1], padded[1:, 1:]
    boundary: Mask = (mask != right) | (mask != below) | (mask != diagonal)
    return boundary


def _window(mask: Mask, radius: int) -> tuple[slice, slice] | None:
    """The part of the picture in which boundaries of the mask and all that is near them lie; None for an empty mask."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return None
    top, left = max(0, int(rows[0]) - radius - 2), max(0, int(columns[0]) - radius - 2)
    return slice(top, int(rows[-1]) + radius + 3), slice(left, int(columns[-1]) + radius + 3)


def _dilate(boundary: Mask, radius: int) -> Mask:
    return cv2.dilate(boundary.view(np.uint8), _disk(radius)).astype(bool)


@cache
def _disk(radius: int) -> NDArray[np.uint8]:
    rows, columns = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    return np.asarray(rows**2 + columns**2 <= radius**2, np.uint8)
