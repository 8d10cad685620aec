"""Tiny networks whose zero-started layers are random, so that every part matters to a prediction."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from lipcore.model import LipNetwork, NetworkConfig, build_network
from lipcore.model.assembly import with_told_memory
from lipcore.model.efficientnet import EfficientNetLite, SameConv2d
from lipcore.presets import find_preset


def tiny_config(preset: str = "small") -> NetworkConfig:
    """A preset with its switches and few channels, and a small trunk in place of a large one.

    `small` has a memory on its two coarsest levels here, which the preset has not, so that its recurrence is tested.
    """
    config = find_preset(preset).network
    return replace(
        config,
        trunk=config.trunk if preset == "small" else "resnet18",
        channels=16,
        memory_levels=2 if preset == "small" else config.memory_levels,
        trunk_width=24,
        trunk_convolutions=min(config.trunk_convolutions, 1),
        embedding=12 if config.embedding else 0,
        mask_side=7,
        mask_convolutions=2,
        mask_width=16,
        matching=16 if config.matching else 0,
        edge_channels=8 if config.edge_channels else 0,
        quality_channels=8 if config.quality_channels else 0,
        proposals=replace(config.proposals, candidates_per_level=40, kept=20),
    )


def tiny_network(preset: str = "small", seed: int = 0) -> LipNetwork:
    """A tiny network in evaluation mode, no layer of it zero."""
    torch.manual_seed(seed)
    network = build_network(tiny_config(preset)).eval()
    if isinstance(network.backbone.body, EfficientNetLite):
        enliven(network.backbone.body)
    stir(network)
    return network


def plain_and_told(gain: float) -> tuple[LipNetwork, LipNetwork]:
    """A tiny network without a memory, and the same with one that is told labels and has this gain."""
    torch.manual_seed(0)
    plain = build_network(replace(tiny_config(), memory_levels=0)).eval()
    enliven(plain.backbone.body)
    stir(plain)
    told = with_told_memory(plain, 4, 6).eval()
    for cell in told.memory.cells:
        nn.init.constant_(cell.gain, gain)
    return plain, told


@torch.no_grad()
def stir(network: LipNetwork) -> None:
    """Give every parameter that starts at zero (shortcuts, gains, biases) small random values."""
    for parameter in network.parameters():
        if not parameter.any():
            parameter.normal_(std=0.1)


@torch.no_grad()
def enliven(trunk: EfficientNetLite) -> None:
    """Random filters under which pictures differ up to the last block, as they do after training on ImageNet."""
    for module in trunk.modules():
        if isinstance(module, SameConv2d):
            torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            torch.nn.init.zeros_(module.bias)


def noise(*shape: int, seed: int = 1) -> torch.Tensor:
    """Smooth random pictures in [0, 1]: the last two axes are height and width."""
    generator = torch.Generator().manual_seed(seed)
    height, width = shape[-2:]
    coarse = torch.rand((*shape[:-2], -(-height // 8), -(-width // 8)), generator=generator)
    return coarse.repeat_interleave(8, -2).repeat_interleave(8, -1)[..., :height, :width].contiguous()
