"""RoI features: boxes cut out of the pyramid level that fits their size (paper, section 3.1)."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torchvision.ops import roi_align
from torchvision.ops.poolers import LevelMapper

from lipcore.model.backbone import PYRAMID_STRIDES

ROI_LEVELS = 4  # RoIs come from the four finer levels; the coarsest serves the RPN alone


class RoiPool:
    """RoIAlign over the four finer levels.

    `canonical_side` is the side in pixels of a box that is read from the third level; `aligned` shifts samples by
    half a cell (exact geometry), which torchvision's pretrained heads were trained without.
    """

    def __init__(self, canonical_side: int = 224, aligned: bool = True) -> None:
        self.aligned = aligned
        self.level_of = LevelMapper(2, 5, canonical_scale=canonical_side, canonical_level=4)

    def __call__(self, features: Sequence[Tensor], rois: Tensor, side: int) -> Tensor:
        """Features (R, C, side, side) of RoIs (R, 5): image index, x1 y1 x2 y2 in pixels."""
        levels = self.level_of([rois[:, 1:]])
        pooled = features[0].new_zeros((len(rois), features[0].shape[1], side, side), dtype=torch.float32)
        for number, (level, stride) in enumerate(zip(features[:ROI_LEVELS], PYRAMID_STRIDES, strict=False)):
            rows = torch.nonzero(levels == number).squeeze(1)
            if len(rows):
                cut = roi_align(level.float(), rois[rows], side, 1 / stride, sampling_ratio=2, aligned=self.aligned)
                pooled = pooled.index_copy(0, rows, cut)
        return pooled


def crop_maps(maps: Tensor, rois: Tensor, side: int, samples: int = 2) -> Tensor:
    """Cut maps (M, C, H, W) at image resolution to (R, C, side, side); column 0 of `rois` (R, 5) names the map.

    A cell is the mean of `samples` points in each direction; 0 for as many as it has pixels, which is its true mean.
    """
    cropped: Tensor = roi_align(maps.float(), rois, side, 1.0, sampling_ratio=samples, aligned=True)
    return cropped
