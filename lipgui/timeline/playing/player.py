"""Playing: asks for the frame that is due now and skips those that were missed."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
_PATIENCE = 0.5  # seconds to wait for a frame that was asked for but not shown


class Player(QObject):
    """A clock over the frames `first` to `last`; a frame is asked for only after the one before it was shown."""

    frameRequested = Signal(int)
    playingChanged = Signal(bool)

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.advance)
        self._rate, self._speed, self._loop = 25.0, 1.0, False
        self._first, self._last = 0, 0
        self._start_frame, self._start_time = 0, 0.0
        self._latest = 0  # the frame asked for last
        self._awaited: set[int] = set()  # asked for and not shown yet
        self._asked_at = 0.0

    @property
    def playing(self) -> bool:
        """Whether the clock runs."""
        return self._timer.isActive()

    def set_rate(self, frame_rate: float) -> None:
        """Frames per second of the video at speed 1."""
        self._rate = frame_rate if frame_rate > 0 else 25.0

    def set_speed(self, speed: float, frame: int) -> None:
        """Play `speed` times as fast from `frame` on."""
        self._speed = speed
        self._restart(frame)
        if self.playing:
            self._timer.start(self._interval())

    def set_loop(self, loop: bool) -> None:
        """Whether to begin again at the end."""
        self._loop = loop

    def start(self, frame: int, first: int, last: int) -> None:
        """Play from `frame` to `last`, then stop or begin again at `first`; at the end already, begin again."""
        if last <= first:
            return
        self._first, self._last = first, last
        begin = frame if first <= frame < last else first
        self._restart(begin)
        self._latest = frame
        self._timer.start(self._interval())
        self.playingChanged.emit(True)
        if begin != frame:
            self._ask(begin)

    def stop(self) -> None:
        """Stop where it is."""
        if self.playing:
            self._timer.stop()
            self.playingChanged.emit(False)

    def frame_shown(self, frame: int) -> None:
        """`frame` is on the screen; one that was not asked for means that the user went there, so play on from it."""
        if not self.playing:
            return
        if frame in self._awaited:
            self._awaited.clear()
        elif frame != self._latest:
            self._restart(frame)

    def advance(self) -> None:
        """Ask for the frame that is due, unless the last one is still awaited."""
        if self._awaited and self._clock() - self._asked_at < _PATIENCE:
            return
        frame = self._due()
        if frame > self._last and not self._loop:
            self._ask(self._last)
            self.stop()
            return
        if frame > self._last:
            frame = self._first + (frame - self._first) % (self._last - self._first + 1)
            self._start_frame, self._start_time = frame, self._clock()
        self._ask(frame)

    def _due(self) -> int:
        return self._start_frame + int((self._clock() - self._start_time) * self._rate * self._speed + 1e-6)

    def _ask(self, frame: int) -> None:
        if frame != self._latest:
            self._latest = frame
            self._awaited.add(frame)
            self._asked_at = self._clock()
            self.frameRequested.emit(frame)

    def _restart(self, frame: int) -> None:
        self._start_frame, self._start_time = frame, self._clock()
        self._latest = frame
        self._awaited.clear()

    def _interval(self) -> int:
        """Milliseconds between looks at the clock: twice per frame, within reason."""
        return max(4, min(40, int(500 / (self._rate * self._speed))))
