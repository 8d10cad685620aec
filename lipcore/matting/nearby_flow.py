"""Optical flow between two frames in the neighbourhood of one object alone."""

from __future__ import annotations

from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.matting.alpha import Alpha, Mask, region_of

Image = NDArray[np.uint8]
Kind = TypeVar("Kind", np.uint8, np.float32)

_AROUND = 24  # pixels about both masks in which motion is looked for
_LONGEST = 640  # pixels of the picture in which it is looked for
_LEAST = 16  # pixels that a side must have for the search


class NearbyFlow:
    """Where the pixels about an object of frame `target` lie in frame `source`; both (H, W, 3) uint8 RGB.

    At least one of the masks (H, W) bool must not be empty.
    """

    def __init__(self, target: Image, source: Image, target_mask: Mask, source_mask: Mask) -> None:
        self.region = region_of(target_mask | source_mask, _AROUND) or (slice(0, 0), slice(0, 0))
        self._x, self._y = _places(target[self.region], source[self.region])

    def moved(self, values: NDArray[Kind]) -> NDArray[Kind]:
        """Values (H, W, ...) of the source's pixels, those of the region (h, w, ...) where they are in the target."""
        part = np.ascontiguousarray(values[self.region])
        return np.asarray(
            cv2.remap(part, self._x, self._y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), values.dtype
        )


def same_pixels(target: Image, moved: Image, tolerance: float) -> NDArray[np.float32]:
    """How surely pixels (h, w, 3) uint8 show the same thing, (h, w) float32 0..1; colours `tolerance` apart: 0.37."""
    blurred = [cv2.boxFilter(each, cv2.CV_32F, (3, 3), borderType=cv2.BORDER_REPLICATE) for each in (target, moved)]
    apart = np.square(blurred[0] - blurred[1]).sum(-1)
    return np.asarray(np.exp(-apart / (tolerance * tolerance)), np.float32)


def _places(target: Image, source: Image) -> tuple[Alpha, Alpha]:
    """Column and row in the source's part, (h, w) float32 each, of every pixel of the target's part."""
    height, width = target.shape[:2]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    if min(height, width) < _LEAST:
        return columns, rows
    factor = min(1.0, _LONGEST / max(height, width))
    size = max(round(width * factor), _LEAST), max(round(height * factor), _LEAST)
    greys = [
        cv2.cvtColor(cv2.resize(each, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
        for each in (target, source)
    ]
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    flow = search.calc(greys[0], greys[1], None)  # type: ignore[call-overload]
    flow = cv2.resize(flow, (width, height), interpolation=cv2.INTER_LINEAR)
    return columns + flow[..., 0] * (width / size[0]), rows + flow[..., 1] * (height / size[1])
