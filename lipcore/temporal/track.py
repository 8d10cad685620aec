"""One object through a video, as repairs see it: its masks, the pictures, and the frames that stay as they are."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Picture = NDArray[np.uint8]

_KEPT_MASKS = 12  # unpacked ones, so that a window of frames is unpacked once


class Track(Protocol):
    """Frames are 0 to `count` - 1; masks are (H, W) bool, pictures (H, W, 3) uint8 RGB, all of one size."""

    @property
    def count(self) -> int:
        """How many frames the video has."""
        ...

    def mask(self, frame: int) -> Mask:
        """Where the object is."""
        ...

    def picture(self, frame: int) -> Picture:
        """What the frame shows."""
        ...

    def is_fixed(self, frame: int) -> bool:
        """Whether no repair may change the mask, such as one that a person made."""
        ...


class FunctionTrack:
    """A track made of functions; the masks asked for last are kept."""

    def __init__(
        self,
        count: int,
        mask: Callable[[int], Mask],
        picture: Callable[[int], Picture],
        fixed: frozenset[int] = frozenset(),
    ) -> None:
        self.count, self._fixed = count, fixed
        self.mask = lru_cache(_KEPT_MASKS)(mask)
        self.picture = picture

    def is_fixed(self, frame: int) -> bool:
        """Whether the frame is one of the fixed ones."""
        return frame in self._fixed


@dataclass
class ChangedTrack:
    """A track with new masks for some frames, which are kept compressed."""

    before: Track
    _packed: dict[int, bytes] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many frames the video has."""
        return self.before.count

    def mask(self, frame: int) -> Mask:
        """The new mask, or the old one where nothing was changed."""
        packed = self._packed.get(frame)
        before = self.before.mask(frame)
        if packed is None:
            return before
        bits = np.frombuffer(zlib.decompress(packed), np.uint8)
        return np.unpackbits(bits, count=before.size).reshape(before.shape).astype(bool)

    def picture(self, frame: int) -> Picture:
        """What the frame shows."""
        return self.before.picture(frame)

    def is_fixed(self, frame: int) -> bool:
        """Whether no repair may change the mask."""
        return self.before.is_fixed(frame)

    def change(self, frame: int, mask: Mask) -> None:
        """Give a frame another mask (H, W) bool; nothing happens if it is the one there is, or the frame is fixed."""
        if not self.is_fixed(frame) and not np.array_equal(mask, self.mask(frame)):
            self._packed[frame] = zlib.compress(np.packbits(mask).tobytes(), 1)
