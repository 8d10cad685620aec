"""How pixels move between frames, by optical flow of a small picture, and masks carried along with them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.temporal.track import Picture

Places = NDArray[np.float32]
Key = TypeVar("Key")
Value = TypeVar("Value")

_LONGEST = 640  # pixels of the picture in which motion is looked for
_KEPT_PICTURES, _KEPT_FLOWS = 12, 24


class Motion:
    """Finds and keeps the flow between neighbouring frames.

    `Places` are (h, w, 2) float32, x and y in pixels of the small picture: where each of its pixels comes from.
    """

    def __init__(self, picture: Callable[[int], Picture]) -> None:
        self._picture = picture
        self._greys: OrderedDict[int, NDArray[np.uint8]] = OrderedDict()
        self._flows: OrderedDict[tuple[int, int], NDArray[np.float32]] = OrderedDict()
        self._search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)

    def places(self, target: int, source: int) -> Places:
        """Where each pixel of frame `target` lay in frame `source`, followed from frame to frame between them."""
        step = 1 if source > target else -1
        height, width = self._grey(target).shape
        columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
        places = np.stack((columns, rows), axis=-1)
        for frame in range(target, source, step):
            flow = self._flow(frame, frame + step)
            places = places + cv2.remap(
                flow, places[..., 0], places[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
        return np.asarray(places, np.float32)

    def moved(self, values: NDArray[np.float32], source: int, target: int) -> NDArray[np.float32]:
        """Values (H, W) float32 of the pixels of frame `source`, brought to where these pixels are in `target`."""
        if source == target:
            return values
        places, (height, width) = self.places(target, source), values.shape
        down, across = height / places.shape[0], width / places.shape[1]
        large = cv2.resize(places, (width, height), interpolation=cv2.INTER_LINEAR)
        x, y = (large[..., 0] + 0.5) * across - 0.5, (large[..., 1] + 0.5) * down - 0.5
        return np.asarray(cv2.remap(values, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)

    def _flow(self, target: int, source: int) -> NDArray[np.float32]:
        key = (target, source)
        if key not in self._flows:
            found = self._search.calc(self._grey(target), self._grey(source), None)  # type: ignore[call-overload]
            self._flows[key] = np.asarray(found, np.float32)
        return _kept(self._flows, key, _KEPT_FLOWS)

    def _grey(self, frame: int) -> NDArray[np.uint8]:
        if frame not in self._greys:
            picture = self._picture(frame)
            factor = min(1.0, _LONGEST / max(picture.shape[:2]))
            size = max(round(picture.shape[1] * factor), 16), max(round(picture.shape[0] * factor), 16)
            small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if size != picture.shape[1::-1] else picture
            self._greys[frame] = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
        return _kept(self._greys, frame, _KEPT_PICTURES)


def _kept(store: OrderedDict[Key, Value], key: Key, most: int) -> Value:
    """What is kept under `key`, which counts as used last; what was not used for longest goes."""
    store.move_to_end(key)
    while len(store) > most:
        store.popitem(last=False)
    return store[key]
