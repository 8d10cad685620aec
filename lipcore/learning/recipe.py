"""What a stage of offline training is made of: its length, its clips, its optimiser and its losses."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from lipcore.model.boxes import BOX_WIDENING


@dataclass(frozen=True)
class LossConfig:
    """How a clip is unrolled, sampled and weighed."""

    truncation: int = 4  # frames through which gradients flow back (paper: stopped between frames 4 and 5)
    taught_frames: int = 0  # of a clip with a memory that is told the labels, the last so many learn; 0 for all
    static_memory: bool = False  # every frame starts from the zero state, as in pre-training
    box_widening: float = BOX_WIDENING  # of the objects' boxes
    rois_per_image: int = 128
    roi_jitter: tuple[float, ...] = (0.0,)  # true boxes join the proposals, moved by these fractions of their sides
    masks_per_image: int = 0  # masks are learnt in jittered true boxes, so many at most; 0 for the positive RoIs
    objectness_weight: float = 1.0
    anchor_weight: float = 1.0
    id_weight: float = 1.0
    episodic_weight: float = 0.0
    box_weight: float = 1.0
    mask_weight: float = 1.0
    dice_weight: float = 0.0
    match_weight: float = 0.0
    quality_weight: float = 0.0
    cue_strength: float = 1.0
    cue_dropped: float = 0.25
    own_cues: float = 0.0  # previous masks that the network made itself; beyond the paper


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
    lead: int = 0  # frames of a real clip beyond these at most, drawn anew for every batch
    memory_alone: bool = False  # learns, and it is told the labels; all else stays as it is
    stride: int = 1  # largest step between the frames of a real clip
    far_start: float = 0.0  # real clips whose first frame is any frame of the video
    plain: bool = False  # pictures are only resized (section 5.1); else they are moved, mixed and coloured anew
    losses: LossConfig = field(default_factory=LossConfig)

    def rate(self, step: int) -> float:
        """Learning rate of a step, counted from 0."""
        if not self.drops:
            return cosine_rate(self.learning_rate, step, self.steps, self.warm_up)
        warm = min(1.0, (step + 1) / max(self.warm_up, 1))
        return self.learning_rate * warm * 0.1 ** sum(step >= drop for drop in self.drops)


def cosine_rate(highest: float, step: int, steps: int, warm_up: int) -> float:
    """A learning rate that grows for `warm_up` steps and falls to a hundredth over all `steps`, along a cosine."""
    warm = min(1.0, (step + 1) / max(warm_up, 1))
    progress = min(1.0, step / max(steps, 1))
    return highest * warm * (0.01 + 0.99 * (1 + math.cos(math.pi * progress)) / 2)
