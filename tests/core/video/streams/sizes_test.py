"""Frames that change their size in mid-stream are found on opening, in start codes, in MP4 and in motion JPEG."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from lipcore.errors import LipError
from lipcore.video import open_video
from tests.core.video.clips import join
from tests.core.video.file_test import write_video


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.h264", "libx264"), ("a.ts", "libx264"), ("a.ts", "libx265"), ("a.mpg", "mpeg2video"), ("a.mjpeg", "mjpeg")],
)
def test_a_change_of_size_is_found_on_opening(tmp_path: Path, name: str, codec: str) -> None:
    options = {"strict": "unofficial"} if codec == "mjpeg" else {"bf": "0", "g": "4"}
    times = list(range(10))
    small = write_video(tmp_path / f"small-{name}", codec, times=times, **options)
    large = write_video(tmp_path / f"large-{name}", codec, size=(96, 128), times=times, **options)
    join(tmp_path / name, small, large)
    with pytest.raises(LipError, match=r"frame (9|10) is 128 x 96 pixels, but frame 0 is 64 x 48\.$"):
        open_video(tmp_path / name)


def test_a_change_of_size_within_mp4_is_found_on_opening(tmp_path: Path) -> None:
    """The size stands in the samples themselves, as browsers record them."""
    paths = [
        write_video(
            tmp_path / f"{width}.mp4",
            times=list(range(8)),
            size=(48, width),
            bf="0",
            g="4",
            **{"x264-params": "repeat-headers=1"},
        )
        for width in (64, 128)
    ]
    both = tmp_path / "both.mkv"
    with av.open(str(both), "w") as writer:
        written = None
        for number, path in enumerate(paths):
            with av.open(str(path)) as reader:
                stream = reader.streams.video[0]
                written = written or writer.add_stream_from_template(stream)
                for packet in reader.demux(stream):
                    if packet.dts is not None:
                        packet.pts = packet.dts = packet.pts + number * 8 * 512
                        packet.stream = written
                        writer.mux(packet)
    with pytest.raises(LipError, match=r"frame 8 is 128 x 48 pixels, but frame 0 is 64 x 48\.$"):
        open_video(both)


def test_parameter_sets_that_repeat_are_no_change_of_size(tmp_path: Path) -> None:
    times, options = list(range(10)), {"bf": "0", "g": "2"}
    first = write_video(tmp_path / "first.h264", "libx264", times=times, **options)
    join(tmp_path / "both.h264", first, first)
    with open_video(tmp_path / "both.h264") as video:
        assert (len(video), video.height, video.width) == (20, 48, 64)
