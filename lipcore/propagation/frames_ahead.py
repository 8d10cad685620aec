"""Frames of a video on one way through it, each read and looked at while the one before is worked on."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from lipcore.video import Video

Seen = TypeVar("Seen")


def pays_ahead(device: torch.device) -> bool:
    """Whether a second thread has something to run on: a GPU's processor is free, as is a second core."""
    return device.type == "cuda" or (device.type == "cpu" and torch.get_num_threads() > 1)


class FramesAhead(Generic[Seen]):
    """What `look` sees in frames asked for in the order of a range; with `ahead` a thread sees to the one after.

    No more than that one waits, however slow the work is. Errors of reading and looking are raised where the frame is
    asked for.
    """

    def __init__(self, video: Video, frames: range, ahead: bool, look: Callable[[NDArray[np.uint8]], Seen]) -> None:
        self._video, self._frames, self._look = video, frames, look
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="frames") if ahead else None
        self._coming: tuple[int, Future[Seen]] | None = None

    @property
    def direction(self) -> int:
        """1 or -1."""
        return self._frames.step

    def __getitem__(self, frame: int) -> Seen:
        """What is seen in the frame; LipError if it cannot be read."""
        if self._pool is None:
            return self._see(frame)
        coming, self._coming = self._coming, None
        seen = coming[1].result() if coming is not None and coming[0] == frame else self._see(frame)
        following = frame + self._frames.step
        if following in self._frames:
            self._coming = following, self._pool.submit(self._see, following)
        return seen

    def close(self) -> None:
        """Stop reading, and wait for the frame at hand."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def _see(self, frame: int) -> Seen:
        return self._look(self._video[frame])
