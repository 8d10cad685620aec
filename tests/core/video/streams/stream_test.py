"""The video stream of a file: opened locally, and its pictures upright."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.video.streams.stream import decode_packet, open_stream, read_packets, to_pixels
from tests.core.video.clips import MATRICES, set_matrix
from tests.core.video.file_test import FRAMES, write_video

UPRIGHT = {
    "mirror": np.fliplr,
    "flip": np.flipud,
    "turn": lambda shown: np.rot90(shown, 2),
    "clockwise": lambda shown: np.rot90(shown, -1),
    "anticlockwise": np.rot90,
    "transpose": lambda shown: shown.swapaxes(0, 1),
    "transverse": lambda shown: np.rot90(shown.swapaxes(0, 1), 2),
}


def first_picture(path: Path) -> np.ndarray:
    container, stream = open_stream(path)
    with container:
        for packet in [*read_packets(container, stream), None]:
            for frame in decode_packet(packet, stream) or ():
                return to_pixels(frame)
    raise AssertionError("no frame")


@pytest.mark.parametrize("name", MATRICES)
def test_pictures_are_turned_and_mirrored_as_the_file_asks(tmp_path: Path, name: str) -> None:
    path = write_video(tmp_path / "clip.mp4", times=[0, 1], grain=100)
    stored = first_picture(path)
    shown = first_picture(set_matrix(path, name))
    np.testing.assert_array_equal(shown, UPRIGHT[name](stored))


def test_every_packet_gives_frames_and_damaged_ones_give_none(tmp_path: Path) -> None:
    container, stream = open_stream(write_video(tmp_path / "clip.mkv", bf="0"))
    with container:
        packets = list(read_packets(container, stream))
        assert len(packets) == FRAMES
        frames = [decode_packet(packet, stream) for packet in [*packets, None]]
    assert sum(len(found or ()) for found in frames) == FRAMES


@pytest.mark.parametrize("content", [b"", b"no video", b"#EXTM3U\nhttp://127.0.0.1:9/a.ts\n"])
def test_what_is_no_video_or_leads_elsewhere_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clip: a.m3u8"
    path.write_bytes(content)
    with pytest.raises(LipError, match="it is no video, or a damaged one"):
        open_stream(path)
