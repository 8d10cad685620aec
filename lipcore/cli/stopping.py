"""Ctrl-C and termination as a wish to stop, so that what is at hand is finished and saved first."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Terminated(KeyboardInterrupt):
    """The system asked the program to end; `status` is the one to end with."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = 128 + number


@contextlib.contextmanager
def terminations(wanted: bool) -> Iterator[None]:
    """Let SIGTERM and SIGHUP, the first time, stop the work within as Ctrl-C does, so that it can clean up.

    Signals that somebody else handles or ignores are left alone; so are all where this is not `wanted`.
    """
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    ours = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    if not wanted or threading.current_thread() is not threading.main_thread():
        ours = []

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        raise Terminated(number)

    for number in ours:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


class StopWish:
    """A context manager in which the first signal to stop is noted alone, and the second one ends the program.

    `sentence`, unless it is empty, is said on stderr when one does.
    """

    def __init__(self, sentence: str) -> None:
        self.status = 0  # of the program that was stopped so, 128 and the signal's number
        self._sentence = sentence
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for each in _SIGNALS:
            if signal.getsignal(each) is not signal.SIG_IGN:  # as whoever started us in the background wants it
                self._before[each] = signal.signal(each, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        self._hand_back()

    def __call__(self) -> bool:
        """Whether a signal has come."""
        return self.status > 0

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.status = 128 + number
        self._hand_back()
        if self._sentence:
            os.write(
                sys.__stderr__.fileno() if sys.__stderr__ else 2, f"{self._sentence}\n".encode()
            )  # may interrupt print

    def _hand_back(self) -> None:
        for each, handler in self._before.items():
            signal.signal(each, handler)
        self._before = {}
