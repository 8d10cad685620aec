"""Repainting the timeline at 10,000 frames and 20 objects: run with `pytest tests/benchmarks --benchmark-only`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytest_benchmark.fixture import BenchmarkFixture
from pytestqt.qtbot import QtBot

from lipgui.timeline.timeline import LaneLabel, Timeline

FRAMES, OBJECTS = 10_000, 20
LIMIT = 0.008  # seconds a repaint should take at most; the report has it beside the median
# Processor time of the thread that paints, so that other programs do not count; too coarse a clock on Windows.
pytestmark = pytest.mark.benchmark(timer=time.perf_counter if sys.platform == "win32" else time.thread_time)


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    """A timeline in which every lane is in view, with scores, doubts and hand-made frames in each."""
    generator = np.random.default_rng(0)
    shape = (FRAMES, 256)
    provenances = np.ones(shape, np.uint8)
    by_hand = generator.integers(0, FRAMES, (40, 256))
    np.put_along_axis(provenances, by_hand, 2, axis=0)
    provenances[3000:4500, ::3] = 4
    scores = generator.random(shape, np.float32)
    areas = np.where(np.sin(np.arange(FRAMES) / 200)[:, None] + generator.random(256) > 0, 900, 0).astype(np.int32)
    doubts = np.where(scores < 0.01, 0.9, 0.0).astype(np.float32)
    widget = Timeline()
    qtbot.addWidget(widget)
    widget.resize(1600, 620)
    widget.show_video(FRAMES, 25.0)
    widget.show_objects(
        [LaneLabel(number, f"Object {number}", (200, 30, 9 * number)) for number in range(1, OBJECTS + 1)]
    )
    widget.show_cells(provenances, scores, areas)
    widget.show_doubts(doubts)
    with qtbot.waitExposed(widget):
        widget.show()
    widget.lanes.repaint()
    assert len(widget.lanes.layout_of_lanes.visible_lanes(widget.lanes.height())) == OBJECTS
    return widget


def hold(benchmark: BenchmarkFixture, repaint: Callable[[], None]) -> None:
    """Measure `repaint`; the report has the limit that its median is wanted to keep."""
    benchmark.pedantic(repaint, rounds=100, warmup_rounds=5)
    benchmark.extra_info["wanted ms"] = LIMIT * 1000


def test_whole_repaint_from_the_cached_picture(benchmark: BenchmarkFixture, timeline: Timeline) -> None:
    hold(benchmark, timeline.lanes.repaint)


def test_repaint_as_the_playhead_moves(benchmark: BenchmarkFixture, timeline: Timeline) -> None:
    frames = iter(range(100, 9900, 7))

    def move() -> None:
        timeline.show_frame(next(frames))
        QApplication.processEvents()

    hold(benchmark, move)


def test_repaint_as_propagation_fills_frames(benchmark: BenchmarkFixture, timeline: Timeline) -> None:
    frames = iter(range(100, 9900, 3))

    def fill() -> None:
        frame = next(frames)
        timeline.update_cells(frame, frame)
        QApplication.processEvents()

    hold(benchmark, fill)


@pytest.mark.parametrize("zoom", [0, 6, 12])
def test_repaint_while_panning_and_zooming(benchmark: BenchmarkFixture, timeline: Timeline, zoom: int) -> None:
    """Every column is new, so nothing can come from the cache."""
    for _ in range(zoom):
        timeline.zoom_in()
    axes = (timeline.lanes.axis.zoomed(1.0001 + turn * 1e-4, 500) for turn in range(1000))

    def zoom_a_little() -> None:
        timeline.lanes.set_axis(next(axes))
        QApplication.processEvents()

    hold(benchmark, zoom_a_little)
