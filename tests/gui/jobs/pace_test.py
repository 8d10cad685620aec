from __future__ import annotations

import pytest

from lipgui.jobs.pace import Pace, duration_text
from tests.helpers import Clock


def test_the_pace_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.add(0)
    assert pace.rate is None
    for second in range(1, 100):
        clock.now = float(second)
        pace.add(second if second < 50 else 50 + (second - 50) * 10)
    assert pace.rate == pytest.approx(10.0)
    assert pace.seconds_left(1000) == pytest.approx((1000 - 540) / 10)
    pace.add(3)
    assert pace.rate is None  # something new began
    assert pace.seconds_left(10) is None


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (0.2, "0:01"), (59.5, "1:00"), (754, "12:34"), (3723, "1:02:03"), (-4, "0:00")]
)
def test_durations_are_rounded_up(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_nothing_is_promised_before_anything_is_done_or_after_a_restart() -> None:
    clock = Clock()
    pace = Pace(clock)
    for clock.now in (0.0, 5.0):
        pace.add(3)
    assert pace.seconds_left(10) is None
    clock.now = 10.0
    pace.add(4)
    assert pace.rate == 0.1
    assert pace.seconds_left(2) == 0
    pace.restart()
    assert pace.rate is None
