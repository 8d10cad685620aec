"""The index of a video: from which key a frame is reached, and that decoding from it gives frames by their numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from av.video.frame import VideoFrame

from lipcore.video.streams.index import FrameIndex, Key, decode, tag_of, tagged
from lipcore.video.streams.scan import build_index, decode_all
from lipcore.video.streams.stream import open_stream, read_packets, to_pixels
from tests.core.video.file_test import FRAMES, number_of, write_video

INDEX = FrameIndex(30, [Key(frame, 100 * frame, frame, 1000 * frame, 10) for frame in (0, 10, 20)], {})


@pytest.mark.parametrize(
    ("frame", "skipped", "key"),
    [(9, 0, None), (10, 0, 10), (19, 0, 10), (29, 0, 20), (29, 1, 10), (29, 2, None), (29, 9, None), (0, 0, None)],
)
def test_the_key_before_a_frame_or_the_start_of_the_file(frame: int, skipped: int, key: int | None) -> None:
    found = INDEX.key_before(frame, skipped)
    assert (None if found is None else found.frame) == key


@pytest.mark.parametrize("name", ["clip.mp4", "clip.h264"])
def test_frames_from_a_key_are_those_of_their_numbers(tmp_path: Path, name: str) -> None:
    path = write_video(tmp_path / name, g="12", bf="2")
    index = build_index(path)
    assert index.length == FRAMES
    for wanted in (0, FRAMES // 2, FRAMES - 1):
        key = index.key_before(wanted)
        container, stream = open_stream(path)
        with container:
            found = {number: number_of(to_pixels(frame)) for number, frame in index.frames_from(container, stream, key)}
        assert min(found) <= (key.frame if key else 0)  # where the container lands may be an earlier key
        assert list(found) == list(range(min(found), FRAMES))
        assert all(number == shown for number, shown in found.items())


def test_without_numbers_frames_are_counted_from_the_start(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4", g="12", bf="2")
    container, stream = open_stream(path)
    with container:
        frames = FrameIndex(FRAMES, (), {}).frames_from(container, stream, None)
        assert [number for number, _ in frames] == list(range(FRAMES))


def test_an_index_by_packets_gives_the_frames_of_one_by_times(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mkv", g="12", bf="2")
    by_packets = decode_all(path)
    assert by_packets.by_packet
    assert by_packets.length == build_index(path).length
    key = by_packets.key_before(30)
    assert key is not None
    container, stream = open_stream(path)
    with container:
        number, frame = next(by_packets.frames_from(container, stream, key))
    assert number == number_of(to_pixels(frame)) <= key.frame


def test_places_of_frames_are_not_lost_to_other_decoders(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.h264", g="12", bf="2")

    def frames() -> list[VideoFrame]:
        container, stream = open_stream(path)
        with container:
            return list(decode(tagged(read_packets(container, stream), stream), stream))

    kept = frames()
    frames()  # of another decoder, which are freed at once
    assert sorted(map(tag_of, kept)) == list(range(FRAMES))
