"""What a memory is told (beyond the paper): whose every cell was, as far as that is known, and where it has moved."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from lipcore.model.backbone import SIZE_DIVISOR
from lipcore.model.matching import MATCH_STRIDE, label_shares


class Teller:
    """Names the K objects of B clips to a memory by unit vectors, `identities` (B, K, D), so that any number fits.

    What it tells are maps (B, 1 + D, h, w) at stride 8: the share of background in every cell, and the identities of
    objects by their shares; all zero where nothing is known.
    """

    def __init__(self, identities: Tensor) -> None:
        self._identities = identities

    @classmethod
    def drawn(cls, clips: int, objects: int, dimensions: int, device: torch.device, seed: int | None = None) -> Teller:
        """With identities drawn anew, as AOT does in training, or by a seed: then each object has always the same."""
        generator = torch.Generator().manual_seed(seed) if seed is not None else None
        rows = [torch.randn(clips, dimensions, generator=generator) for _ in range(objects)]
        return cls(F.normalize(torch.stack(rows, dim=1), dim=2).to(device))

    def painted(self, labels: Tensor) -> Tensor:
        """What is told of annotated frames with labels (B, H, W): ids 0..K, or 255."""
        height, width = labels.shape[-2:]
        padded = F.pad(labels, (0, -width % SIZE_DIVISOR, 0, -height % SIZE_DIVISOR), value=255)
        size = (padded.shape[-2] // MATCH_STRIDE, padded.shape[-1] // MATCH_STRIDE)
        return self._maps(label_shares(padded, self._identities.shape[1], size).transpose(1, 2).unflatten(2, size))

    def carried(self, masks: Tensor, matches: Tensor | None) -> Tensor:
        """What is told of frames before they are segmented.

        By the masks (B, K, H, W) of the frames before, carried along by optical flow, and to one half, where there are
        any, by the `matches` (B, 1 + K, h, w) with annotated frames.
        """
        height, width = masks.shape[-2:]
        every = masks.sum(dim=1, keepdim=True)
        shares = torch.cat(((1 - every).clamp(min=0), masks / every.clamp(min=1)), dim=1)
        padded = F.pad(shares, (0, -width % SIZE_DIVISOR, 0, -height % SIZE_DIVISOR))
        pooled = F.avg_pool2d(padded, MATCH_STRIDE)
        return self._maps(pooled if matches is None else (pooled + matches) / 2)

    def _maps(self, shares: Tensor) -> Tensor:
        named = torch.einsum("bkhw,bkd->bdhw", shares[:, 1:], self._identities.to(shares.dtype))
        return torch.cat((shares[:, :1], named), dim=1)


def moved(maps: Tensor, flow: Tensor, stride: int) -> Tensor:
    """Maps (B, C, h, w) of a frame, `stride` pixels a cell, as they lie in the next frame; zero from outside.

    `flow` (B, H, W, 2) says where each pixel of the next frame lay in this one, to the right and down, in pixels.
    """
    height, width = maps.shape[-2:]
    cells = F.interpolate(flow.permute(0, 3, 1, 2), (height, width), mode="area") / stride
    rows = torch.arange(height, device=maps.device)[:, None] + 0.5
    columns = torch.arange(width, device=maps.device)[None] + 0.5
    grid = torch.stack(((columns + cells[:, 0]) / width, (rows + cells[:, 1]) / height), dim=3) * 2 - 1
    return F.grid_sample(maps.float(), grid, align_corners=False).to(maps.dtype)
