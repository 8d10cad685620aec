"""Masks of RoIs pasted into the image."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def paste_masks(probabilities: Tensor, boxes: Tensor, size: tuple[int, int]) -> Tensor:
    """Maps (R, H, W) in [0, 1] of masks (R, S, S) inside boxes (R, 4), bilinear, zero outside of the boxes.

    Cell centres of the mask lie at (i + 0.5) / S of the box, as RoIAlign reads them.
    """
    height, width = size
    if not len(boxes):
        return probabilities.new_zeros((0, height, width))
    device, kind = boxes.device, torch.float32
    x1, y1, x2, y2 = boxes.to(kind).unbind(dim=1)
    columns = torch.arange(width, device=device, dtype=kind) + 0.5
    rows = torch.arange(height, device=device, dtype=kind) + 0.5
    x = (columns[None] - x1[:, None]) / (x2 - x1).clamp(min=1e-3)[:, None] * 2 - 1
    y = (rows[None] - y1[:, None]) / (y2 - y1).clamp(min=1e-3)[:, None] * 2 - 1
    grid = torch.stack((x[:, None].expand(-1, height, -1), y[:, :, None].expand(-1, -1, width)), dim=3)
    return F.grid_sample(probabilities[:, None].to(kind), grid, align_corners=False)[:, 0]
