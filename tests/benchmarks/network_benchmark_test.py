"""One step of tuning, of propagation and of offline training with preset small: run with `--benchmark-only`."""

from __future__ import annotations

import subprocess
import sys
from collections import deque
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
PEAK = """
import torch
from itertools import islice
from lipcore import Segmenter, open_video, read_label_map
from lipcore.machine.device import peak_memory
from lipcore.resources import resource

annotations = {0: read_label_map(resource("sample/masks") / "00000.png")}
with open_video(resource("sample/clip.mp4")) as clip:
    segmenter = Segmenter.load(device="cpu")
    for _ in segmenter.tune(clip, annotations, "balanced"):
        pass
    for _ in islice(segmenter.propagate(clip, annotations), 10):
        pass
print(peak_memory(torch.device("cpu")) // 10**6)
"""


@pytest.fixture
def clip() -> Iterator[Video]:
    """The bundled clip: 48 frames of 854x480 with three objects."""
    with open_video(resource("sample/clip.mp4")) as video:
        yield video


def painted(objects: int) -> Annotations:
    """The first frame with one, three or five objects: all that there are, or two of them cut in halves."""
    labels = read_label_map(resource("sample/masks") / "00000.png")
    if objects == 1:
        labels = np.where(labels == 1, 1, 0).astype(np.uint8)
    for object_id in (1, 2) if objects == 5 else ():
        columns = np.nonzero(labels == object_id)[1]
        right = (labels == object_id) & (np.arange(labels.shape[1]) > np.median(columns))
        labels[right] = object_id + 3
    assert len(np.unique(labels)) == 1 + objects
    return {0: labels}


def test_tuning_step(benchmark: BenchmarkFixture, clip: Video) -> None:
    steps = (step for step in Segmenter.load().tune(clip, painted(3), "best") if step.number > 0)
    with closing(steps):
        benchmark.pedantic(lambda: next(steps), rounds=40, warmup_rounds=4)


@pytest.mark.parametrize("objects", [1, 3])
@pytest.mark.parametrize("quality", ["fast", "balanced"])
def test_whole_tuning(benchmark: BenchmarkFixture, clip: Video, quality: str, objects: int) -> None:
    """From painted to tuned, with a network that is loaded and has run."""
    segmenter = Segmenter.load()
    segmenter.preview(clip, painted(objects), 1)

    def tune() -> None:
        segmenter.restore(b"")
        deque(segmenter.tune(clip, painted(objects), quality), maxlen=0)

    benchmark.pedantic(tune, rounds=3)


@pytest.mark.parametrize("objects", [1, 3, 5])
def test_propagation_step(benchmark: BenchmarkFixture, clip: Video, objects: int) -> None:
    segmenter, annotations = Segmenter.load(), painted(objects)
    for step in segmenter.tune(clip, annotations, "fast"):
        if step.number == 10:
            break
    results = segmenter.propagate(clip, annotations)
    with closing(results):  # type: ignore[type-var]
        found = []
        benchmark.pedantic(lambda: found.append(next(results)), rounds=40, warmup_rounds=4)
    assert [result.frame for result in found] == list(range(44))


def test_preview(benchmark: BenchmarkFixture, clip: Video) -> None:
    """After every stroke anew: nothing of the painted frame is known yet, but the network is loaded."""
    segmenter, (labels,) = Segmenter.load(), painted(3).values()
    strokes = iter(range(100))

    def preview() -> None:
        labels[0, next(strokes)] = 1
        assert segmenter.preview(clip, {0: labels}, 20).any()

    benchmark.pedantic(preview, rounds=20, warmup_rounds=2)


def test_demo(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """The README's main job, headless, in a process of its own."""
    command = [sys.executable, "-m", "lipcore", "demo", "--headless"]

    def demo() -> None:
        subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=800, check=True)

    benchmark.pedantic(demo, rounds=1)


def test_peak_memory(benchmark: BenchmarkFixture) -> None:
    """Balanced tuning of three objects and ten frames, in a process of its own."""
    measured = []

    def run() -> None:
        done = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, timeout=800, check=True)
        measured.append(int(done.stdout))

    benchmark.pedantic(run, rounds=1)
    benchmark.extra_info["megabytes"] = measured[0]


def test_training_step(benchmark: BenchmarkFixture, tmp_path: Path) -> None:
    """Two clips of eight frames, forward and backward, as `lip train video` takes them."""
    request = TrainRequest("video", tmp_path / "run", hold_out=0.0, save_every=1000)
    steps = train(request, made_data())
    with closing(steps):  # type: ignore[type-var]
        numbers = []
        benchmark.pedantic(lambda: numbers.append(next(steps).number), rounds=5, warmup_rounds=1)
    assert numbers == [1, 2, 3, 4, 5, 6]
