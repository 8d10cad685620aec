"""Ctrl-C and termination as a wish to stop, so that what is at hand is finished and saved first."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


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
