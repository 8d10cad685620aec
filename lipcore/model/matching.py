"""Matching (beyond the paper): which label each cell of a frame has, by the cells of other frames that look alike.

The paper carries identity through the hidden state alone, so an error of one frame is handed to the next. Annotated
frames do not drift: every cell of the current frame is compared with every cell of the annotated frames, and takes
over the labels of those that resemble it most. The frame before is compared within a small window.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MATCH_STRIDE = 8  # pixels of the image per cell that is matched
BEST = 10  # cells that have a say in the label of a cell
WINDOW = 8  # cells in each direction that are compared with the frame before
_BAND = 4  # rows of cells that are compared with the frame before at once
_NO_VOTE = -2.0  # below every cosine


class Reference(NamedTuple):
    """Cells of other frames: unit keys (B, N, D) and, per cell, the share of each label (B, N, 1 + K)."""

    keys: Tensor
    shares: Tensor


class Keys(NamedTuple):
    """Unit keys (B, h w, D) of the cells of a frame, row by row, and the grid's (h, w)."""

    values: Tensor
    size: tuple[int, int]


class Matcher(nn.Module):
    """Projects the trunk's features of strides 8, 16 and 32, each of unit length, to unit keys and compares them.

    The coarse features tell objects apart, the fine ones keep the edge.
    """

    def __init__(self, widths: Sequence[int], dimensions: int) -> None:
        super().__init__()
        self.projects = nn.ModuleList(nn.Conv2d(width, dimensions, 1, bias=False) for width in widths)
        self.log_sharpness = nn.Parameter(torch.tensor(3.0))

    def keys(self, levels: Sequence[Tensor]) -> Keys:
        """Keys of features (B, C_i, h_i, w_i) of strides 8, 16 and 32."""
        size = (levels[0].shape[-2], levels[0].shape[-1])
        total: Tensor | None = None
        for project, level in zip(self.projects, levels, strict=True):
            part = project(F.normalize(level.float(), dim=1))
            if part.shape[-2:] != size:
                part = F.interpolate(part, size, mode="bilinear", align_corners=False)
            total = part if total is None else total + part
        assert total is not None
        return Keys(F.normalize(total.float().flatten(2).transpose(1, 2), dim=2), size)

    def forward(self, keys: Keys, reference: Reference) -> Tensor:
        """Share of each label (B, 1 + K, h, w) in [0, 1], read from the most alike cells of `reference`."""
        return _on_grid(self._read(keys.values, reference, None), keys.size)

    def near(self, keys: Keys, before: Reference) -> Tensor:
        """The same, read from cells at most `WINDOW` cells away; `before` has the grid of `keys`."""
        height, width = keys.size
        columns = torch.arange(width, device=keys.values.device)
        too_far = (columns[:, None] - columns[None]).abs() > WINDOW
        found = []
        for top in range(0, height, _BAND):
            bottom = min(top + _BAND, height)
            first, last = max(top - WINDOW, 0), min(bottom + WINDOW, height)
            rows = torch.arange(top, bottom, device=too_far.device)[:, None]
            others = torch.arange(first, last, device=too_far.device)[None]
            far = ((rows - others).abs() > WINDOW)[:, None, :, None] | too_far[None, :, None, :]
            band = Reference(*(part[:, first * width : last * width] for part in before))
            asked = keys.values[:, top * width : bottom * width]
            found.append(self._read(asked, band, far.reshape((bottom - top) * width, -1)))
        return _on_grid(torch.cat(found, dim=1), keys.size)

    def _read(self, keys: Tensor, reference: Reference, never: Tensor | None) -> Tensor:
        """Shares (B, N, 1 + K) for keys (B, N, D); they sum to 1. `never` (N, M) bool forbids cells.

        Cells without labels have no vote, others as far as they are labelled; where none has, all shares are zero.
        Which cells are most alike may be found in lower precision, and without gradients; how alike they are is not.
        """
        with torch.no_grad():
            alike = keys @ reference.keys.transpose(1, 2)
            alike.masked_fill_((reference.shares.sum(dim=2) <= 0)[:, None], _NO_VOTE)
            if never is not None:
                alike.masked_fill_(never, _NO_VOTE)
            most, cells = alike.topk(min(BEST, alike.shape[2]), dim=2, sorted=False)
        batch = torch.arange(len(cells), device=cells.device)[:, None, None]
        best = (keys[:, :, None] * reference.keys[batch, cells]).sum(dim=3)
        silent = most <= _NO_VOTE
        odds = (best * self.log_sharpness.clamp(max=4.6).exp()).masked_fill(silent, -1e4)
        weights = odds.softmax(dim=2) * ~silent
        found = (weights[..., None] * reference.shares[batch, cells]).sum(dim=2)
        return found / found.sum(dim=2, keepdim=True).clamp(min=1e-6)


def label_shares(labels: Tensor, count: int, size: tuple[int, int]) -> Tensor:
    """Share of labels 0..count in the cells of a grid `size`, (B, h w, 1 + count) float32, of labels (B, H, W).

    Pixels that are ignored (255) count for no label.
    """
    planes = torch.stack([(labels == label) for label in range(count + 1)], dim=1).float()
    return F.adaptive_avg_pool2d(planes, size).flatten(2).transpose(1, 2)


def _on_grid(shares: Tensor, size: tuple[int, int]) -> Tensor:
    grid: Tensor = shares.transpose(1, 2).unflatten(2, size)
    return grid
