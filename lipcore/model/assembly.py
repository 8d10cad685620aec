"""Networks put together from their parts, as a configuration says."""

from __future__ import annotations

from dataclasses import replace

from lipcore.model.backbone import PYRAMID_STRIDES, Backbone, trunk_widths
from lipcore.model.heads import InstanceHead, MaskHead, QualityHead
from lipcore.model.matching import Matcher
from lipcore.model.memory.convgru import Memory
from lipcore.model.network import BOX_SIDE, MATCH_CHANNELS, PREVIOUS_CHANNELS, LipNetwork, NetworkConfig
from lipcore.model.proposals import ProposalHead
from lipcore.model.roi import RoiPool


def build_network(config: NetworkConfig) -> LipNetwork:
    """A network with random weights."""
    channels, levels = config.channels, len(PYRAMID_STRIDES)
    detail_channels = 3 + PREVIOUS_CHANNELS
    cue_channels = (16 * detail_channels if config.mask_cue else 0) + (MATCH_CHANNELS if config.matching else 0)
    return LipNetwork(
        config,
        backbone=Backbone(config.trunk, channels, config.frozen_batch_norm),
        memory=Memory(channels, levels, config.memory_levels, config.memory_bypass, config.memory_told),
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


def with_told_memory(network: LipNetwork, levels: int = 4, dimensions: int = 16) -> LipNetwork:
    """The network with a new memory that is told the labels, on its `levels` coarsest levels; all else as it is.

    The memory's gains are zero, so that every prediction is what it was without one. ValueError if there is one.
    """
    if network.config.memory_levels:
        raise ValueError("this network has a memory")
    config = replace(network.config, memory_levels=levels, memory_told=dimensions)
    larger = build_network(config).to(network.device)
    larger.load_state_dict({**larger.state_dict(), **network.state_dict()})
    return larger
