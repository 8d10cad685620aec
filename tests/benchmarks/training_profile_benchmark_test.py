"""Where a training step of preset small goes: shares of each part, and images per second; printed with `-s`."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from pytest_benchmark.fixture import BenchmarkFixture

from lipcore.augment.batch import ClipBatch
from lipcore.model import build_network
from lipcore.presets import find_preset
from lipcore.training import offline
from lipcore.training.class_ids import prepare_ids
from lipcore.training.data.clips import ClipSampler
from lipcore.training.data.packs import TrainingData, open_training_pack
from lipcore.training.data.source import clip_config
from lipcore.training.offline import Trainer
from tests.core.training.pictures import made_data

MICRO_BATCHES, WARM_UP, STEPS = 2, 1, 3
PARTS = {
    "encode": "backbone and pyramid",
    "recur": "memory (Conv-GRU)",
    "propose": "proposals",
    "describe": "RoI heads: box and id",
    "segment": "RoI heads: masks",
    "reference": "reference matching",
    "match": "reference matching",
}


class Stopwatch:
    """Seconds spent in wrapped functions, without those spent in others that they call.

    With one thread they are the processor's, so that other work on the machine does not count; else those on the clock.
    """

    def __init__(self) -> None:
        self.clock = time.process_time if torch.get_num_threads() == 1 else time.perf_counter
        self.spent: dict[str, float] = defaultdict(float)
        self._inside = 0.0

    def wrap(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:  # noqa: ANN401
            outside, self._inside, started = self._inside, 0.0, self.clock()
            try:
                return function(*given, **named)
            finally:
                whole = self.clock() - started
                self.spent[part] += whole - self._inside
                self._inside = outside + whole

        return timed


class Source:
    """Micro-batches made when they are asked for, so that feeding is seen."""

    def __init__(self, sampler: ClipSampler) -> None:
        self._sampler = sampler

    def batch(self, step: int) -> ClipBatch:
        return self._sampler.batch(step)


def training_data() -> TrainingData:
    """The training pack below LIP_DATA, or made pictures."""
    root = os.environ.get("LIP_DATA")
    return open_training_pack(Path(root) / "train") if root else made_data()


@pytest.mark.timeout(3000)
@pytest.mark.parametrize("stage", ["pretrain", "video"])
def test_where_a_step_goes(stage: str, monkeypatch: pytest.MonkeyPatch, benchmark: BenchmarkFixture) -> None:
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    recipe, watch = find_preset("small").recipe(stage), Stopwatch()
    network, data = prepare_ids(build_network(find_preset("small").network), training_data(), stage)
    trainer = Trainer(network, recipe, torch.device("cpu"))
    config = clip_config(recipe, recipe.shorter_sides[0], recipe.batch // MICRO_BATCHES)
    source = Source(ClipSampler(data, config, seed=0))
    for name, part in PARTS.items():
        monkeypatch.setattr(network, name, watch.wrap(part, getattr(network, name)))
    monkeypatch.setattr(network.proposal_head, "choose", watch.wrap("proposals", network.proposal_head.choose))
    monkeypatch.setattr(source, "batch", watch.wrap("feeding", source.batch))
    monkeypatch.setattr(offline, "clip_losses", watch.wrap("targets and losses", offline.clip_losses))
    monkeypatch.setattr(torch.Tensor, "backward", watch.wrap("backward", torch.Tensor.backward))
    monkeypatch.setattr(trainer, "_advance", watch.wrap("optimiser and the rest", trainer._advance))
    steps = trainer.run(source, MICRO_BATCHES)
    for _ in range(WARM_UP):
        next(steps)
    watch.spent.clear()
    benchmark.pedantic(lambda: next(steps), rounds=STEPS)
    whole = sum(watch.spent.values())
    images = STEPS * recipe.batch * recipe.frames / whole
    kind = "processor seconds" if watch.clock is time.process_time else "seconds"
    print(f"\n{stage}, {config.size[1]}x{config.size[0]}, {torch.get_num_threads()} threads: ", end="")
    print(f"{whole / STEPS:.2f} {kind} a step, {images:.1f} images/s")
    for part, seconds in sorted(watch.spent.items(), key=lambda item: -item[1]):
        print(f"  {part:<24} {100 * seconds / whole:5.1f} %")
    benchmark.extra_info |= {part: round(seconds / whole, 4) for part, seconds in watch.spent.items()}
