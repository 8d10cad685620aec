"""What tuning and training yield after each optimiser step: plain values, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class TuneReport:
    """Step `number` of at most `total`: the whole loss, its named parts, and the seconds since the start.

    Before the first step the frozen parts are run on frames to learn from: such reports have number 0, no losses and
    a `loss` of nan, and say that `prepared` frames of `to_prepare` are ready.
    """

    number: int
    total: int
    loss: float
    losses: Mapping[str, float]
    seconds: float
    prepared: int = 0
    to_prepare: int = 0

    @property
    def preparing(self) -> bool:
        """Whether no step has been made yet."""
        return self.number == 0


@dataclass(frozen=True)
class TrainingReport:
    """Offline step `number` of `total`: the whole loss, its named weighted parts, and the learning rate."""

    number: int
    total: int
    loss: float
    losses: Mapping[str, float]
    learning_rate: float
