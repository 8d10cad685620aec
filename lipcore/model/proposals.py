"""Region proposals on five levels (paper, section 3.1 and 5.1): class-agnostic boxes that may hold an object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torchvision.models.detection._utils import BoxCoder
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.rpn import RPNHead
from torchvision.ops import batched_nms

from lipcore.model.backbone import PYRAMID_STRIDES
from lipcore.model.boxes import box_sides, clip_boxes


@dataclass(frozen=True)
class ProposalConfig:
    """Anchors of the RPN and how many proposals it keeps."""

    anchor_sizes: tuple[int, ...] = (32, 64, 128, 256, 512)  # side in pixels, one per level, for the coarsest levels
    aspect_ratios: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0, 5.0)  # height / width
    candidates_per_level: int = 1000  # best scores of each level that enter non-maximum suppression
    kept: int = 1000  # proposals per image after it
    overlap: float = 0.7  # box IoU above which the weaker proposal is suppressed
    exact_strides: bool = True  # else the padded size by the cells, rounded down, as torchvision has it


class RawProposals(NamedTuple):
    """What the RPN says of every anchor; A anchors per image over all levels, in the order of `anchors`."""

    objectness: Tensor  # (B, A) logits
    deltas: Tensor  # (B, A, 4) offsets from the anchors, as BoxCoder encodes them
    anchors: Tensor  # (A, 4) pixels
    level_sizes: tuple[int, ...]  # anchors of each level


class ProposalHead(nn.Module):
    """The region proposal network: torchvision's head and anchors, batched over images."""

    def __init__(self, channels: int, config: ProposalConfig) -> None:
        super().__init__()
        self.config = config
        self.head = RPNHead(channels, len(config.aspect_ratios))
        self.anchor_generator = AnchorGenerator(
            tuple((size,) for size in config.anchor_sizes), (config.aspect_ratios,) * len(config.anchor_sizes)
        )
        self.coder = BoxCoder((1.0, 1.0, 1.0, 1.0))

    def forward(self, features: Sequence[Tensor], padded_size: tuple[int, int]) -> RawProposals:
        """Scores and offsets for all anchors of features (B, C, h, w) of images padded to `padded_size`."""
        levels = list(features)[-len(self.config.anchor_sizes) :]
        scores, deltas = self.head(levels)
        batch = levels[0].shape[0]
        objectness = [level.permute(0, 2, 3, 1).reshape(batch, -1) for level in scores]
        offsets = [
            level.view(batch, -1, 4, *level.shape[-2:]).permute(0, 3, 4, 1, 2).reshape(batch, -1, 4) for level in deltas
        ]
        anchors = self._anchors([level[:1].float() for level in levels], padded_size)
        return RawProposals(
            torch.cat(objectness, dim=1).float(),
            torch.cat(offsets, dim=1).float(),
            anchors,
            tuple(level.shape[1] for level in objectness),
        )

    def _anchors(self, levels: list[Tensor], padded_size: tuple[int, int]) -> Tensor:
        """Anchors (A, 4) of levels (1, C, h, w): one for each cell and ratio, row by row."""
        if not self.config.exact_strides:
            images = ImageList(levels[0].new_empty((1, 3, *padded_size)), [padded_size])
            anchors: Tensor = self.anchor_generator(images, levels)[0]
            return anchors
        device = levels[0].device
        strides = [
            [torch.tensor(stride, device=device)] * 2 for stride in PYRAMID_STRIDES[-len(self.config.anchor_sizes) :]
        ]
        self.anchor_generator.set_cell_anchors(torch.float32, device)
        grids = [[level.shape[-2], level.shape[-1]] for level in levels]
        return torch.cat(self.anchor_generator.grid_anchors(grids, strides))

    @torch.no_grad()
    def choose(self, raw: RawProposals, size: tuple[int, int]) -> list[Tensor]:
        """The best proposals of each image, boxes (P_i, 4) clipped to `size` = (H, W), best first."""
        config = self.config
        best: list[Tensor] = []
        level_of: list[Tensor] = []
        start = 0
        for number, count in enumerate(raw.level_sizes):
            kept = min(config.candidates_per_level, count)
            best.append(raw.objectness[:, start : start + count].topk(kept, dim=1).indices + start)
            level_of.append(torch.full((kept,), number, device=raw.objectness.device))
            start += count
        indices, levels = torch.cat(best, dim=1), torch.cat(level_of)
        proposals = []
        for scores, deltas, rows in zip(raw.objectness, raw.deltas, indices, strict=True):
            boxes = clip_boxes(self.coder.decode_single(deltas[rows], raw.anchors[rows]), *size)
            large = (box_sides(boxes) >= 1e-3).all(dim=1)
            boxes, row_scores, row_levels = boxes[large], scores[rows][large].sigmoid(), levels[large]
            proposals.append(boxes[batched_nms(boxes, row_scores, row_levels, config.overlap)[: config.kept]])
        return proposals
