"""What the colours of annotated frames say of every pixel (beyond the paper), added to a mask's log-odds."""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from torch import Tensor

STRONGEST = 2.0  # log-odds that one kind of evidence can have
_LIGHTNESS, _COLOURS = 16, 32  # cells of L*, and of each of a* and b*
_SPREAD = 0.8  # cells over which a colour counts for its neighbours, too, as light changes
_RARE = 2e-5  # share of pixels under which a colour says nothing


def with_evidence(probabilities: Tensor, evidence: Tensor, weight: float) -> Tensor:
    """Masks (..., H, W) in [0, 1] after the say of evidence (..., H, W) in log-odds; zeros stay."""
    odds = torch.logit(probabilities, eps=1e-4) + weight * evidence
    return odds.sigmoid() * (probabilities > 1e-3)


class ColourModel:
    """How often each colour occurs in each of K objects and in the background, over all annotated frames."""

    def __init__(self, count: int) -> None:
        self._counts = np.zeros((1 + count, _LIGHTNESS, _COLOURS, _COLOURS), np.float32)
        self._odds: NDArray[np.float32] | None = None

    def add(self, image: NDArray[np.uint8], slots: NDArray[np.uint8]) -> None:
        """Learn an annotated frame: image (H, W, 3) RGB and slots (H, W) of 0..K, 255 for unknown."""
        cells = _cells(image)
        for slot, counts in enumerate(self._counts):
            found = np.bincount(cells[slots == slot], minlength=counts.size)
            counts += found.reshape(counts.shape).astype(np.float32)
        self._odds = None

    def evidence(self, image: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Log-odds (K, H, W) of each object against all that is not it, taken together; smoothed over 5 pixels.

        Zero for an object that no annotated frame shows. (Against the likeliest of the others instead, masks of several
        objects come out the smaller, the more there are.)
        """
        if self._odds is None:
            self._odds = self._log_odds()
        cells = _cells(image)
        found = np.empty((len(self._odds), *cells.shape), np.float32)
        for odds, smoothed in zip(self._odds, found, strict=True):
            cv2.blur(odds.take(cells), (5, 5), dst=smoothed)
        return found

    def _log_odds(self) -> NDArray[np.float32]:
        smooth = np.stack([gaussian_filter(counts, _SPREAD) for counts in self._counts])
        odds = [
            np.log(_shares(own) / _shares(np.delete(smooth, slot, axis=0).sum(axis=0))) * own.any()
            for slot, own in enumerate(smooth[1:], 1)
        ]
        table: NDArray[np.float32] = np.clip(np.stack(odds), -STRONGEST, STRONGEST).astype(np.float32)
        return table


def _shares(counts: NDArray[np.float32]) -> NDArray[np.float32]:
    """The share of each cell of a table of counts, flat; what was hardly seen is taken to be `_RARE`."""
    return counts.ravel() / max(float(counts.sum()), 1.0) + np.float32(_RARE)


def _cells(image: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The cell of the colour table that each pixel of an image (H, W, 3) RGB falls into."""
    planes = cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2LAB))
    sides = (256 // _LIGHTNESS, 256 // _COLOURS, 256 // _COLOURS)
    lightness, a, b = (plane // side for plane, side in zip(planes, sides, strict=True))
    return np.asarray((lightness.astype(np.int64) * _COLOURS + a) * _COLOURS + b, np.int64)
