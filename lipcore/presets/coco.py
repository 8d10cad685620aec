"""The preset `coco`: the layout of torchvision's Mask R-CNN, so that its pretrained weights can be imported."""

from __future__ import annotations

from dataclasses import replace

from lipcore.model.network import NetworkConfig
from lipcore.model.proposals import ProposalConfig
from lipcore.presets.paper import PAPER
from lipcore.presets.preset import Preset

COCO = Preset(
    network=NetworkConfig(
        preset="coco",
        trunk="resnet50",
        frozen_batch_norm=True,
        memory_bypass=True,
        proposals=ProposalConfig(aspect_ratios=(0.5, 1.0, 2.0), exact_strides=False),
        aligned_rois=False,
        mask_side=14,
        id_outputs=91,
        instance_outputs=91,
    ),
    propagation=PAPER.propagation,
    tunings=PAPER.tunings,
    recipes={
        "pretrain": replace(PAPER.recipes["pretrain"], learning_rate=0.002, steps=90_000, drops=(60_000, 80_000)),
        "video": PAPER.recipes["video"],
    },
    classifier="ResNet50_Weights.IMAGENET1K_V1",
)
