"""The interactive head: clicks, a box and the mask so far on a picture's features become a mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lipcore.model.efficientnet import WIDTHS
from lipcore.prompts import ADDED, CHANNELS, SO_FAR, TAKEN

_GUIDES = (ADDED, TAKEN, SO_FAR)  # places whose features all others are compared with
_EPSILON = 1e-4


@dataclass(frozen=True)
class HeadConfig:
    """Sizes of an `InteractiveHead`."""

    widths: tuple[int, ...] = (32, 64, 128, 160)  # channels at strides 4, 8, 16 and 32
    blocks: tuple[int, ...] = (1, 2, 4, 3)  # on the way down, at the same strides
    filters: tuple[int, ...] = (3, 5, 7, 7)  # sides of the depthwise filters there
    detail: int = 16  # channels at stride 2
    keys: tuple[int, ...] = (32, 64)  # channels of what is compared at strides 4 and 16
    groups: tuple[int, ...] = (4, 8)  # in which they are compared


class Features(NamedTuple):
    """What the head needs of B pictures (H, W), multiples of 32; made once, however many clicks follow."""

    detail: Tensor  # (B, detail, H / 2, W / 2)
    levels: list[Tensor]  # (B, widths[i], h, w) at strides 4 to 32
    keys: list[Tensor]  # (B, keys[i], h, w) at strides 4 and 16, of unit length in each group


class ConvNorm(nn.Module):
    """A convolution with batch normalisation, which `fold` makes part of the filters."""

    def __init__(self, channels: int, outputs: int, side: int = 1, stride: int = 1, depthwise: bool = False) -> None:
        super().__init__()
        padding = (side - stride) // 2 if stride > 1 else side // 2
        groups = channels if depthwise else 1
        self.conv = nn.Conv2d(channels, outputs, side, stride, padding, groups=groups, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Filtered features (B, outputs, H / stride, W / stride) of x (B, channels, H, W)."""
        y: Tensor = self.norm(self.conv(x))
        return y

    def fold(self) -> None:
        """Let the filters do the normalisation as well; the same values, sooner. For use, not for training."""
        if isinstance(self.norm, nn.BatchNorm2d):
            self.conv = torch.nn.utils.fuse_conv_bn_eval(self.conv.eval(), self.norm.eval())
            self.norm = nn.Identity()


