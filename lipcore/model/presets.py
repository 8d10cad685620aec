"""The presets: `paper`, `small` (bundled weights) and `coco` (torchvision's pretrained layout)."""

from __future__ import annotations

from lipcore.errors import LipError
from lipcore.model.backbone import PYRAMID_STRIDES, Backbone, trunk_widths
from lipcore.model.convgru import Memory
from lipcore.model.heads import InstanceHead, MaskHead, QualityHead
from lipcore.model.matching import Matcher
from lipcore.model.network import BOX_SIDE, MATCH_CHANNELS, PREVIOUS_CHANNELS, LipNetwork, NetworkConfig
from lipcore.model.proposals import ProposalConfig, ProposalHead
from lipcore.model.roi import RoiPool

PRESETS: dict[str, NetworkConfig] = {
    "paper": NetworkConfig(),
    "small": NetworkConfig(
        preset="small",
        trunk="efficientnet-lite0",
        channels=64,
        memory_levels=0,
        memory_bypass=True,
        shorter_side=352,
        proposals=ProposalConfig(anchor_sizes=(32, 64, 128, 256), candidates_per_level=200, kept=60),
        canonical_side=112,
        trunk_convolutions=2,
        trunk_linears=1,
        trunk_width=256,
        embedding=128,
        mask_convolutions=4,
        mask_width=64,
        mask_cue=True,
        matching=128,
        edge_channels=16,
        quality_channels=32,
        id_outputs=2,
    ),
    "coco": NetworkConfig(
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
}


def preset_config(name: str) -> NetworkConfig:
    """The configuration of a preset; LipError names the presets there are."""
    if name not in PRESETS:
        raise LipError(f"There is no preset {name}; choose one of {', '.join(PRESETS)}.")
    return PRESETS[name]


def build_network(config: NetworkConfig) -> LipNetwork:
    """A network with random weights."""
    channels, levels = config.channels, len(PYRAMID_STRIDES)
    detail_channels = 3 + PREVIOUS_CHANNELS
    cue_channels = (16 * detail_channels if config.mask_cue else 0) + (MATCH_CHANNELS if config.matching else 0)
    return LipNetwork(
        config,
        backbone=Backbone(config.trunk, channels, config.frozen_batch_norm),
        memory=Memory(channels, levels, config.memory_levels, config.memory_bypass),
        proposal_head=ProposalHead(channels, config.proposals),
        instance_head=InstanceHead(
            channels,
            side=BOX_SIDE,
            convolutions=config.trunk_convolutions,
            linears=config.trunk_linears,
            width=config.trunk_width,
            embedding=config.embedding,
            id_outputs=config.id_outputs,
            box_outputs=config.instance_outputs,
        ),
        mask_head=MaskHead(
            channels,
            convolutions=config.mask_convolutions,
            width=config.mask_width,
            cue_channels=cue_channels,
            detail_channels=detail_channels,
            edge_channels=config.edge_channels,
            outputs=config.instance_outputs,
        ),
        quality_head=QualityHead(channels, cue_channels, config.quality_channels) if config.quality_channels else None,
        matcher=Matcher(trunk_widths(config.trunk)[1:], config.matching) if config.matching else None,
        pool=RoiPool(config.canonical_side, config.aligned_rois),
    )
