"""Reference matching (beyond the paper): what the annotated frames say of each cell of the current frame.

The paper carries identity through the hidden state alone, so an error of one frame is handed to the next. Annotated
frames do not drift: every cell of the current frame is compared with every cell of the annotated frames, and takes
over their labels by soft attention.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Reference(NamedTuple):
    """Cells of the annotated frames: unit keys (B, N, D) and, per cell, the share of each label (B, N, 1 + K)."""

    keys: Tensor
    shares: Tensor


class Matcher(nn.Module):
    """Projects features of stride 8 to unit keys and compares them."""

    def __init__(self, channels: int, dimensions: int) -> None:
        super().__init__()
        self.project = nn.Conv2d(channels, dimensions, 1)
        self.log_sharpness = nn.Parameter(torch.tensor(3.0))

    def keys(self, features: Tensor) -> Tensor:
        """Unit keys (B, h w, D) of features (B, C, h, w)."""
        return F.normalize(self.project(features).flatten(2).transpose(1, 2), dim=2)

    def forward(self, keys: Tensor, reference: Reference) -> Tensor:
        """Share of each label (B, h w, 1 + K) in [0, 1] for the keys (B, h w, D) of a frame; K < D."""
        sharpness = self.log_sharpness.clamp(max=4.6).exp()
        missing = keys.shape[2] - reference.shares.shape[2]  # attention runs fastest with values as wide as keys
        values = F.pad(reference.shares, (0, missing)).to(keys.dtype)
        found = F.scaled_dot_product_attention(keys * sharpness, reference.keys, values, scale=1.0)
        return found[..., : reference.shares.shape[2]].float()


def label_shares(labels: Tensor, count: int, size: tuple[int, int]) -> Tensor:
    """Share of labels 0..count in the cells of a grid `size`, (B, h w, 1 + count) float32, of labels (B, H, W).

    Pixels that are ignored (255) count for no label.
    """
    planes = torch.stack([(labels == label) for label in range(count + 1)], dim=1).float()
    return F.adaptive_avg_pool2d(planes, size).flatten(2).transpose(1, 2)
