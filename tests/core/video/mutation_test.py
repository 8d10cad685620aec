"""Damaged pictures and videos, at random: a frame or a LipError, never another exception, never a crash."""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from lipcore.errors import LipError
from lipcore.video import open_video
from lipcore.video.pictures import read_image
from tests.core.video.file_test import write_video

SLOW_IS_FINE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
Change = tuple[float, bytes, int]
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 6)), min_size=1, max_size=6)


def change(data: bytes, changes: list[Change]) -> bytes:
    """Replace some bytes, at places given as parts of the length, by others; lengths may differ."""
    for place, replacement, length in changes:
        position = int(place * len(data))
        data = data[:position] + replacement + data[position + length :]
    return data


@pytest.mark.parametrize("extension", ["jpg", "png", "tif", "bmp", "webp", "gif"])
@SLOW_IS_FINE
@given(changes=CHANGES)
@example(changes=[(0.0, b"", 100_000)])
def test_pictures(tmp_path: Path, extension: str, changes: list[Change]) -> None:
    path = tmp_path / f"00000.{extension}"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)).save(path)
    path.write_bytes(change(path.read_bytes(), changes))
    with contextlib.suppress(LipError):
        picture = read_image(path)
        assert picture.dtype == np.uint8
        assert picture.ndim == 3
    with contextlib.suppress(LipError), open_video(tmp_path) as video:
        assert video[0].shape == (video.height, video.width, 3)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi", "a.ts"])
@SLOW_IS_FINE
@given(changes=CHANGES, end=st.floats(0, 1))
@example(changes=[(0.02734375, b"", 1)], end=1.0)
def test_videos(tmp_path: Path, name: str, changes: list[Change], end: float) -> None:
    path = tmp_path / f"whole-{name}"
    if not path.exists():
        write_video(path, "mpeg4" if name.endswith("avi") else "libx264", times=list(range(12)), g="5", bf="2")
    data = path.read_bytes()
    damaged = tmp_path / name
    damaged.write_bytes(change(data, changes)[: int(max(end, 0.3) * len(data))])
    with contextlib.suppress(LipError), open_video(damaged, 0) as video:
        for frame in (0, len(video) - 1, len(video) // 2):
            with contextlib.suppress(LipError):
                assert video[frame].shape == (video.height, video.width, 3)
