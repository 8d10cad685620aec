"""Video files of exports: rates as fractions, times of each frame, and encoders that this FFmpeg has not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.export.selection import Selection
from lipcore.export.video_file import Encoder, frame_rate, time_code, video_file
from tests.core.hard_labels import labelled
from tests.helpers import ArrayVideo

H264 = Encoder("libx264", options={"preset": "ultrafast"})


def selection(rate: float, seconds: tuple[float, ...] = (), **range_: int) -> Selection:
    """Four frames of 32 x 48 pixels."""
    video = ArrayVideo(np.zeros((4, 32, 48, 3), np.uint8))
    video.frame_seconds = seconds
    return Selection(replace(labelled([np.ones((32, 48), np.uint8)] * 4), frame_rate=rate), pictures=video, **range_)


def written(path: Path, chosen: Selection, form: str = "mp4", encoders: tuple[Encoder, ...] = (H264,)) -> Path:
    with video_file(path, form, encoders, chosen, "a test") as write:
        for number, _ in enumerate(chosen.frames):
            write(av.VideoFrame.from_ndarray(np.full((32, 48, 3), 60 * number, np.uint8), format="rgb24"))
    return path


def starts(path: Path) -> list[float]:
    """When each frame begins, in seconds from the first."""
    with av.open(str(path)) as container:
        times = [float(frame.pts * frame.time_base) for frame in container.decode(video=0)]
    return [time - times[0] for time in times]


@pytest.mark.parametrize(
    ("rate", "fraction"),
    [(25.0, Fraction(25)), (29.97002997, Fraction(30000, 1001)), (23.976023976, Fraction(24000, 1001))],
)
def test_rates_are_the_fractions_that_they_stand_for(rate: float, fraction: Fraction) -> None:
    assert frame_rate(selection(rate)) == fraction


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_a_rate_that_is_not_above_zero_is_refused(rate: float) -> None:
    with pytest.raises(LipError, match="not above zero"):
        frame_rate(selection(rate))


def test_frames_of_a_constant_rate(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mp4", selection(25.0))
    np.testing.assert_allclose(starts(path), [0, 0.04, 0.08, 0.12], atol=1e-4)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.average_rate) == ("h264", 25)
        assert (stream.codec_context.colorspace, stream.codec_context.color_range) == (1, 1)


def test_frames_are_shown_as_long_as_those_of_the_video(tmp_path: Path) -> None:
    chosen = selection(25.0, (0.5, 0.1, 0.2, 0.3), first=1)
    np.testing.assert_allclose(starts(written(tmp_path / "a.mp4", chosen)), [0, 0.1, 0.3], atol=1e-4)


def test_the_first_encoder_that_there_is_is_taken(tmp_path: Path) -> None:
    written(tmp_path / "a.mp4", selection(25.0), encoders=(Encoder("nothing"), H264))
    with pytest.raises(LipError, match="Cannot encode a test: the installed FFmpeg has no encoder nothing or never"):
        written(tmp_path / "b.mp4", selection(25.0), encoders=(Encoder("nothing"), Encoder("never")))


def test_pictures_in_memory_have_no_time_code() -> None:
    assert time_code(selection(25.0)) is None
