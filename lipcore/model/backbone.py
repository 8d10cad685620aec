"""Image features: a ResNet with a feature pyramid (paper, section 3.1 and figure 3)."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models import resnet
from torchvision.models._utils import IntermediateLayerGetter
from torchvision.ops import FeaturePyramidNetwork, FrozenBatchNorm2d
from torchvision.ops.feature_pyramid_network import LastLevelMaxPool

PYRAMID_STRIDES = (4, 8, 16, 32, 64)  # pixels of the image per cell of each level
SIZE_DIVISOR = 32  # images are padded at the right and bottom to a multiple of this, as the backbone needs
_STAGES = {"layer1": "0", "layer2": "1", "layer3": "2", "layer4": "3"}


def group_norm(channels: int) -> nn.GroupNorm:
    """Group normalisation with at most 32 groups of at least 4 channels."""
    groups = next(count for count in (32, 24, 16, 8, 4, 2, 1) if channels % count == 0 and channels // count >= 4)
    return nn.GroupNorm(groups, channels)


class Backbone(nn.Module):
    """ResNet and feature pyramid network; normalises and pads the images itself.

    `depth` is 18, 50 or 101; `frozen_batch_norm` selects torchvision's pretrained layout instead of group
    normalisation.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, depth: int, channels: int, frozen_batch_norm: bool = False) -> None:
        super().__init__()
        normalisation: Callable[[int], nn.Module] = FrozenBatchNorm2d if frozen_batch_norm else group_norm
        body = getattr(resnet, f"resnet{depth}")(weights=None, norm_layer=normalisation)
        widths = [64, 128, 256, 512] if depth < 50 else [256, 512, 1024, 2048]
        self.body = IntermediateLayerGetter(body, return_layers=_STAGES)
        self.pyramid = FeaturePyramidNetwork(
            widths,
            channels,
            extra_blocks=LastLevelMaxPool(),
            norm_layer=None if frozen_batch_norm else group_norm,
        )
        # colours of ImageNet, as every pretrained ResNet expects them
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1), persistent=False)

    def forward(self, images: Tensor) -> list[Tensor]:
        """Five levels (B, C, h, w), strides 4 to 64, of images (B, 3, H, W) float RGB in [0, 1]."""
        height, width = images.shape[-2:]
        right, bottom = -width % SIZE_DIVISOR, -height % SIZE_DIVISOR
        images = F.pad((images - self.mean) / self.deviation, (0, right, 0, bottom))
        levels: dict[str, Tensor] = self.pyramid(self.body(images.contiguous(memory_format=torch.channels_last)))
        return list(levels.values())
