"""An animated WebP as a video: every frame, how long each is shown, and what cannot be read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lipcore.errors import LipError
from lipcore.video.animation import VideoAnimation

SHADES = (10, 90, 170, 250)


def write(path: Path, duration: int | list[int], height: int = 24, width: int = 32) -> Path:
    """Four grey frames without loss."""
    frames = [Image.fromarray(np.full((height, width, 3), shade, np.uint8)) for shade in SHADES]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=duration, lossless=True)
    return path


@pytest.mark.parametrize("cache_bytes", [0, 10**6])
def test_every_frame_in_any_order(tmp_path: Path, cache_bytes: int) -> None:
    with VideoAnimation(write(tmp_path / "clip.webp", 40), cache_bytes) as video:
        assert (len(video), video.height, video.width, video.name) == (4, 24, 32, "clip")
        assert list(video.frame_names) == ["00000", "00001", "00002", "00003"]
        assert (video.frame_rate, video.frame_seconds) == (pytest.approx(25), ())
        for frame in (3, 0, 2, 1, 3):
            assert (video[frame] == SHADES[frame]).all()


def test_frames_that_are_shown_for_different_times(tmp_path: Path) -> None:
    with VideoAnimation(write(tmp_path / "clip.webp", [100, 200, 300, 400])) as video:
        np.testing.assert_allclose(video.frame_seconds, [0.1, 0.2, 0.3, 0.4])
        assert video.frame_rate == pytest.approx(4)


def test_beyond_the_ends_and_after_closing(tmp_path: Path) -> None:
    video = VideoAnimation(write(tmp_path / "clip.webp", 40))
    for frame in (-1, 4):
        with pytest.raises(IndexError):
            video[frame]
    video.close()
    with pytest.raises(LipError, match="the video is closed"):
        video[0]


def test_what_cannot_be_read_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "clip.webp", 40)
    monkeypatch.setattr("lipcore.video.animation.MAX_PIXELS", 100)
    with pytest.raises(LipError, match="32 x 24 pixels are more than"):
        VideoAnimation(path)
    (tmp_path / "text.webp").write_text("no picture")
    with pytest.raises(LipError, match="damaged or is no picture"):
        VideoAnimation(tmp_path / "text.webp")
