"""Tiny interactive heads."""

from __future__ import annotations

import torch
from torch import nn

from lipcore.interactive.head import HeadConfig, InteractiveHead, build_head
from lipcore.model.efficientnet import EfficientNetLite
from tests.core.model.networks import enliven

TINY = HeadConfig(
    widths=(8, 8, 16, 16), blocks=(1, 1, 1, 1), filters=(3, 3, 3, 3), detail=4, keys=(8, 8), groups=(2, 2)
)


def tiny_head(seed: int = 0, lively: bool = False) -> InteractiveHead:
    """A head with few channels; with `lively` its normalisation has random statistics, as after training."""
    torch.manual_seed(seed)
    head = build_head(TINY)
    if lively:
        for module in head.modules():
            if isinstance(module, nn.BatchNorm2d):
                assert module.running_mean is not None
                assert module.running_var is not None
                nn.init.normal_(module.running_mean, std=0.2)
                nn.init.uniform_(module.running_var, 0.5, 2.0)
                nn.init.uniform_(module.weight, 0.5, 2.0)
                nn.init.normal_(module.bias, std=0.2)
    return head.eval()


def lively_trunk(seed: int = 0) -> EfficientNetLite:
    """A trunk with random filters."""
    torch.manual_seed(seed)
    trunk = EfficientNetLite().eval().requires_grad_(False)
    enliven(trunk)
    return trunk
