"""A video of pictures that are in memory, such as those that a program of one's own has made or read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.video.protocol import Video


class ArrayVideo(Video):
    """A `Video` of `frames`: (T, H, W, 3) uint8 RGB, or a sequence of (H, W, 3) of one size; at least one."""

    def __init__(
        self, frames: NDArray[np.uint8] | Sequence[NDArray[np.uint8]], name: str = "array", frame_rate: float = 24.0
    ) -> None:
        if not len(frames) or any(frame.shape != (*frames[0].shape[:2], 3) for frame in frames):
            raise LipError("A video in memory needs at least one picture, and all (height, width, 3) of one size.")
        self._frames, self._closed = frames, False
        self.path, self.name, self.frame_rate = Path(name), name, frame_rate
        self.height, self.width = frames[0].shape[:2]
        self.frame_names = tuple(f"{frame:05d}" for frame in range(len(frames)))

    def __len__(self) -> int:
        return len(self._frames)

    def __getitem__(self, frame: int) -> NDArray[np.uint8]:
        if not 0 <= frame < len(self._frames):
            raise IndexError(frame)
        if self._closed:
            raise LipError(f"Cannot read frame {frame} of {self.name}: the video is closed.")
        shown = self._frames[frame].view()
        shown.setflags(write=False)
        return shown

    def close(self) -> None:
        """Asking for frames afterwards raises LipError."""
        self._closed = True
