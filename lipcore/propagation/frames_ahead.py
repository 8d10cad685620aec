"""Frames of a video on one way through it, each read ahead while the network works on the one before."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from lipcore.video import Video


class FramesAhead:
    """`video[frame]` for frames asked for in the order of a range; with `ahead` a thread reads the one after.

    On a GPU the processor is free to decode meanwhile; without one it is at work already. Errors of reading are raised
    where the frame is asked for.
    """

    def __init__(self, video: Video, frames: range, ahead: bool) -> None:
        self._video, self._frames = video, frames
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="frames") if ahead else None
        self._coming: tuple[int, Future[NDArray[np.uint8]]] | None = None

    @property
    def step(self) -> int:
        """1 or -1: the direction of travel."""
        return self._frames.step

    def __getitem__(self, frame: int) -> NDArray[np.uint8]:
        """The frame (H, W, 3) uint8 RGB; LipError if it cannot be read."""
        if self._pool is None:
            return self._video[frame]
        coming, self._coming = self._coming, None
        picture = coming[1].result() if coming is not None and coming[0] == frame else self._video[frame]
        following = frame + self._frames.step
        if following in self._frames:
            self._coming = following, self._pool.submit(self._video.__getitem__, following)
        return picture

    def close(self) -> None:
        """Stop reading, and wait for the frame at hand."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
