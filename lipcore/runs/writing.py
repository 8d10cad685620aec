"""Masks written by a thread while the next frames are worked on, in order, and never more than a few waiting."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

WAITING = 4  # masks that may wait to be written; whoever finds more of them waits


class MasksWritten:
    """Calls `write` for each mask in the order they are given; a context, at whose end all of them are written.

    When a mask cannot be written those that wait are dropped, and the error is raised by the next call, at the latest
    at the end of the context. Leaving it by an exception writes what waits, and that exception goes on; one that stops
    the program, as Ctrl-C does, with a note of the first mask that could not be written.
    """

    def __init__(self, write: Callable[[str, NDArray[np.uint8]], None]) -> None:
        self._write = write
        self._waiting: deque[Future[None]] = deque()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="writing")

    def __enter__(self) -> MasksWritten:
        return self

    def put(self, name: str, labels: NDArray[np.uint8]) -> None:
        """Have the mask of the frame `name` written, labels (H, W) uint8 that nobody changes any more.

        Raises what an earlier mask raised, a LipError where the disk is full.
        """
        self._raise_earlier(WAITING - 1)
        self._waiting.append(self._pool.submit(self._write, name, labels))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._raise_earlier(0)
        finally:
            self._pool.shutdown(wait=True)
        if isinstance(error, KeyboardInterrupt):
            ended = [future.exception() for future in self._waiting if not future.cancelled()]
            failed = [failure for failure in ended if failure is not None]
            if failed:
                error.add_note(str(failed[0]))

    def _raise_earlier(self, may_wait: int) -> None:
        """Raise what went wrong, once no more than so many masks wait."""
        while self._waiting and (len(self._waiting) > may_wait or self._waiting[0].done()):
            try:
                self._waiting.popleft().result()
            except BaseException:
                self._pool.shutdown(wait=True, cancel_futures=True)
                raise
