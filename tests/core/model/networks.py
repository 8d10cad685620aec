"""Tiny networks whose zero-started layers are random, so that every part matters to a prediction."""

from __future__ import annotations

from dataclasses import replace

import torch

from lipcore.model import LipNetwork, NetworkConfig, build_network, preset_config


def tiny_config(preset: str = "small") -> NetworkConfig:
    """A preset with its switches and few channels."""
    config = preset_config(preset)
    return replace(
        config,
        depth=18,
        channels=16,
        trunk_width=24,
        trunk_convolutions=min(config.trunk_convolutions, 1),
        embedding=12 if config.embedding else 0,
        mask_side=7,
        mask_convolutions=2,
        mask_width=16,
        matching=16 if config.matching else 0,
        edge_channels=8 if config.edge_channels else 0,
        proposals=replace(config.proposals, candidates_per_level=40, kept=20),
    )


def tiny_network(preset: str = "small", seed: int = 0) -> LipNetwork:
    """A tiny network in evaluation mode, no layer of it zero."""
    torch.manual_seed(seed)
    network = build_network(tiny_config(preset)).eval()
    stir(network)
    return network


@torch.no_grad()
def stir(network: LipNetwork) -> None:
    """Give every parameter that starts at zero (shortcuts, gains, biases) small random values."""
    for parameter in network.parameters():
        if not parameter.any():
            parameter.normal_(std=0.1)


def noise(*shape: int, seed: int = 1) -> torch.Tensor:
    """Smooth random pictures in [0, 1]: the last two axes are height and width."""
    generator = torch.Generator().manual_seed(seed)
    height, width = shape[-2:]
    coarse = torch.rand((*shape[:-2], -(-height // 8), -(-width // 8)), generator=generator)
    return coarse.repeat_interleave(8, -2).repeat_interleave(8, -1)[..., :height, :width].contiguous()
