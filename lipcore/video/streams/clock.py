"""How fast a video runs: how long its frames are shown, and the stream's own rate where its clock is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

# Seconds that a frame may last: FFmpeg's own limits, the second for formats whose clock may restart (TS, PS).
_LONGEST_STEP = 30 * 3600.0
_LONGEST_STEP_OF_RECORDINGS = 10.0
_USUAL_RATE = 25.0
_ROUNDING = 1.5  # ticks by which rounded times of a constant rate may be away from it


def mean_rate(clock: Sequence[int], time_base: Fraction | None, declared: float, may_restart: bool) -> float:
    """Frames per second of a stream with the times `clock`, one a frame, in units of `time_base`.

    A step that goes back, stands still or is longer than a frame can be is no duration: such a frame lasts as long as
    the usual one. `declared` (0: unknown) is what the container says, taken where the times do not contradict it.
    """
    if len(clock) < 2 or time_base is None:
        return declared or _USUAL_RATE
    steps = _steps(clock, time_base, may_restart)
    if steps is None:
        return declared or _USUAL_RATE
    measured = len(steps) / float(steps.sum())
    return declared if declared and abs(declared - measured) < 0.02 * measured else measured


def shown_seconds(
    clock: Sequence[int], time_base: Fraction | None, end: int | None, rate: float, may_restart: bool
) -> tuple[float, ...]:
    """How long each frame of `clock` is shown; empty where all are shown for 1 / `rate`, to a tick of the clock.

    The last one is shown until `end`, or as long as the usual one where that is None or not after it.
    """
    steps = None if len(clock) < 2 or time_base is None else _steps(clock, time_base, may_restart)
    if steps is None or time_base is None:
        return ()
    times = np.arange(len(clock)) / rate
    if np.abs(np.cumsum(steps) - times[1:]).max() <= _ROUNDING * float(time_base):
        return ()
    last = 0.0 if end is None else (end - clock[-1]) * float(time_base)
    return (*steps.tolist(), last if 0 < last <= _longest(may_restart) else float(np.median(steps)))


def _steps(clock: Sequence[int], time_base: Fraction, may_restart: bool) -> NDArray[np.float64] | None:
    """Seconds from each frame to the next one, those that are no duration replaced; None if all of them are none."""
    steps = np.diff(np.asarray(clock, np.float64)) * float(time_base)
    good = (steps > 0) & (steps <= _longest(may_restart))
    return np.where(good, steps, np.median(steps[good])) if good.any() else None


def _longest(may_restart: bool) -> float:
    return _LONGEST_STEP_OF_RECORDINGS if may_restart else _LONGEST_STEP
