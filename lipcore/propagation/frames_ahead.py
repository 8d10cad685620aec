"""Frames of a video on one way through it, each read and looked at while those before are worked on."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from lipcore.video import Video

Seen = TypeVar("Seen")


def frames_ahead(device: torch.device) -> int:
    """How many frames pay to be looked at ahead: a GPU's processor has time for one, free cores for two."""
    if device.type == "cuda":
        return 1
    return 2 if device.type == "cpu" and torch.get_num_threads() > 1 else 0


class FramesAhead(Generic[Seen]):
    """What `look` sees in frames asked for in the order of a range; as many threads see to the next `ahead` frames.

    No more than those wait, however slow the work is. Errors of reading and looking are raised where the frame is
    asked for. Two threads ahead and the one that asks share PyTorch's threads until `close`: frames side by side need
    a tenth less of the processor than operations that are each cut in parts, which wait for one another.
    """

    def __init__(self, video: Video, frames: range, ahead: int, look: Callable[[NDArray[np.uint8]], Seen]) -> None:
        self._video, self._frames, self._look, self._ahead = video, frames, look, int(ahead)
        self._reading = threading.Lock()
        self._coming: deque[tuple[int, Future[Seen]]] = deque()
        self._threads = torch.get_num_threads()
        share = max(1, self._threads // 2) if ahead > 1 else self._threads
        self._pool = None
        if ahead:
            torch.set_num_threads(share)
            self._pool = ThreadPoolExecutor(
                self._ahead, thread_name_prefix="frames", initializer=torch.set_num_threads, initargs=(share,)
            )

    @property
    def direction(self) -> int:
        """1 or -1."""
        return self._frames.step

    def __getitem__(self, frame: int) -> Seen:
        """What is seen in the frame; LipError if it cannot be read."""
        if self._pool is None:
            return self._see(frame)
        while self._coming and self._coming[0][0] != frame:
            self._coming.popleft()[1].cancel()
        seen = self._coming.popleft()[1].result() if self._coming else self._see(frame)
        for following in range(frame, frame + (self._ahead + 1) * self._frames.step, self._frames.step)[1:]:
            if following in self._frames and following not in (coming for coming, _ in self._coming):
                self._coming.append((following, self._pool.submit(self._see, following)))
        return seen

    def close(self) -> None:
        """Stop reading, wait for the frames at hand, and give PyTorch its threads back."""
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            torch.set_num_threads(self._threads)

    def _see(self, frame: int) -> Seen:
        with self._reading:
            picture = self._video[frame]
        return self._look(picture)
