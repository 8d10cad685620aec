"""The mean rate of a video, and clocks that lie."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from lipcore.exchange import export, find_format
from lipcore.export.selection import Selection
from lipcore.project.project import Project
from lipcore.video import open_video
from lipcore.video.clock import mean_rate
from tests.core.video.clips import join
from tests.core.video.file_test import write_video

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
