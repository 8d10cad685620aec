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
_TILE = 8  # cells on a side that are compared with the frame before at once
_ROWS = 256  # cells that are compared with annotated frames at once: their likenesses stay in the processor's cache
_NO_VOTE = -2.0  # below every cosine
_BLOCK = 4  # cells on a side of a block that is asked about as one at first, half of it where an object is small
_SMALL = 256.0  # cells: an object that fills fewer in its annotated frames
_SURE = 0.97  # share of one label from which a block's answer is taken for its cells, if its neighbours agree
_PURE = 0.99  # share of one label from which a cell is taken to have that label alone


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
        silent: Tensor | None = _silent(reference)[:, None]
        if (
            len(reference.keys) == 1 and keys.values.device.type == "cpu"
        ):  # leaving cells out is cheaper than passing by
            labelled = ~_silent(reference)[0]
            reference, silent = Reference(*(part[:, labelled] for part in reference)), None
        parts = keys.values.split(_ROWS, dim=1)  # all likenesses at once would be written to memory and read again
        return _on_grid(torch.cat([self._read(part, reference, silent) for part in parts], dim=1), keys.size)

    def quickly(self, keys: Keys, reference: Reference) -> Tensor:
        """The same for one image, nearly: cells inside of objects and background are asked about block by block.

        Only blocks that are not sure, or whose neighbours have another label, are read cell by cell.
        """
        sizes = reference.shares[0, :, 1:].sum(dim=0)
        side = _BLOCK // 2 if bool(((sizes > 0) & (sizes < _SMALL)).any()) else _BLOCK
        blocks = F.normalize(F.avg_pool2d(_on_grid(keys.values, keys.size), side, ceil_mode=True), dim=1)
        coarse = self(Keys(blocks.flatten(2).transpose(1, 2), (blocks.shape[2], blocks.shape[3])), reference)
        unsure = (coarse.amax(dim=1, keepdim=True) < _SURE).float()
        labels = coarse.argmax(dim=1, keepdim=True).float()
        edge = F.max_pool2d(labels, 3, 1, 1) != -F.max_pool2d(-labels, 3, 1, 1)
        asked = F.max_pool2d(unsure, 3, 1, 1).bool() | edge
        height, width = keys.size
        enlarged = [F.interpolate(part, scale_factor=side)[..., :height, :width] for part in (coarse, asked.float())]
        shares, fine = enlarged[0].flatten(2).transpose(1, 2).contiguous(), enlarged[1].flatten() > 0
        cells = keys.values[:, fine]
        shares[:, fine] = self(Keys(cells, (1, cells.shape[1])), reference)[:, :, 0].transpose(1, 2)
        return _on_grid(shares, keys.size)

    def near(self, keys: Keys, before: Reference) -> Tensor:
        """The same, read from cells at most `WINDOW` cells away; `before` has the grid of `keys`.

        Square tiles of cells are compared with the cells around them, all tiles at once; a tile around which all
        cells have one label takes over theirs.
        """
        height, width = keys.size
        down, right = -height % _TILE, -width % _TILE
        around, side = (0, 0, WINDOW, WINDOW + right, WINDOW, WINDOW + down), _TILE + 2 * WINDOW
        shares = _on_grid(before.shares, keys.size)
        least = -F.max_pool2d(-F.pad(shares, (0, right, 0, down), value=1.0), side, _TILE, WINDOW)
        mixed = least.amax(dim=1) < _PURE  # (B, rows, columns): tiles around which several labels meet

        def surroundings(values: Tensor) -> Tensor:
            """Cells (T, side^2, C) around each of T mixed tiles, of cells (B, h w, C); zeros off the grid."""
            padded = F.pad(values.unflatten(1, keys.size), around)
            tiles = padded.unfold(1, side, _TILE).unfold(2, side, _TILE)[mixed]
            return tiles.flatten(2).transpose(1, 2)

        tiled = Reference(*(surroundings(part) for part in before))
        never = _silent(tiled)[:, None] | _out_of_window(keys.values.device)
        asked = _in_tiles(F.pad(keys.values.unflatten(1, keys.size), (0, 0, 0, right, 0, down)))[mixed]
        found = _in_tiles(F.pad(shares, (0, right, 0, down)).permute(0, 2, 3, 1)).clone()
        found[mixed] = self._read(asked.flatten(1, 2), tiled, never).unflatten(1, (_TILE, _TILE))
        whole: Tensor = found.transpose(2, 3).flatten(3, 4).flatten(1, 2)[:, :height, :width]
        return whole.permute(0, 3, 1, 2)

    def _read(self, keys: Tensor, reference: Reference, never: Tensor | None) -> Tensor:
        """Shares (B, N, 1 + K) for keys (B, N, D); they sum to 1. `never` (B, 1 or N, M) bool forbids cells.

        Others vote as far as they are labelled; where none has a vote, all shares are zero.
        Which cells are most alike may be found in lower precision, and without gradients; how alike they are is not.
        """
        with torch.no_grad():
            alike = keys @ reference.keys.transpose(1, 2)
            if never is not None:
                alike.masked_fill_(never, _NO_VOTE)
            most, cells = _best(alike)
        batch = torch.arange(len(cells), device=cells.device)[:, None, None]
        best = most
        if torch.is_grad_enabled() or most.dtype != torch.float32:
            best = (keys[:, :, None] * reference.keys[batch, cells]).sum(dim=3)
        odds = best * self.log_sharpness.clamp(max=4.6).exp()
        silent = most <= _NO_VOTE
        weights = odds.masked_fill(silent, -1e4).softmax(dim=2) * ~silent
        found = (weights[..., None] * reference.shares[batch, cells]).sum(dim=2)
        return found / found.sum(dim=2, keepdim=True).clamp(min=1e-6)


