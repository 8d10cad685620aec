"""Image features: a trunk with a feature pyramid (paper, section 3.1 and figure 3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models import resnet
from torchvision.models._utils import IntermediateLayerGetter
from torchvision.ops import FeaturePyramidNetwork, FrozenBatchNorm2d
from torchvision.ops.feature_pyramid_network import LastLevelMaxPool

from lipcore.model.compiled import CompiledTrunk
from lipcore.model.efficientnet import WIDTHS, EfficientNetLite

PYRAMID_STRIDES = (4, 8, 16, 32, 64)  # pixels of the image per cell of each level
SIZE_DIVISOR = 32  # images are padded at the right and bottom to a multiple of this, as the trunks need
TRUNKS = {  # and what people call them
    "resnet18": "ResNet-18",
    "resnet50": "ResNet-50",
    "resnet101": "ResNet-101",
    "efficientnet-lite0": "EfficientNet-Lite0",
}
_STAGES = {"layer1": "0", "layer2": "1", "layer3": "2", "layer4": "3"}
_IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))  # mean and deviation that every pretrained ResNet expects
_LITE = ((127 / 255,) * 3, (128 / 255,) * 3)


class Pyramid(NamedTuple):
    """Features of B images, whose sides are padded to multiples of 32."""

    levels: list[Tensor]  # five pyramid levels (B, C, h, w), strides 4 to 64
    trunk: list[Tensor]  # four outputs of the trunk (B, C_i, h, w), strides 4 to 32, before the pyramid


def group_norm(channels: int) -> nn.GroupNorm:
    """Group normalisation with at most 32 groups of at least 4 channels."""
    groups = next(count for count in (32, 24, 16, 8, 4, 2, 1) if channels % count == 0 and channels // count >= 4)
    return nn.GroupNorm(groups, channels)


class Backbone(nn.Module):
    """A trunk and a feature pyramid network; normalises and pads the images itself.

    `trunk` is one of `TRUNKS`; `frozen_batch_norm` selects torchvision's pretrained layout of a ResNet instead of
    group normalisation. The trunk of EfficientNet-Lite0 is frozen for good.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, trunk: str, channels: int, frozen_batch_norm: bool = False) -> None:
        super().__init__()
        is_lite = trunk == "efficientnet-lite0"
        self.body = EfficientNetLite() if is_lite else _resnet(trunk, frozen_batch_norm)
        self.widths = trunk_widths(trunk)
        self.pyramid = FeaturePyramidNetwork(
            list(self.widths),
            channels,
            extra_blocks=LastLevelMaxPool(),
            norm_layer=None if frozen_batch_norm else group_norm,
        )
        self.frozen_trunk = is_lite
        self.compiled = CompiledTrunk() if is_lite else None
        self.set_trainable(True)
        if is_lite:
            self.pyramid.layer_blocks[0] = nn.Identity()  # its 3x3 filter costs as much as the rest of the pyramid
        mean, deviation = _LITE if is_lite else _IMAGENET
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(deviation).view(1, 3, 1, 1), persistent=False)

    def set_trainable(self, trainable: bool) -> None:
        """Let training change the pyramid, and the trunk unless it is frozen for good, or neither."""
        self.requires_grad_(trainable)
        if self.frozen_trunk:
            self.body.requires_grad_(False)

    def forward(self, images: Tensor) -> Pyramid:
        """Features of images (B, 3, H, W) float RGB in [0, 1], of any size."""
        height, width = images.shape[-2:]
        right, bottom = -width % SIZE_DIVISOR, -height % SIZE_DIVISOR
        images = F.pad((images - self.mean) / self.deviation, (0, right, 0, bottom))
        trunk = self._trunk(images)
        levels: dict[str, Tensor] = self.pyramid({str(number): level for number, level in enumerate(trunk)})
        return Pyramid(list(levels.values()), trunk)

    def _trunk(self, images: Tensor) -> list[Tensor]:
        """The four levels of normalised and padded images, compiled where that can be."""
        if self.compiled is not None:
            quickly = self.compiled(self.body, images)
            if quickly is not None:
                return quickly
        found = self.body(images.contiguous(memory_format=torch.channels_last))
        return list(found.values()) if isinstance(found, dict) else found


def trunk_widths(trunk: str) -> tuple[int, ...]:
    """Channels of a trunk's outputs at strides 4, 8, 16 and 32."""
    if trunk == "efficientnet-lite0":
        return WIDTHS
    return (64, 128, 256, 512) if trunk == "resnet18" else (256, 512, 1024, 2048)


def _resnet(trunk: str, frozen_batch_norm: bool) -> nn.Module:
    normalisation: Callable[[int], nn.Module] = FrozenBatchNorm2d if frozen_batch_norm else group_norm
    body = getattr(resnet, trunk)(weights=None, norm_layer=normalisation)
    stages: nn.Module = IntermediateLayerGetter(body, return_layers=_STAGES)
    return stages
