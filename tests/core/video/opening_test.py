"""Which reader a file or folder is for, and what is no video at all."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lipcore.errors import LipError
from lipcore.video import open_video
from lipcore.video.animation import VideoAnimation
from lipcore.video.file import VideoFile
from lipcore.video.folder import VideoPictures
from tests.core.video.file_test import write_video
from tests.helpers import write_moving_square

FRAMES = [Image.fromarray(np.full((24, 32, 3), shade, np.uint8)) for shade in (10, 90, 170)]


def save(path: Path, animated: bool) -> Path:
    FRAMES[0].save(path, **({"save_all": True, "append_images": FRAMES[1:], "duration": 40} if animated else {}))
    return path


@pytest.mark.parametrize(
    ("name", "animated", "reader", "count"),
    [
        ("still.png", False, VideoPictures, 1),
        ("moving.png", True, VideoFile, 3),
        ("still.jpg", False, VideoPictures, 1),
        ("pages.tif", True, VideoPictures, 3),
        ("moving.webp", True, VideoAnimation, 3),
        ("moving.gif", True, VideoFile, 3),
    ],
)
def test_pictures_are_told_from_animations(tmp_path: Path, name: str, animated: bool, reader: type, count: int) -> None:
    with open_video(save(tmp_path / name, animated)) as video:
        assert type(video) is reader
        assert (len(video), video.height, video.width) == (count, 24, 32)


def test_folders_and_videos(tmp_path: Path) -> None:
    with open_video(write_moving_square(tmp_path / "clip", frames=2).path) as video:
        assert type(video) is VideoPictures
    with open_video(write_video(tmp_path / "clip.MP4", times=[0, 1])) as video:
        assert type(video) is VideoFile


@pytest.mark.parametrize("name", ["moving.webp", "moving.gif"])
def test_only_pictures_have_a_range_of_values(tmp_path: Path, name: str) -> None:
    with pytest.raises(LipError, match="only pictures have one"):
        open_video(save(tmp_path / name, True), values=(0, 100))
    with open_video(save(tmp_path / "still.png", False), values=(0, 20)) as video:
        assert (video[0] == 128).all()


def test_what_is_missing_or_no_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="does not exist"):
        open_video(tmp_path / "none.mp4")
    with pytest.raises(LipError, match="Cannot open"):
        open_video(Path("a\0b"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(LipError, match="it is a pipe or a device"):
        open_video(tmp_path / "pipe.mp4")