def _best(alike: Tensor) -> tuple[Tensor, Tensor]:
    """The `BEST` largest values of each row of (B, N, M), and their columns, in no order.

    PyTorch's `topk` on a CPU is twice as fast from 64 columns for each value on; where less than half of them are
    lacking, columns that never win are added.
    """
    columns = alike.shape[2]
    lacking = 64 * BEST - columns
    if 0 < lacking < columns:
        alike = F.pad(alike, (0, lacking), value=-torch.inf)
    return alike.topk(min(BEST, columns), dim=2, sorted=False)


def _in_tiles(cells: Tensor) -> Tensor:
    """Tiles (B, rows, columns, _TILE, _TILE, C) of a grid of cells (B, h, w, C) whose sides `_TILE` divides."""
    tiles: Tensor = cells.unflatten(2, (-1, _TILE)).unflatten(1, (-1, _TILE)).transpose(2, 3)
    return tiles


def _silent(reference: Reference) -> Tensor:
    """(B, N) bool: cells without labels, which have no vote."""
    return reference.shares.sum(dim=2) <= 0


def _out_of_window(device: torch.device) -> Tensor:
    """(_TILE^2, (_TILE + 2 WINDOW)^2) bool: which cells around a tile are too far from each cell of it."""
    inside = torch.arange(_TILE, device=device)[:, None]
    around = torch.arange(_TILE + 2 * WINDOW, device=device)[None]
    far = (inside + WINDOW - around).abs() > WINDOW
    return (far[:, None, :, None] | far[None, :, None, :]).flatten(2).flatten(0, 1)


def label_shares(labels: Tensor, count: int, size: tuple[int, int]) -> Tensor:
    """Share of labels 0..count in the cells of a grid `size`, (B, h w, 1 + count) float32, of labels (B, H, W).

    Pixels that are ignored (255) count for no label.
    """
    planes = torch.stack([(labels == label) for label in range(count + 1)], dim=1).float()
    return F.adaptive_avg_pool2d(planes, size).flatten(2).transpose(1, 2)


def _on_grid(shares: Tensor, size: tuple[int, int]) -> Tensor:
    grid: Tensor = shares.transpose(1, 2).unflatten(2, size)
    return grid
