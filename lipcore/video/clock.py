"""How fast a video runs: the times of its frames, and the stream's own rate where its clock lies."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

_LONGEST_STEP = 30 * 3600.0
_LONGEST_STEP_OF_RECORDINGS = 10.0
"""Seconds that a frame may last: FFmpeg's own limits, the second for formats whose clock may restart (TS, PS)."""
_USUAL_RATE = 25.0


def mean_rate(clock: Sequence[int], time_base: Fraction | None, declared: float, may_restart: bool) -> float:
    """Frames per second of a stream with the times `clock`, one a frame, in units of `time_base`.

    A step that goes back, stands still or is longer than a frame can be is no duration: such a frame lasts as long as
    the usual one. `declared` (0: unknown) is what the container says, taken where the times do not contradict it.
    """
    if len(clock) < 2 or time_base is None:
        return declared or _USUAL_RATE
    steps = np.diff(np.asarray(clock, np.float64)) * float(time_base)
    longest = _LONGEST_STEP_OF_RECORDINGS if may_restart else _LONGEST_STEP
    good = (steps > 0) & (steps <= longest)
    if not good.any():
        return declared or _USUAL_RATE
    seconds = float(steps[good].sum()) + float(np.median(steps[good])) * int((~good).sum())
    measured = len(steps) / seconds
    return declared if declared and abs(declared - measured) < 0.02 * measured else measured
