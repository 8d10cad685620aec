"""One step of tuning, of propagation and of offline training with preset small: run with `--benchmark-only`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from lipcore.masks import read_label_map
from lipcore.resources import resource
from lipcore.segmenter import Segmenter
from lipcore.training.train_run import TrainRequest, train
from lipcore.video import Video, open_video
from tests.core.training.pictures import made_data

pytestmark = pytest.mark.timeout(900)
Annotations = dict[int, NDArray[np.uint8]]


@pytest.fixture
def clip() -> Iterator[Video]:
    """The bundled clip: 48 frames of 854x480 with three objects."""
    with open_video(resource("sample/clip.mp4")) as video:
        yield video


@pytest.fixture
def annotations() -> Annotations:
    return {0: read_label_map(resource("sample/masks") / "00000.png")}


def test_tuning_step(benchmark: BenchmarkFixture, clip: Video, annotations: Annotations) -> None:
    steps = (step for step in Segmenter.load().tune(clip, annotations, "best") if step.number > 0)
    with closing(steps):
        benchmark.pedantic(lambda: next(steps), rounds=40, warmup_rounds=4)


def test_propagation_step(benchmark: BenchmarkFixture, clip: Video, annotations: Annotations) -> None:
    segmenter = Segmenter.load()
    for step in segmenter.tune(clip, annotations, "fast"):
        if step.number == 10:
            break
    results = segmenter.propagate(clip, annotations)
    with closing(results):  # type: ignore[type-var]
        found = []
        benchmark.pedantic(lambda: found.append(next(results)), rounds=40, warmup_rounds=4)
    assert [result.frame for result in found] == list(range(44))


def test_training_step(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """Two clips of eight frames, forward and backward, as `lip train video` takes them."""
    request = TrainRequest("video", tmp_path / "run", hold_out=0.0, save_every=1000)
    steps = train(request, made_data())
    with closing(steps):  # type: ignore[type-var]
        numbers = []
        benchmark.pedantic(lambda: numbers.append(next(steps).number), rounds=5, warmup_rounds=1)
    assert numbers == [1, 2, 3, 4, 5, 6]
