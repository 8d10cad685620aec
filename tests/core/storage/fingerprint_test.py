"""Fingerprints: the same for the same video wherever it lies, another one for what is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lipcore.errors import LipError
from lipcore.project.record import ProjectRecord
from lipcore.storage.fingerprint import MissingVideo, find_video, fingerprint_of
from tests.core.project.helpers import small_project
from tests.helpers import write_moving_square

MEGABYTE = 1_000_000


def write(path: Path, *changed: int) -> Path:
    """A file of three megabytes of zeros, with other bytes in these places."""
    content = bytearray(3 * MEGABYTE)
    for place in changed:
        content[place] = 1
    path.write_bytes(content)
    return path


def record_of(path: Path) -> ProjectRecord:
    """The record of a project whose video is there now."""
    return replace(small_project(3).record, name="clip", video_path=path, fingerprint=fingerprint_of(path))


def test_a_file_is_told_by_its_size_and_both_ends(tmp_path: Path) -> None:
    first = fingerprint_of(write(tmp_path / "a.mp4"))
    assert first.size == 3 * MEGABYTE
    assert fingerprint_of(write(tmp_path / "elsewhere.mkv")) == first
    for place in (0, MEGABYTE - 1, 2 * MEGABYTE, 3 * MEGABYTE - 1):
        assert fingerprint_of(write(tmp_path / "b.mp4", place)) != first
    assert fingerprint_of(write(tmp_path / "b.mp4", MEGABYTE)) == first  # in the middle, which is not read


def test_a_folder_is_told_by_the_names_and_sizes_of_its_images(tmp_path: Path) -> None:
    folder = write_moving_square(tmp_path / "a", frames=4).path
    first = fingerprint_of(folder)
    assert first.size == sum(path.stat().st_size for path in folder.iterdir())
    assert fingerprint_of(folder.rename(tmp_path / "b")) == first
    folder = tmp_path / "b"
    (folder / "00002.png").rename(folder / "00005.png")
    renamed = fingerprint_of(folder)
    (folder / "00005.png").unlink()
    assert len({first, renamed, fingerprint_of(folder)}) == 3


def test_what_is_neither_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="no file and no folder"):
        fingerprint_of(tmp_path / "nothing")


def test_the_video_is_found_where_it_was(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4")
    assert find_video(record_of(path)) == path


def test_without_a_fingerprint_any_video_in_the_place_will_do(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4")
    record = replace(record_of(path), fingerprint=None)
    write(path, 0)
    assert find_video(record) == path


def test_a_video_that_is_gone_replaced_or_unreadable_is_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path / "clip.mp4")
    record = record_of(path)
    write(path, 0)
    with pytest.raises(MissingVideo, match="is not the video that clip was made with") as caught:
        find_video(record)
    assert caught.value.path == path
    path.unlink()
    with pytest.raises(MissingVideo, match="The video of clip is not at"):
        find_video(record)
    path.mkdir()
    with pytest.raises(MissingVideo, match="clip"):  # a folder without images
        find_video(record)
