"""Offline training of a whole network on clips: the loop with clip losses and a recipe."""

from __future__ import annotations

import torch
from torch import Tensor

from lipcore.augment.batch import ClipBatch
from lipcore.learning.recipe import Recipe
from lipcore.model import LipNetwork
from lipcore.training.clip_loss import clip_losses
from lipcore.training.loop import TrainingLoop


class Trainer(TrainingLoop[LipNetwork, ClipBatch]):
    """A network that learns from clips by a recipe, which may freeze its backbone, or all but its memory."""

    def __init__(self, network: LipNetwork, recipe: Recipe, device: torch.device, seed: int = 0) -> None:
        def losses(network: LipNetwork, batch: ClipBatch) -> dict[str, Tensor]:
            return clip_losses(network, batch, recipe.losses)

        network.backbone.set_trainable(not recipe.freeze_backbone)
        if recipe.memory_alone:
            network.requires_grad_(False)
            network.memory.cells.requires_grad_(True)
        super().__init__(network, losses, recipe, device, seed)
        self.recipe = recipe
