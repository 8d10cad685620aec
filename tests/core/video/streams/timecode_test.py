"""Time codes: read from files, counted on with and without dropped frames."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from pathlib import Path

import av
import numpy as np
import pytest

from lipcore.video.streams.timecode import later, parts, read_time_code


def write_clip(path: Path, time_code: str | None) -> Path:
    with av.open(str(path), "w") as container:
        if time_code:
            container.metadata["timecode"] = time_code
        stream = container.add_stream("mpeg4", rate=Fraction(24))
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("name", ["a.mov", "a.mp4"])
def test_the_time_code_of_a_file_is_read(tmp_path: Path, name: str) -> None:
    assert read_time_code(write_clip(tmp_path / name, "10:20:30:12")) == "10:20:30:12"


def test_what_has_none_gives_none(tmp_path: Path) -> None:
    (tmp_path / "text.mov").write_text("no video")
    for path in (write_clip(tmp_path / "a.mp4", None), tmp_path / "text.mov", tmp_path, tmp_path / "missing.mov"):
        assert read_time_code(path) is None


def counted(rate: int, dropped: int) -> Iterator[str]:
    """Every time code of the first hours, counted as a clock does."""
    for minute in range(600):
        for second in range(60):
            for frame in range(dropped if second == 0 and minute % 10 else 0, rate):
                yield f"{minute // 60:02d}:{minute % 60:02d}:{second:02d};{frame:02d}"


@pytest.mark.parametrize(("rate", "real"), [(30, 29.97), (60, 60000 / 1001)])
def test_dropped_frames_are_counted_as_a_clock_does(rate: int, real: float) -> None:
    for number, expected in enumerate(islice(counted(rate, rate // 15), 0, 1300 * rate, 7)):
        assert later("00:00:00;00", 7 * number, real) == expected
        assert later(expected, -7 * number, real) == "00:00:00;00"


def test_whole_frames_are_counted_and_a_day_ends() -> None:
    assert later("01:59:59:24", 1, 25) == "02:00:00:00"
    assert later("23:59:59:23", 2, 23.976) == "00:00:00:01"
    assert later("00:00:00:119", 1, 120) == "00:00:01:000"


@pytest.mark.parametrize("code", ["00:00:00:25", "00:99:00:00", "1:2:3:4", "00:00:00;00", ""])
def test_a_code_that_cannot_be_at_this_rate_is_none(code: str) -> None:
    assert later(code, 1, 25) is None


def test_parts() -> None:
    assert parts("01:02:03;04") == (1, 2, 3, 4, True)
    assert parts("01:02:03:04") == (1, 2, 3, 4, False)
    with pytest.raises(ValueError, match="expected a time code"):
        parts("now")
