"""Alphas that are steady over time: the band of each frame is drawn to what the frames beside it say, so that it does
not boil.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from math import comb

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.masks import MAX_OBJECT_ID, Labels
from lipcore.matting.alpha import Alpha, Mask, object_alpha
from lipcore.matting.frame import shared
from lipcore.matting.nearby_flow import NearbyFlow, same_pixels
from lipcore.project.edge_settings import EdgeSettings

Image = NDArray[np.uint8]

RADIUS = 2  # frames before and after that have a say
_TOLERANCE = 30.0  # of colours 0..255 moved along, by which they may differ and still be the same


def steady_alphas(
    picture: Callable[[int], Image],
    labels: Callable[[int], Labels],
    frames: Iterable[int],
    count: int,
    edges: Mapping[int, EdgeSettings],
    radius: int = RADIUS,
) -> Iterator[tuple[int, dict[int, Alpha]]]:
    """Yields each of `frames` with the alpha (H, W) float32 0..1 of every object on it, by id.

    `picture` gives a frame (H, W, 3) uint8 RGB and `labels` its label map (H, W) uint8, for 0 <= frame < `count`;
    up to `radius` frames before and after are looked at too. A frame's alphas do not depend on which other frames are
    asked for. Objects that `edges` does not name are hard; the alphas of a frame do not sum above 1.
    """
    sources = {
        object_id: _Steady(picture, labels, count, object_id, each, radius)
        for object_id, each in edges.items()
        if not each.is_hard
    }
    for frame in frames:
        shown = labels(frame)
        present = [int(each) for each in np.unique(shown) if 1 <= each <= MAX_OBJECT_ID]
        alphas = {
            each: sources[each].alpha(frame) if each in sources else (shown == each).astype(np.float32)
            for each in present
        }
        yield frame, shared(alphas, shown, edges)


class _Steady:
    """The alphas of one object through a video, those of the last frames kept."""

    def __init__(
        self,
        picture: Callable[[int], Image],
        labels: Callable[[int], Labels],
        count: int,
        object_id: int,
        edges: EdgeSettings,
        radius: int,
    ) -> None:
        self._picture, self._labels, self._count = picture, labels, count
        self._object_id, self._edges, self._radius = object_id, edges, radius
        self._own: OrderedDict[int, tuple[Mask, Alpha]] = OrderedDict()

    def alpha(self, frame: int) -> Alpha:
        """The mean of the frame's own alpha and those beside it, where flow says that they show the same."""
        mask, own = self._alone(frame)
        total, weight = own.copy(), np.ones_like(own)
        image = self._picture(frame)
        for other in range(max(frame - self._radius, 0), min(frame + self._radius, self._count - 1) + 1):
            other_mask, other_alpha = self._alone(other)
            if other == frame or not other_mask.any():
                continue
            source = self._picture(other)
            flow = NearbyFlow(image, source, mask, other_mask)
            near, far = comb(2 * self._radius, self._radius), comb(2 * self._radius, self._radius + other - frame)
            part = flow.region
            alike = same_pixels(image[part], flow.moved(source), _TOLERANCE) * np.float32(far / near)
            weight[part] += alike
            total[part] += alike * flow.moved(other_alpha)
        side = 2 * math.ceil(self._edges.width / 2) + 1  # a little more than the band, whose border wavers as well
        band = cv2.dilate(((own > 0) & (own < 1)).astype(np.uint8), np.ones((side, side), np.uint8))
        return np.where(band, total / weight, own)

    def _alone(self, frame: int) -> tuple[Mask, Alpha]:
        if frame not in self._own:
            mask = self._labels(frame) == self._object_id
            self._own[frame] = mask, object_alpha(self._picture(frame), mask, self._edges)
            while len(self._own) > 2 * self._radius + 1:
                self._own.popitem(last=False)
        return self._own[frame]
