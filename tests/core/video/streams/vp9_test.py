"""VP9 whose frames change their size without a keyframe, as recordings of video calls do."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest
from av.packet import Packet

from lipcore.errors import LipError
from lipcore.video import open_video
from lipcore.video.streams.vp9 import Vp9Sizes
from tests.core.video.file_test import write_video

HIDDEN, SHOW_KEPT = "10000100", 0b10001000  # headers: a frame that is no keyframe and not shown; show a kept frame


def header_end(bits: str, place: int) -> int:
    """Where the header of a keyframe ends whose part after the size begins at `place`; without segments and tiles."""
    place += 1 + 2 + 2 + 6 + 3  # the size to be shown (the same), contexts, filter
    assert bits[place] == bits[place + 1] == "1"
    place += 2
    for _ in range(6):  # changes of the filter
        place += 8 if bits[place] == "1" else 1
    place += 8
    for _ in range(3):  # quantisers
        place += 6 if bits[place] == "1" else 1
    assert bits[place] == "0"
    return place + 1 + 1 + 16


def as_intra_only(keyframe: bytes) -> bytes:
    """The same picture as a frame that is not shown, no keyframe, and kept for reference."""
    bits = "".join(f"{byte:08b}" for byte in keyframe)
    size = 8 + 24 + 4  # after flags, sync and colours
    end = header_end(bits, size + 32)
    header = HIDDEN + "1" + "11" + bits[8:32] + "1" * 8 + bits[size:end]
    header += "0" * (-len(header) % 8)
    return bytes(int(header[at : at + 8], 2) for at in range(0, len(header), 8)) + keyframe[-(-end // 8) :]


def packets_of(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


@pytest.fixture
def resized(tmp_path: Path) -> Path:
    """10 frames of 64 x 48, 10 of 128 x 96, and one keyframe."""
    options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "g": "999", "aq-mode": "0"}
    small = write_video(tmp_path / "small.webm", "libvpx-vp9", (48, 64), list(range(10)), **options)
    large = write_video(tmp_path / "large.webm", "libvpx-vp9", (96, 128), list(range(10)), **options)
    first, *others = packets_of(large)
    packets = [*packets_of(small), as_intra_only(first), bytes([SHOW_KEPT]), *others]
    path = tmp_path / "resized.webm"
    with av.open(str(small)) as template, av.open(str(path), "w") as container:
        stream = container.add_stream_from_template(template.streams.video[0])
        for number, data in enumerate(packets):
            packet = Packet(data)
            packet.pts = packet.dts = number
            packet.time_base, packet.stream, packet.is_keyframe = Fraction(1, 25), stream, number == 0
            container.mux(packet)
    return path


def test_sizes_of_frames_that_are_no_keyframes(resized: Path) -> None:
    with av.open(str(resized)) as container:
        decoded = [(frame.width, frame.height) for frame in container.decode(video=0)]
    with av.open(str(resized)) as container:
        keys = [packet.is_keyframe for packet in container.demux(video=0) if packet.size]
    assert decoded == [(64, 48)] * 10 + [(128, 96)] * 10
    assert keys == [True] + [False] * 19
    sizes = Vp9Sizes()
    assert [size for packet in packets_of(resized) for size in sizes.shown(packet)] == decoded


def test_a_change_without_a_keyframe_is_found_on_opening(resized: Path) -> None:
    with pytest.raises(LipError, match="frame 10 is 128 x 96 pixels, but frame 0 is 64 x 48"):
        open_video(resized)


def test_damaged_packets_say_nothing() -> None:
    sizes = Vp9Sizes()
    assert sizes.shown(b"") == []
    assert sizes.shown(b"\x82\x12\x34\x56\x78") == []  # a keyframe without its mark
    assert sizes.shown(b"\x88") == []  # shows a frame that never came
    assert sizes.shown(bytes([0x86, 0, 0, 0xC1, 0xC1])) == []