class Block(nn.Module):
    """A wide depthwise filter, then two 1x1 filters with twice the channels between them; added to the input."""

    def __init__(self, channels: int, side: int) -> None:
        super().__init__()
        self.spread = ConvNorm(channels, channels, side, depthwise=True)
        self.expand = ConvNorm(channels, 2 * channels)
        self.project = ConvNorm(2 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        """Features (B, C, H, W) of features x."""
        y: Tensor = self.project(F.relu(self.expand(self.spread(x))))
        return x + y


class InteractiveHead(nn.Module):
    """A small U-shaped network at strides 4 to 32, entered by the prompt, that ends in logits at stride 2.

    The trunk's features enter beside it at every stride. At strides 4 and 16 every cell is also told how much it is
    like what was clicked, and like the mask so far.
    """

    def __init__(self, config: HeadConfig) -> None:
        super().__init__()
        self.config = config
        widths, filters = config.widths, config.filters
        self.detail = nn.Sequential(ConvNorm(3, config.detail, 4, 2), nn.ReLU(), Block(config.detail, 3))
        self.laterals = nn.ModuleList(ConvNorm(a, b) for a, b in zip(WIDTHS, widths, strict=True))
        self.fine_keys = nn.Conv2d(WIDTHS[0] + 3, config.keys[0], 1)
        self.coarse_keys = nn.ModuleList(nn.Conv2d(width, config.keys[1], 1) for width in WIDTHS[1:])
        compared = [len(_GUIDES) * count for count in config.groups]
        self.enter = ConvNorm(CHANNELS, widths[0], 4, 4)
        self.compare = nn.ModuleList((ConvNorm(compared[0], widths[0]), ConvNorm(compared[1], widths[2])))
        steps = range(len(widths))
        self.narrow = nn.ModuleList(ConvNorm(widths[i - 1], widths[i], 2, 2) for i in steps[1:])
        self.down = nn.ModuleList(nn.Sequential(*_blocks(widths[i], filters[i], config.blocks[i])) for i in steps)
        self.whole = nn.Sequential(nn.Linear(widths[-1], widths[-1]), nn.ReLU(), nn.Linear(widths[-1], widths[-1]))
        self.widen = nn.ModuleList(ConvNorm(widths[i + 1], widths[i]) for i in steps[:-1])
        self.up = nn.ModuleList(Block(widths[i], filters[i]) for i in steps[:-1])
        self.leave = ConvNorm(widths[0], config.detail)
        self.mix = Block(config.detail, 3)
        self.logits = nn.Conv2d(config.detail, 1, 3, padding=1)
        assert self.logits.bias is not None
        nn.init.constant_(self.logits.bias, -1.0)  # more of a picture is outside than inside

    def look(self, pictures: Tensor, trunk: list[Tensor]) -> Features:
        """Features of pictures (B, 3, H, W), normalised as the trunk's input, and of the trunk's four outputs."""
        levels = [lateral(level) for lateral, level in zip(self.laterals, trunk, strict=True)]
        colours = F.avg_pool2d(pictures, 4)
        fine = self.fine_keys(torch.cat((trunk[0], colours), dim=1))
        size = trunk[2].shape[-2:]
        coarse = self.coarse_keys[1](trunk[2])
        coarse = coarse + F.avg_pool2d(self.coarse_keys[0](trunk[1]), 2)
        coarse = coarse + F.interpolate(self.coarse_keys[2](trunk[3]), size, mode="bilinear", align_corners=False)
        keys = [_unit(each, count) for each, count in zip((fine, coarse), self.config.groups, strict=True)]
        return Features(self.detail(pictures), levels, keys)

    def forward(self, features: Features, prompts: Tensor) -> Tensor:
        """Mask logits (B, 1, H / 2, W / 2) for prompts (B, CHANNELS, H, W) in [0, 1] on pictures (H, W)."""
        alike = [
            self.compare[i](likeness(features.keys[i], prompts[:, list(_GUIDES)], self.config.groups[i]))
            for i in range(2)
        ]
        x = F.relu(self.enter(prompts) + features.levels[0] + alike[0])
        outputs: list[Tensor] = []
        for number, blocks in enumerate(self.down):
            if number:
                x = self.narrow[number - 1](x) + features.levels[number]
                x = F.relu(x + alike[1] if number == 2 else x)
            x = blocks(x)
            outputs.append(x)
        x = x + self.whole(x.mean(dim=(2, 3)))[:, :, None, None]
        for number in reversed(range(len(self.up))):
            x = self.up[number](outputs[number] + _twice(self.widen[number](x)))
        x = F.relu(features.detail + _twice(self.leave(x)))
        y: Tensor = self.logits(F.relu(self.mix(x)))
        return y


def likeness(keys: Tensor, guides: Tensor, groups: int) -> Tensor:
    """How alike every cell is to the mean key under each guide, group by group: (B, G * groups, h, w) in [-1, 1].

    `keys` (B, C, h, w) are of unit length in each group; `guides` (B, G, H, W) in [0, 1] say where to take the mean.
    Without a guide all of its likenesses are 0.
    """
    batch, channels, height, width = keys.shape
    weights = F.avg_pool2d(guides, guides.shape[-1] // width).flatten(2)
    weights = weights / (weights.sum(dim=2, keepdim=True) + _EPSILON)
    flat = keys.flatten(2)
    means = torch.bmm(weights.to(flat.dtype), flat.transpose(1, 2))  # (B, G, C)
    means = _unit(means.reshape(batch * means.shape[1], channels, 1, 1), groups, floor=_EPSILON)
    means = means.view(batch, -1, groups, channels // groups)
    grouped = flat.view(batch, groups, channels // groups, -1)
    return torch.einsum("bngc,bgcp->bngp", means.to(grouped.dtype), grouped).reshape(batch, -1, height, width)


def build_head(config: HeadConfig | None = None) -> InteractiveHead:
    """A head with random weights."""
    return InteractiveHead(config or HeadConfig())


def folded(head: InteractiveHead) -> InteractiveHead:
    """The same head for use: normalisation made part of the filters, no gradients, filters in the order CPUs like."""
    for module in head.modules():
        if isinstance(module, ConvNorm):
            module.fold()
    head.eval().requires_grad_(False)
    return head.to(memory_format=torch.channels_last)


def _blocks(channels: int, side: int, count: int) -> list[nn.Module]:
    return [Block(channels, side) for _ in range(count)]


def _twice(x: Tensor) -> Tensor:
    """Features (B, C, 2 H, 2 W)."""
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


def _unit(x: Tensor, groups: int, floor: float = 1e-6) -> Tensor:
    """Features (B, C, h, w) of unit length in each group of channels."""
    batch, channels, height, width = x.shape
    grouped = x.view(batch, groups, channels // groups, height * width).float()
    return F.normalize(grouped, dim=2, eps=floor).to(x.dtype).view(x.shape)
