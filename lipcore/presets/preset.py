"""What makes a preset: its network, and the rules by which that is trained, tuned and run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lipcore.errors import LipError
from lipcore.learning.recipe import Recipe
from lipcore.model.network import NetworkConfig
from lipcore.propagation.propagator import PropagationConfig
from lipcore.tuning.config import TuneConfig

QUALITIES = ("fast", "balanced", "best")


@dataclass(frozen=True)
class Preset:
    """One entry for everything that a preset decides."""

    network: NetworkConfig
    propagation: PropagationConfig
    tunings: Mapping[str, TuneConfig]  # of fine-tuning, by quality
    recipes: Mapping[str, Recipe]  # of offline training, by stage: pretrain, video and, where it has one, memory
    bundled: str | None = None  # file of the weights that come with LIP, in resources/weights
    classifier: str | None = None  # torchvision's name of the ImageNet weights that the backbone may start from

    @property
    def name(self) -> str:
        """The name by which weights and users choose it."""
        return self.network.preset

    def tuning(self, quality: str) -> TuneConfig:
        """The configuration of fine-tuning for a quality: fast, balanced or best; LipError for another one."""
        if quality not in self.tunings:
            raise LipError(f"There is no quality {quality}; choose one of {', '.join(self.tunings)}.")
        return self.tunings[quality]

    def recipe(self, stage: str) -> Recipe:
        """The recipe of a stage of offline training: pretrain, video or memory; LipError for another one."""
        if stage not in self.recipes:
            raise LipError(f"There is no recipe to train preset {self.name} in stage {stage}.")
        return self.recipes[stage]
