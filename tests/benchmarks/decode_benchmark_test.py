"""Decoding the bundled clip, 854x480 H.264, in order and at random: run with `--benchmark-only`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from lipcore.resources import resource
from lipcore.video import Video, open_video

ROUNDS = 96


@pytest.fixture
def clip() -> Iterator[Video]:
    """The bundled clip, of which no decoded frame is kept; both tests visit each of its frames twice."""
    with open_video(resource("sample/clip.mp4"), cache_bytes=0) as video:
        yield video


def test_next_frame(benchmark: BenchmarkFixture, clip: Video) -> None:
    frames = cycle(range(len(clip)))
    benchmark.pedantic(lambda: clip[next(frames)], rounds=ROUNDS)


def test_any_frame(benchmark: BenchmarkFixture, clip: Video) -> None:
    generator = np.random.default_rng(0)
    frames = iter(np.concatenate([generator.permutation(len(clip)) for _ in range(2)]).tolist())
    benchmark.pedantic(lambda: clip[next(frames)], rounds=ROUNDS)
