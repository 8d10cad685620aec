"""How fast a job goes and how long it will still take."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

_WINDOW = 15.0  # seconds of the past from which the rate is taken


class Pace:
    """Rate over the last seconds of `add(done)` calls."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque()

    def restart(self) -> None:
        """Forget the past."""
        self._marks.clear()

    def add(self, done: int) -> None:
        """`done` units are finished now; fewer than before means that something new began."""
        now = self._clock()
        if self._marks and done < self._marks[-1][1]:
            self._marks.clear()
        self._marks.append((now, done))
        while len(self._marks) > 2 and now - self._marks[1][0] > _WINDOW:
            self._marks.popleft()

    @property
    def rate(self) -> float | None:
        """Units per second, or None before two different marks."""
        if len(self._marks) < 2:
            return None
        (start, before), (end, after) = self._marks[0], self._marks[-1]
        return (after - before) / (end - start) if end > start and after > before else None

    def seconds_left(self, total: int) -> float | None:
        """Until `total` units are finished at this rate, or None while that is unknown."""
        rate = self.rate
        return max(0, total - self._marks[-1][1]) / rate if rate else None


def duration_text(seconds: float) -> str:
    """`seconds` as 0:07, 12:30 or 1:02:03; rounded up, so that it reaches 0:00 only at the end."""
    whole = int(-(-max(0.0, seconds) // 1))
    hours, rest = divmod(whole, 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
