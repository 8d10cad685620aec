"""Recipes of offline training: the paper's schedules, and one of its own for the small preset."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from lipcore.errors import LipError
from lipcore.training.clip_loss import LossConfig


@dataclass(frozen=True)
class Recipe:
    """One stage of offline training. Sizes are pixels, lengths frames, the batch clips over all processes."""

    steps: int
    batch: int
    frames: int
    shorter_sides: tuple[int, ...]  # drawn anew for every batch
    longer_side: int
    optimizer: str = "sgd"  # or adamw
    learning_rate: float = 0.02
    weight_decay: float = 1e-4
    momentum: float = 0.9
    warm_up: int = 500  # steps of linear growth of the learning rate
    drops: tuple[int, ...] = ()  # steps at which the learning rate falls by ten; without any it falls as a cosine
    gradient_norm: float = 0.0  # gradients are clipped to this norm, 0 for never
    average_decay: float = 0.0  # of the moving average of the weights that is kept, 0 for none
    freeze_backbone: bool = False
    video_fraction: float = 0.0  # clips that are real video; the others are made from stills
    stride: int = 1  # largest step between the frames of a real clip
    far_start: float = 0.0  # real clips whose first frame is any frame of the video
    plain: bool = False  # pictures are only resized (section 5.1); else they are moved, mixed and coloured anew
    losses: LossConfig = field(default_factory=LossConfig)

    def rate(self, step: int) -> float:
        """Learning rate of a step, counted from 0."""
        warm = min(1.0, (step + 1) / max(self.warm_up, 1))
        if self.drops:
            return self.learning_rate * warm * 0.1 ** sum(step >= drop for drop in self.drops)
        progress = min(1.0, step / max(self.steps, 1))
        return self.learning_rate * warm * (0.01 + 0.99 * (1 + math.cos(math.pi * progress)) / 2)


_PAPER_SIDES = (640, 608, 576, 544, 512, 480, 448, 416, 384, 352, 320)
_PAPER_PRETRAIN = Recipe(
    steps=270_000,
    batch=16,
    frames=1,
    shorter_sides=_PAPER_SIDES,
    longer_side=1333,
    drops=(210_000, 250_000),
    plain=True,
    losses=LossConfig(static_memory=True, box_widening=0.0, rois_per_image=512),
)
_PAPER_VIDEO = Recipe(
    steps=12_000,
    batch=1,
    frames=8,
    shorter_sides=_PAPER_SIDES,
    longer_side=1333,
    learning_rate=0.002,
    drops=(8_000, 10_000),
    freeze_backbone=True,
    video_fraction=1.0,
    plain=True,
    losses=LossConfig(truncation=4, rois_per_image=128),
)
_SMALL_LOSSES = LossConfig(
    static_memory=True,
    rois_per_image=32,
    roi_jitter=(0.0, 0.1, 0.2),
    masks_per_image=3,
    id_weight=0.5,
    episodic_weight=0.5,
    box_weight=2.0,
    mask_weight=1.0,
    dice_weight=0.5,
    match_weight=0.5,
    quality_weight=0.25,
    cue_dropped=0.2,
)
_SMALL_PRETRAIN = Recipe(
    steps=1_500,
    batch=4,
    frames=3,
    shorter_sides=(256,),
    longer_side=448,
    optimizer="adamw",
    learning_rate=1e-3,
    weight_decay=0.03,
    warm_up=100,
    gradient_norm=5.0,
    average_decay=0.998,
    video_fraction=0.35,
    stride=3,
    far_start=0.5,
    losses=_SMALL_LOSSES,
)
_SMALL_VIDEO = replace(
    _SMALL_PRETRAIN,
    steps=300,
    batch=2,
    frames=8,
    learning_rate=4e-4,
    warm_up=50,
    video_fraction=0.5,
    losses=replace(_SMALL_LOSSES, truncation=4, own_cues=0.5),
)
RECIPES: dict[tuple[str, str], Recipe] = {
    ("paper", "pretrain"): _PAPER_PRETRAIN,
    ("paper", "video"): _PAPER_VIDEO,
    ("coco", "pretrain"): replace(_PAPER_PRETRAIN, learning_rate=0.002, steps=90_000, drops=(60_000, 80_000)),
    ("coco", "video"): _PAPER_VIDEO,
    ("small", "pretrain"): _SMALL_PRETRAIN,
    ("small", "video"): _SMALL_VIDEO,
}


def recipe_for(preset: str, stage: str) -> Recipe:
    """The recipe of a preset and stage ("pretrain" or "video"); LipError if there is none."""
    if (preset, stage) not in RECIPES:
        raise LipError(f"There is no recipe to train preset {preset} in stage {stage}.")
    return RECIPES[preset, stage]
