"""The frames of a video that were decoded last, within a budget of bytes."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np
from numpy.typing import NDArray

DEFAULT_BUDGET = 256 * 2**20


class FrameCache:
    """Frames by index; the least recently used leave first. Thread-safe; frames become read-only."""

    def __init__(self, budget: int = DEFAULT_BUDGET) -> None:
        self._budget = budget
        self._bytes = 0
        self._frames: OrderedDict[int, NDArray[np.uint8]] = OrderedDict()
        self._lock = Lock()

    def __contains__(self, frame: int) -> bool:
        return frame in self._frames

    def get(self, frame: int) -> NDArray[np.uint8] | None:
        """The frame, which becomes the most recently used, or None."""
        with self._lock:
            if frame in self._frames:
                self._frames.move_to_end(frame)
            return self._frames.get(frame)

    def put(self, frame: int, pixels: NDArray[np.uint8]) -> None:
        """Keep a frame; one that is larger than the whole budget is not kept."""
        pixels.setflags(write=False)
        if pixels.nbytes > self._budget:
            return
        with self._lock:
            replaced = self._frames.pop(frame, None)
            self._bytes += pixels.nbytes - (0 if replaced is None else replaced.nbytes)
            self._frames[frame] = pixels
            while self._bytes > self._budget:
                self._bytes -= self._frames.popitem(last=False)[1].nbytes

    def clear(self) -> None:
        """Forget every frame."""
        with self._lock:
            self._frames.clear()
            self._bytes = 0
