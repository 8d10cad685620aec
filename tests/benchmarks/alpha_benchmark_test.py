"""Soft edges on the bundled clip, and on it enlarged to 1920x1080: run with `--benchmark-only`; processor time."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pytest_benchmark.fixture import BenchmarkFixture

from lipcore.masks import read_label_map
from lipcore.matting import EdgeSettings, foreground_colours, object_alpha, steady_alphas
from lipcore.resources import resource
from lipcore.video import open_video

pytestmark = pytest.mark.benchmark(timer=time.process_time)

CAT, COUNT, ROUNDS = 2, 5, 7
EDGES = EdgeSettings(width=8)
Frames = tuple[list[NDArray[np.uint8]], list[NDArray[np.uint8]]]


@pytest.fixture(params=[(854, 480), (1920, 1080)], ids=["854x480", "1920x1080"])
def frames(request: pytest.FixtureRequest) -> Frames:
    """Five pictures and label maps of the bundled clip at one size."""
    with open_video(resource("sample/clip.mp4")) as video:
        pictures = [cv2.resize(video[frame], request.param, interpolation=cv2.INTER_CUBIC) for frame in range(COUNT)]
    paths = [resource(f"sample/masks/{frame:05d}.png") for frame in range(COUNT)]
    labels = [cv2.resize(read_label_map(path), request.param, interpolation=cv2.INTER_NEAREST) for path in paths]
    return [np.asarray(each, np.uint8) for each in pictures], [np.asarray(each, np.uint8) for each in labels]


def test_alpha(benchmark: BenchmarkFixture, frames: Frames) -> None:
    pictures, labels = frames
    alpha = benchmark.pedantic(lambda: object_alpha(pictures[0], labels[0] == CAT, EDGES), rounds=ROUNDS)
    assert ((alpha > 0) & (alpha < 1)).any()


def test_colours(benchmark: BenchmarkFixture, frames: Frames) -> None:
    pictures, labels = frames
    alpha = object_alpha(pictures[0], labels[0] == CAT, EDGES)
    colours = benchmark.pedantic(lambda: foreground_colours(pictures[0], alpha), rounds=ROUNDS)
    assert colours.shape == pictures[0].shape


def test_steady_frame(benchmark: BenchmarkFixture, frames: Frames) -> None:
    """The middle one of five frames alone, as the window shows it: five alphas and four flows."""
    pictures, labels = frames

    def run() -> object:
        found = steady_alphas(pictures.__getitem__, labels.__getitem__, [COUNT // 2], COUNT, {CAT: EDGES})
        return next(found)[1]

    assert benchmark.pedantic(run, rounds=ROUNDS)
