"""Finding the frames of a file: from packets where these can be trusted, by decoding else, and ends that are lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from lipcore.errors import LipError
from lipcore.video.streams.scan import build_index, decode_all
from tests.core.video.clips import cut
from tests.core.video.file_test import FRAMES, write_video


@pytest.mark.parametrize(("name", "by_packet"), [("clip.mp4", False), ("clip.mkv", False), ("clip.h264", True)])
def test_files_that_tell_when_a_frame_is_shown_are_not_decoded(tmp_path: Path, name: str, by_packet: bool) -> None:
    index = build_index(write_video(tmp_path / name, g="10", bf="2"))
    assert (index.length, index.by_packet, index.notes) == (FRAMES, by_packet, ())
    assert index.keys[0].frame == 0
    assert [key.frame for key in index.keys] == sorted(key.frame for key in index.keys)


def test_the_clock_and_the_end_are_those_of_the_file(tmp_path: Path) -> None:
    times = [0, 1, 2, 5, 9, 10]
    index = build_index(write_video(tmp_path / "clip.mp4", times=times, bf="0"))
    step = index.clock[1] - index.clock[0]
    assert [(time - index.clock[0]) // step for time in index.clock] == times
    assert index.end is not None
    assert index.end > index.clock[-1]


def test_decoding_gives_what_packets_promise(tmp_path: Path) -> None:
    path = write_video(tmp_path / "clip.mp4", g="10", bf="2")
    told, decoded = build_index(path), decode_all(path)
    assert decoded.length == told.length
    assert [key.frame for key in decoded.keys] == [key.frame for key in told.keys]


@pytest.mark.parametrize(("name", "notes"), [("clip.mkv", 1), ("clip.ts", 0)])
def test_a_file_that_is_cut_off_says_so_where_it_can_know(tmp_path: Path, name: str, notes: int) -> None:
    whole = write_video(tmp_path / name, g="10", bf="0", grain=40)
    path = cut(whole, tmp_path / f"cut-{name}", 0.6)
    index = build_index(path)
    assert 10 < index.length < FRAMES
    assert len(index.notes) == notes
    assert decode_all(path, careful=True).length >= index.length


def test_a_file_without_a_frame_is_a_sentence(tmp_path: Path) -> None:
    whole = write_video(tmp_path / "clip.mkv", g="250", bf="0", grain=40)
    with pytest.raises(LipError, match=r"cannot be decoded|it is no video|no frames"):
        build_index(cut(whole, tmp_path / "cut.mkv", 0.02))
