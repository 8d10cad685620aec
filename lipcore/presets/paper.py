"""The preset `paper`: the network, the schedules and the rules as published."""

from __future__ import annotations

from lipcore.learning.recipe import LossConfig, Recipe
from lipcore.model.network import NetworkConfig
from lipcore.presets.preset import Preset
from lipcore.propagation.propagator import PropagationConfig
from lipcore.tuning.config import TuneConfig

_SHORTER_SIDES = (640, 608, 576, 544, 512, 480, 448, 416, 384, 352, 320)

PAPER = Preset(
    network=NetworkConfig(preset="paper"),
    propagation=PropagationConfig(),
    tunings={
        "fast": TuneConfig(iterations=100),
        "balanced": TuneConfig(iterations=300),
        "best": TuneConfig(iterations=1000),
    },
    recipes={
        "pretrain": Recipe(
            steps=270_000,
            batch=16,
            frames=1,
            shorter_sides=_SHORTER_SIDES,
            longer_side=1333,
            drops=(210_000, 250_000),
            plain=True,
            losses=LossConfig(static_memory=True, box_widening=0.0, rois_per_image=512),
        ),
        "video": Recipe(
            steps=12_000,
            batch=1,
            frames=8,
            shorter_sides=_SHORTER_SIDES,
            longer_side=1333,
            learning_rate=0.002,
            drops=(8_000, 10_000),
            freeze_backbone=True,
            video_fraction=1.0,
            plain=True,
            losses=LossConfig(truncation=4, rois_per_image=128),
        ),
    },
    classifier="ResNet101_Weights.IMAGENET1K_V1",
)
