"""Feeding must cost a small part of a training step: the budget is 20 ms per 256 x 256 frame on one core."""

from __future__ import annotations

import numpy as np
import torch
from pytest_benchmark.fixture import BenchmarkFixture

from lipcore.training.data.clips import ClipConfig, ClipSampler
from lipcore.tuning.lucid import LucidSource
from tests.core.training.pictures import draw, made_data


def test_clips_of_four_frames(benchmark: BenchmarkFixture) -> None:
    torch.set_num_threads(1)
    config = ClipConfig(size=(256, 256), frames=4, batch=4)
    sampler = ClipSampler(made_data(), config, seed=0)
    benchmark(lambda: [sampler.batch(step) for step in range(4)])
    benchmark.extra_info["wanted ms"] = 4 * 16 * 20


def test_24_lucid_clips(benchmark: BenchmarkFixture) -> None:
    torch.set_num_threads(2)
    image, labels = draw({1: (100, 100, 250, 250), 2: (300, 60, 480, 280)}, 352, 626)
    source = LucidSource(image, labels)
    benchmark.pedantic(lambda: source.clips(24, np.random.default_rng(0), 2), rounds=3, warmup_rounds=1)
    benchmark.extra_info["wanted ms"] = 2000
