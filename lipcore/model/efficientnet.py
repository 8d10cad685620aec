"""The trunk of EfficientNet-Lite0 (Tan and Le 2019), with batch normalisation folded into the filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTHS = (24, 40, 112, 192)  # channels at strides 4, 8, 16 and 32
_STEM = 32  # channels
_BATCH_NORM_EPSILON = 1e-3  # TensorFlow's


class _Stage(NamedTuple):
    """Blocks of one shape: side of the depthwise filter, stride of the first block, expansion, channels, blocks."""

    side: int
    stride: int
    expansion: int
    channels: int
    repeats: int


_STAGES = (
    _Stage(3, 1, 1, 16, 1),
    _Stage(3, 2, 6, 24, 2),
    _Stage(5, 2, 6, 40, 2),
    _Stage(3, 2, 6, 80, 3),
    _Stage(5, 1, 6, 112, 3),
    _Stage(5, 2, 6, 192, 4),
)
TAPPED = (2, 4, 10, 14)  # blocks whose outputs are the four levels


class SameConv2d(nn.Conv2d):
    """A convolution padded as TensorFlow's SAME does: what is left over goes to the right and bottom."""

    def forward(self, x: Tensor) -> Tensor:
        """Filtered (B, out, ceil(H / stride), ceil(W / stride)) of x (B, in, H, W)."""
        side, stride = self.kernel_size[0], self.stride[0]
        if stride == 1:
            return F.conv2d(x, self.weight, self.bias, 1, side // 2, 1, self.groups)
        height, width = x.shape[-2:]
        down = max((-(-height // stride) - 1) * stride + side - height, 0)
        across = max((-(-width // stride) - 1) * stride + side - width, 0)
        padded = F.pad(x, (across // 2, across - across // 2, down // 2, down - down // 2))
        return F.conv2d(padded, self.weight, self.bias, stride, 0, 1, self.groups)


class Block(nn.Module):
    """An inverted bottleneck: expand, filter every channel alone, project; plus the input where shapes allow it."""

    def __init__(self, channels: int, stage: _Stage, stride: int) -> None:
        super().__init__()
        wide = channels * stage.expansion
        self.expand = SameConv2d(channels, wide, 1) if stage.expansion > 1 else None
        self.depthwise = SameConv2d(wide, wide, stage.side, stride, groups=wide)
        self.project = SameConv2d(wide, stage.channels, 1)
        self.residual = stride == 1 and channels == stage.channels

    def forward(self, x: Tensor) -> Tensor:
        """Features (B, C, h, w) of features x."""
        wide = F.relu6(self.expand(x)) if self.expand is not None else x
        y: Tensor = self.project(F.relu6(self.depthwise(wide)))
        return x + y if self.residual else y


class EfficientNetLite(nn.Module):
    """Blocks 0 to 14 of EfficientNet-Lite0; expects pixels (x - 127) / 128 of 0..255."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = SameConv2d(3, _STEM, 3, 2)
        blocks: list[nn.Module] = []
        channels = _STEM
        for stage in _STAGES:
            for number in range(stage.repeats):
                blocks.append(Block(channels, stage, 1 if number else stage.stride))
                channels = stage.channels
        self.blocks = nn.ModuleList(blocks)

    def forward(self, images: Tensor) -> list[Tensor]:
        """Levels of `WIDTHS` channels at strides 4, 8, 16 and 32 of normalised images (B, 3, H, W)."""
        x = F.relu6(self.stem(images))
        levels = []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in TAPPED:
                levels.append(x)
        return levels


def folded(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Weights of `EfficientNetLite` from a state dict of the original, with batch normalisation, of PyTorch's port.

    KeyError where a tensor is missing; what belongs to the last block and the classifier is left out.
    """

    def fold(into: str, convolution: str, norm: str) -> dict[str, Tensor]:
        gain = tensors[f"{norm}.weight"] / torch.sqrt(tensors[f"{norm}.running_var"] + _BATCH_NORM_EPSILON)
        return {
            f"{into}.weight": tensors[f"{convolution}.weight"] * gain.view(-1, 1, 1, 1),
            f"{into}.bias": tensors[f"{norm}.bias"] - tensors[f"{norm}.running_mean"] * gain,
        }

    weights = fold("stem", "_conv_stem", "_bn0")
    for number in range(sum(stage.repeats for stage in _STAGES)):
        theirs, ours = f"_blocks.{number}.", f"blocks.{number}."
        if number:  # the first block does not expand
            weights |= fold(ours + "expand", theirs + "_expand_conv", theirs + "_bn0")
        weights |= fold(ours + "depthwise", theirs + "_depthwise_conv", theirs + "_bn1")
        weights |= fold(ours + "project", theirs + "_project_conv", theirs + "_bn2")
    return weights
