"""The guided filter of He, Sun and Tang (2010) with a colour picture as guide: local linear models of the colours."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]


class GuidedFilter:
    """Filters planes (H, W) float32 along the edges of one guide, (H, W, 3) float32 0..1.

    In every window of `radius` pixels a plane is explained as a linear function of the guide's colour; `smoothness` is
    the variance of colour below which a window counts as of one colour.
    """

    def __init__(self, guide: NDArray[np.float32], radius: int, smoothness: float) -> None:
        self._guide, self._radius = guide, radius
        self._mean = self._averaged(guide)
        self._inverse = self._inverse_covariances(smoothness)

    def __call__(self, plane: Plane) -> Plane:
        """The plane as the colours explain it; values may leave its range a little."""
        mean = self._averaged(plane)
        covariance = self._averaged(self._guide * plane[..., None]) - self._mean * mean[..., None]
        slope = np.empty_like(covariance)
        for row, weights in enumerate(self._inverse):
            slope[..., row] = sum(weights[column] * covariance[..., column] for column in range(3))
        offset = mean - (slope * self._mean).sum(-1)
        return np.asarray((self._averaged(slope) * self._guide).sum(-1) + self._averaged(offset), np.float32)

    def _inverse_covariances(self, smoothness: float) -> list[list[Plane]]:
        """The inverse of each window's symmetric 3 x 3 covariance of colours, as planes by row and column."""
        guide, mean = self._guide, self._mean
        entries = {}
        for row in range(3):
            for column in range(row, 3):
                product = self._averaged(np.ascontiguousarray(guide[..., row] * guide[..., column]))
                entries[row, column] = product - mean[..., row] * mean[..., column]
            entries[row, row] += np.float32(smoothness)
        rr, rg, rb, gg, gb, bb = (entries[place] for place in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)))
        first, second, third = gg * bb - gb * gb, rb * gb - rg * bb, rg * gb - rb * gg
        scale = 1 / (rr * first + rg * second + rb * third)
        middle, cross, last = rr * bb - rb * rb, rg * rb - rr * gb, rr * gg - rg * rg
        return [
            [first * scale, second * scale, third * scale],
            [second * scale, middle * scale, cross * scale],
            [third * scale, cross * scale, last * scale],
        ]

    def _averaged(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        side = 2 * self._radius + 1
        return np.asarray(cv2.boxFilter(values, -1, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)
