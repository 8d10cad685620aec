"""Micro-batches of pictures to be clicked, as tensors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lipcore.prompts import draw_prompt
from lipcore.training.clicks.samples import ClickSample, ClickSampler


@dataclass(frozen=True, eq=False)
class ClickSamples:
    """B samples: pictures (B, 3, S, S) uint8 RGB, truth and known (B, S, S) bool, prompts (B, 5, S, S) in [0, 1]."""

    pictures: Tensor
    truth: Tensor
    known: Tensor
    prompts: Tensor

    def to(self, device: torch.device) -> ClickSamples:
        """The same on a device."""
        return ClickSamples(*(each.to(device) for each in (self.pictures, self.truth, self.known, self.prompts)))


class ClickSource:
    """Micro-batches of `size` samples; `batch(index)` is a pure function of the index."""

    def __init__(self, sampler: ClickSampler, size: int) -> None:
        self._sampler, self._size = sampler, size

    def batch(self, step: int) -> ClickSamples:
        """Micro-batch number `step`, counted over the whole training."""
        return stacked([self._sampler.sample(step * self._size + number) for number in range(self._size)])


def stacked(samples: list[ClickSample]) -> ClickSamples:
    """Samples of one size side by side."""
    side = samples[0].truth.shape[0]
    return ClickSamples(
        torch.from_numpy(np.stack([each.picture for each in samples])).permute(0, 3, 1, 2),
        torch.from_numpy(np.stack([each.truth for each in samples])),
        torch.from_numpy(np.stack([each.known for each in samples])),
        torch.from_numpy(np.stack([draw_prompt(each.prompt, side, side) for each in samples])),
    )
