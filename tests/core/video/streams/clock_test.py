"""The mean rate of a video, and clocks that lie."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from lipcore.exchange import export, find_format
from lipcore.export.selection import Selection
from lipcore.project.project import Project
from lipcore.video import open_video
from lipcore.video.streams.clock import mean_rate, shown_seconds
from tests.core.video.clips import join
from tests.core.video.file_test import picture, write_video

MILLISECOND = Fraction(1, 1000)


def test_a_true_clock() -> None:
    assert mean_rate([0, 40, 80, 120], MILLISECOND, 25.0, False) == 25.0
    assert mean_rate([0, 33, 67, 100], MILLISECOND, 30000 / 1001, False) == 30000 / 1001
    assert mean_rate([0, 40, 240, 280], MILLISECOND, 25.0, False) == pytest.approx(3 / 0.28)  # one frame lasts long
    assert mean_rate([0, 60_000], MILLISECOND, 0.0, False) == pytest.approx(1 / 60)  # a slide show
    assert mean_rate([7], MILLISECOND, 0.0, False) == 25.0
    assert mean_rate([], MILLISECOND, 12.0, False) == 12.0
    assert mean_rate([0, 40], None, 12.0, False) == 12.0


@pytest.mark.parametrize("jump", [-500, -40, 95_000_000])
def test_a_clock_that_jumps(jump: int) -> None:
    """Back, standing still, and a day ahead: the frame before lasts as long as the others."""
    first = np.arange(0, 400, 40)
    clock = [*first.tolist(), *(first + 400 + jump).tolist()]
    assert mean_rate(clock, MILLISECOND, 0.0, True) == pytest.approx(25)


def test_a_long_frame_is_a_jump_only_where_clocks_may_restart() -> None:
    clock = [0, 40, 80, 20_080, 20_120]
    assert mean_rate(clock, MILLISECOND, 0.0, True) == pytest.approx(25)
    assert mean_rate(clock, MILLISECOND, 0.0, False) == pytest.approx(4 / 20.12)


def test_a_constant_rate_needs_no_times() -> None:
    assert shown_seconds([0, 33, 67, 100, 133], MILLISECOND, 167, 30.0, False) == ()
    assert shown_seconds([0, 40, 80], MILLISECOND, None, 25.0, False) == ()
    assert shown_seconds([5], MILLISECOND, 45, 25.0, False) == ()


def test_frames_that_are_shown_for_different_times() -> None:
    assert shown_seconds([0, 40, 240, 280], MILLISECOND, 1280, 10.0, False) == (0.04, 0.2, 0.04, 1.0)
    assert shown_seconds([0, 40, 240, 280], MILLISECOND, None, 10.0, False)[-1] == 0.04
    assert shown_seconds([0, 40, 240, 280], MILLISECOND, 0, 10.0, False)[-1] == 0.04
    back = shown_seconds([0, 40, 100, 60, 100], MILLISECOND, None, 25.0, True)
    assert back == pytest.approx((0.04, 0.06, 0.04, 0.04, 0.04))


def write_uneven(folder: Path, suffix: str) -> Path:
    """40 pictures that are shown for 1, 1, 5, 2 and 9 times 40 ms, over and over."""
    durations = [1, 1, 5, 2, 9] * 8
    path = folder / f"uneven{suffix}"
    if suffix in (".gif", ".webp"):
        pictures = [Image.fromarray(picture(number)) for number in range(len(durations))]
        times = [40 * duration for duration in durations]
        pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=times, lossless=True)
        return path
    codec, options = {".webm": ("libvpx-vp9", {"deadline": "realtime", "cpu-used": "8"})}.get(
        suffix, ("libx264", {"bf": "2", "g": "12"})
    )
    return write_video(path, codec, times=np.cumsum([0, *durations[:-1]]).tolist(), **options)


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".ts", ".webm", ".gif", ".webp"])
def test_an_overlay_shows_each_picture_as_long_as_the_source(tmp_path: Path, suffix: str) -> None:
    with open_video(write_uneven(tmp_path, suffix)) as video:
        given = [0.04 * part for part in [1, 1, 5, 2, 9] * 8]
        assert video.frame_seconds[:-1] == pytest.approx(given[:-1])
        for first, last in ((0, None), (7, 20)):
            selection = Selection(Project.create(video), first, last, pictures=video)
            form = find_format("overlay")
            for _ in export(selection, form, tmp_path / "overlay.mp4", form.writer.options(), overwrite=True):
                pass
            with av.open(str(tmp_path / "overlay.mp4")) as container:
                stream = container.streams.video[0]
                starts = [float(frame.pts * stream.time_base) for frame in container.decode(stream)]
                total = float(stream.duration * stream.time_base)
            wanted = video.frame_seconds[first : None if last is None else last + 1]
            assert np.diff([*starts, total]) == pytest.approx(wanted, abs=1 / 60_000)


@pytest.mark.parametrize("shift", [10, 9000])
def test_an_overlay_lasts_as_long_as_the_joined_recordings(tmp_path: Path, shift: int) -> None:
    parts = [
        write_video(tmp_path / f"{first}.vob", "mpeg2video", times=list(range(first, first + 20)), bf="2", g="10")
        for first in (shift, 0)
    ]
    with open_video(join(tmp_path / "joined.vob", *parts)) as video:
        selection = Selection(Project.create(video), pictures=video)
        form = find_format("overlay")
        for _ in export(selection, form, tmp_path / "overlay.mp4", form.writer.options(), False):
            pass
    with av.open(str(tmp_path / "overlay.mp4")) as container:
        assert container.streams.video[0].frames == 40
        assert container.duration is not None
        assert container.duration / av.time_base == pytest.approx(1.6, abs=0.05)
