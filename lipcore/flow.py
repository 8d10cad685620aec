"""Optical flow between neighbouring frames, to carry masks along (beyond the paper: for mask cues and memory)."""

from __future__ import annotations

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor


def grey(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Luminance (H, W) uint8 of an image (H, W, 3) uint8 RGB."""
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)


def backward_flow(current: NDArray[np.uint8], previous: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Flow (H, W, 2) in pixels: where each pixel of `current` (H, W) lay in `previous` (H, W), dense inverse search."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    return np.asarray(search.calc(current, previous, None), np.float32)  # type: ignore[call-overload]


def warp(maps: Tensor, flow: NDArray[np.float32]) -> Tensor:
    """Maps (K, H, W) of the previous frame moved to the current one by its backward flow; zero from outside."""
    height, width = maps.shape[-2:]
    moves = torch.from_numpy(flow).to(maps.device)
    across, down = (torch.arange(side, device=maps.device).float() for side in (width, height))
    cells = torch.stack(torch.meshgrid(across, down, indexing="xy"), dim=2)
    grid = (cells + moves + 0.5) / torch.tensor([width, height], device=maps.device) * 2 - 1
    return F.grid_sample(maps[None].float(), grid[None], align_corners=False)[0]
