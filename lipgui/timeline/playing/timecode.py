"""Frame numbers as timecode HH:MM:SS:FF and back."""

from __future__ import annotations

import re

_PARTS = re.compile(r"\d+(?:[:;.]\d+){0,3}")
_SECONDS = re.compile(r"(\d+(?:[.,]\d*)?|[.,]\d+)\s*s")


def nominal_rate(frame_rate: float) -> int:
    """Whole frames counted per timecode second (30 for 29.97), at least 1."""
    return max(1, round(frame_rate))


def format_timecode(frame: int, frame_rate: float) -> str:
    """`frame` (from 0) as HH:MM:SS:FF, non-drop-frame at the nominal rate."""
    rate = nominal_rate(frame_rate)
    seconds, frames = divmod(max(0, frame), rate)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    digits = max(2, len(str(rate - 1)))
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}:{frames:0{digits}d}"


def parse_timecode(text: str, frame_rate: float) -> int | None:
    """The frame that `text` names, or None if it is no timecode.

    Parts are counted from the right: "12" is frame 12, "1:12" one second and 12 frames; "4.5s" is 4.5 seconds.
    """
    text = text.strip()
    rate = nominal_rate(frame_rate)
    seconds = _SECONDS.fullmatch(text)
    if seconds:
        return round(float(seconds[1].replace(",", ".")) * rate)
    if not _PARTS.fullmatch(text):
        return None
    frame = 0
    for part, frames in zip(reversed(re.split(r"[:;.]", text)), (1, rate, 60 * rate, 3600 * rate), strict=False):
        frame += int(part) * frames
    return frame
