"""Decodes frames in the background: the one asked for last first, then those that playing will need next."""

from __future__ import annotations

from collections.abc import Generator
from threading import Condition

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from lipcore.errors import LipError
from lipcore.video import Prefetcher, Video
from lipgui.jobs.jobs import Job, JobQueue


class FrameLoader(QObject):
    """Reads frames of one video at a time in a job of its own; a newer request replaces one that is not begun."""

    frameReady = Signal(int, object)  # frame, (H, W, 3) uint8 RGB
    frameFailed = Signal(int, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = JobQueue(self)
        self._inbox: _Inbox | None = None

    def show_video(self, video: Video) -> None:
        """Read frames of `video` from now on."""
        self.close()
        inbox = _Inbox()
        self._inbox = inbox
        job = Job("Frames", lambda: _serve(video, inbox))
        job.stepped.connect(self._on_step)
        self._queue.submit(job)

    def request(self, frame: int) -> None:
        """Ask for a frame; `frameReady` brings it unless a later request overtakes it."""
        if self._inbox is not None:
            self._inbox.put(frame)

    def close(self) -> None:
        """Stop reading and wait for the thread."""
        if self._inbox is not None:
            self._inbox.close()
            self._queue.stop_all()
            self._inbox = None

    @Slot(object)
    def _on_step(self, step: tuple[_Inbox, int, NDArray[np.uint8] | str]) -> None:
        inbox, frame, result = step
        if inbox is not self._inbox:
            return
        if isinstance(result, str):
            self.frameFailed.emit(frame, result)
        else:
            self.frameReady.emit(frame, result)


class _Inbox:
    """The one frame that is wanted now; closing it wakes whoever waits."""

    def __init__(self) -> None:
        self._condition = Condition()
        self._wanted: int | None = None
        self._closed = False

    def put(self, frame: int) -> None:
        with self._condition:
            self._wanted = frame
            self._condition.notify()

    def close(self) -> None:
        with self._condition:
            self._closed = True
            self._condition.notify()

    @property
    def closed(self) -> bool:
        with self._condition:
            return self._closed

    def take(self, wait: bool) -> int | None:
        """The wanted frame, once; None if there is none (and `wait` is False) or the inbox is closed."""
        with self._condition:
            while wait and self._wanted is None and not self._closed:
                self._condition.wait()
            frame, self._wanted = self._wanted, None
            return None if self._closed else frame


def _serve(video: Video, inbox: _Inbox) -> Generator[object, None, None]:
    prefetcher, more_ahead = Prefetcher(video), False
    while not inbox.closed:
        frame = inbox.take(wait=not more_ahead)
        if frame is None:
            try:
                more_ahead = more_ahead and prefetcher.step()
            except LipError:  # told when that frame is asked for
                more_ahead = False
            continue
        result: NDArray[np.uint8] | str
        try:
            result = video[frame]
        except LipError as error:
            result = str(error)
        yield inbox, frame, result
        prefetcher.show(frame)
        more_ahead = True
