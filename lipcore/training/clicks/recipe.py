"""The recipe of `lip train clicks`."""

from __future__ import annotations

from dataclasses import dataclass, field

from lipcore.learning.recipe import cosine_rate
from lipcore.training.clicks.samples import SampleConfig


@dataclass(frozen=True)
class ClickRecipe:
    """How the interactive head is trained; the batch is pictures of one step."""

    steps: int = 3000
    batch: int = 8
    optimizer: str = "adamw"
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    momentum: float = 0.9
    warm_up: int = 100  # steps of linear growth of the learning rate
    gradient_norm: float = 5.0
    average_decay: float = 0.998
    samples: SampleConfig = field(default_factory=SampleConfig)

    def rate(self, step: int) -> float:
        """Learning rate of a step, counted from 0."""
        return cosine_rate(self.learning_rate, step, self.steps, self.warm_up)
