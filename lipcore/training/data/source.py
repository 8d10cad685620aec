"""Micro-batches of clips for offline training: drawn by number, made ahead in threads, shared among processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch

from lipcore.augment.batch import ClipBatch
from lipcore.learning.recipe import Recipe
from lipcore.model.backbone import SIZE_DIVISOR
from lipcore.training.data.clips import ClipConfig, ClipSampler, prefetched
from lipcore.training.data.store import TrainingData
from lipcore.training.loop import Ranks

WIDEST = 16 / 9  # width over height of clips at most, unless the recipe's longer side is less


class ClipSource:
    """Micro-batches by number; all those of a step have one size, drawn from `configs`."""

    def __init__(
        self,
        data: TrainingData,
        configs: Sequence[ClipConfig],
        *,
        seed: int,
        device: torch.device,
        micro_batches: int,
        ranks: Ranks,
        first_step: int,
        workers: int = 1,
    ) -> None:
        self._seed, self._micro_batches, self._ranks = seed, micro_batches, ranks
        self._samplers = [ClipSampler(data, config, seed, device=device) for config in configs]
        start = first_step * (micro_batches // ranks.size)
        self._stream = prefetched(_Turns(self), start, 2 + workers, workers)

    def batch(self, step: int) -> ClipBatch:
        """Micro-batch `step`; this process's own ones in order."""
        turn, batch = next(self._stream)
        assert self.number(turn) == step
        return batch

    def number(self, turn: int) -> int:
        """The number, over all processes, of this process's micro-batch `turn`."""
        return turn * self._ranks.size + self._ranks.rank

    def make(self, number: int) -> ClipBatch:
        """Micro-batch `number` over all processes."""
        random = np.random.default_rng([self._seed, 3, number // self._micro_batches])
        return self._samplers[int(random.integers(len(self._samplers)))].batch(number)

    def close(self) -> None:
        """Stop the threads."""
        self._stream.close()


class _Turns:
    """The micro-batches of one process, numbered without gaps."""

    def __init__(self, source: ClipSource) -> None:
        self._source = source

    def batch(self, step: int) -> ClipBatch:
        return self._source.make(self._source.number(step))


def clip_config(recipe: Recipe, shorter_side: int, batch: int) -> ClipConfig:
    """Clips of a recipe: `shorter_side` high, and as wide as 16:9 or the longer side allow; plain ones as they are."""
    width = min(recipe.longer_side, round(shorter_side * WIDEST / SIZE_DIVISOR) * SIZE_DIVISOR)
    config = ClipConfig(
        size=(shorter_side, width),
        frames=recipe.frames,
        batch=batch,
        video_fraction=recipe.video_fraction,
        max_stride=recipe.stride,
        lead=recipe.lead,
        far_start=recipe.far_start,
    )
    if not recipe.plain:
        return config
    return replace(config, size=(shorter_side, recipe.longer_side), plain=True, minimum_area=1, first_area=1)
