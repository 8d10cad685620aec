"""Masks of RoIs pasted into the image."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor


class Patch(NamedTuple):
    """A mask where it lies in the image; everywhere else it is zero."""

    values: Tensor  # (h, w) in [0, 1]
    window: tuple[slice, slice]  # rows and columns of the image


def paste_masks(probabilities: Tensor, boxes: Tensor, size: tuple[int, int]) -> Tensor:
    """Maps (R, H, W) in [0, 1] of masks (R, S, S) inside boxes (R, 4), bilinear, zero outside of the boxes."""
    maps = probabilities.new_zeros((len(boxes), *size), dtype=torch.float32)
    for number, patch in enumerate(mask_patches(probabilities, boxes, size)):
        maps[number][patch.window] = patch.values
    return maps


def mask_patches(probabilities: Tensor, boxes: Tensor, size: tuple[int, int]) -> Iterator[Patch]:
    """The same masks one by one, each in its box alone; an empty patch where that lies outside of the image.

    Cell centres of the mask lie at (i + 0.5) / S of the box, as RoIAlign reads them.
    """
    for mask, (x1, y1, x2, y2) in zip(probabilities.float(), boxes.tolist(), strict=True):
        across, columns = _positions(x1, x2, mask.shape[1], size[1], mask.device)
        down, rows = _positions(y1, y2, mask.shape[0], size[0], mask.device)
        values = mask.new_zeros((len(down), len(across)))
        if values.numel():
            grid = torch.stack(torch.meshgrid(across, down, indexing="xy"), dim=2)
            values = F.grid_sample(mask[None, None], grid[None], align_corners=False)[0, 0]
        yield Patch(values, (rows, columns))


def _positions(low: float, high: float, cells: int, pixels: int, device: torch.device) -> tuple[Tensor, slice]:
    """Where the pixels of a line that a box from `low` to `high` reaches lie in it, from -1 to 1, and which these are.

    Its outermost cells reach half a cell further.
    """
    side = max(high - low, 1e-3)
    reach = side / cells / 2
    first, last = max(0, math.floor(low - reach)), min(pixels, math.ceil(high + reach))
    line = torch.arange(first, max(first, last), device=device, dtype=torch.float32)
    return (line + 0.5 - low) / side * 2 - 1, slice(first, max(first, last))
