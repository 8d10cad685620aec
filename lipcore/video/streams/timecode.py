"""The time code of a video file, where it has one, and the time code of a frame further on."""

from __future__ import annotations

import re
from pathlib import Path

import av

_TIME_CODE = re.compile(r"(\d{2}):(\d{2}):(\d{2})([:;.])(\d{2,3})")


def read_time_code(path: Path) -> str | None:
    """The time code of the first frame of a video file, such as "01:00:00:00", with ";" before dropped frames.

    None for folders and pictures, for files without one, and for what cannot be read.
    """
    if not path.is_file():
        return None
    try:
        with av.open(f"file:{path}", options={"protocol_whitelist": "file"}) as container:
            tables = [container.metadata, *(stream.metadata for stream in container.streams)]
    except (av.FFmpegError, OSError, UnicodeDecodeError):
        return None
    found = (table.get("timecode", "") for table in tables)
    return next((text for text in found if _TIME_CODE.fullmatch(text)), None)


def later(time_code: str, frames: int, frame_rate: float) -> str | None:
    """The time code so many frames later, counted from 0 again after a day; None if it is none at this rate.

    Frames are counted by the nominal rate, 30 for 29.97; with ";" two in thirty numbers are dropped at each minute but
    every tenth, as the film and television engineers' rule has it.
    """
    match, rate = _TIME_CODE.fullmatch(time_code), max(1, round(frame_rate))
    if match is None:
        return None
    hours, minutes, seconds, frame = (int(match[group]) for group in (1, 2, 3, 5))
    is_dropped = match[4] in ";."
    if frame >= rate or minutes > 59 or seconds > 59 or (is_dropped and rate % 30):
        return None
    dropped = rate // 15 if is_dropped else 0
    all_minutes = 60 * hours + minutes
    number = (60 * all_minutes + seconds) * rate + frame - dropped * (all_minutes - all_minutes // 10) + frames
    ten_minutes = 600 * rate - 9 * dropped
    number %= 144 * ten_minutes
    if dropped:
        tens, rest = divmod(number, ten_minutes)
        in_ten = max(0, (rest - dropped) // (60 * rate - dropped))
        number += dropped * (9 * tens + in_ten)
    seconds, frame = divmod(number, rate)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{match[4]}{frame:0{len(match[5])}d}"


def parts(time_code: str) -> tuple[int, int, int, int, bool]:
    """Hours, minutes, seconds and frame of a time code, and whether frame numbers are dropped; ValueError if none."""
    match = _TIME_CODE.fullmatch(time_code)
    if match is None:
        raise ValueError(f"got {time_code!r}, expected a time code such as 01:00:00:00")
    hours, minutes, seconds, sign, frame = match.groups()
    return int(hours), int(minutes), int(seconds), int(frame), sign in ";."
