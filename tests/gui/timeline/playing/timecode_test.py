from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lipgui.timeline.playing.timecode import format_timecode, parse_timecode


@pytest.mark.parametrize(
    ("frame", "rate", "text"),
    [(0, 25, "00:00:00:00"), (24, 25, "00:00:00:24"), (25, 25, "00:00:01:00"), (108_000, 30, "01:00:00:00")],
)
def test_frames_are_counted_within_seconds(frame: int, rate: float, text: str) -> None:
    assert format_timecode(frame, rate) == text


def test_fractional_rates_count_at_the_nominal_rate() -> None:
    assert format_timecode(30, 29.97) == "00:00:01:00"
    assert format_timecode(24, 23.976) == "00:00:01:00"


@pytest.mark.parametrize(
    ("text", "frame"),
    [("12", 12), ("1:12", 37), ("1:00:00", 1500), ("1:0:0:1", 90_001), (" 4.5s ", 112), ("2 s", 50), (",5s", 12)],
)
def test_parts_are_counted_from_the_right(text: str, frame: int) -> None:
    assert parse_timecode(text, 25.0) == frame


@pytest.mark.parametrize("text", ["", "abc", "1:", ":1", "1:2:3:4:5", "-3", "1s2", "s"])
def test_what_is_no_timecode_is_refused(text: str) -> None:
    assert parse_timecode(text, 25.0) is None


@given(st.integers(0, 10**6), st.sampled_from([1.0, 12.5, 23.976, 25.0, 29.97, 60.0, 120.0]))
def test_every_frame_survives_the_round_trip(frame: int, rate: float) -> None:
    assert parse_timecode(format_timecode(frame, rate), rate) == frame
