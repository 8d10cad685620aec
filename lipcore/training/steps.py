"""What tuning and training yield after each optimiser step: plain values, no torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class TuneStep:
    """Step `number` of at most `total`: the whole loss, its named parts, and the seconds since the start."""

    number: int
    total: int
    loss: float
    losses: Mapping[str, float]
    seconds: float


@dataclass(frozen=True)
class TrainingStep:
    """Offline step `number` of `total`: the whole loss, its named weighted parts, and the learning rate."""

    number: int
    total: int
    loss: float
    losses: Mapping[str, float]
    learning_rate: float
