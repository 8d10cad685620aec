"""Masks from matches alone: what can be shown of a frame before anything is tuned."""

from __future__ import annotations

import numpy as np
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from lipcore.model.matching import MATCH_STRIDE
from lipcore.network_input import InputSize


def slots_of_shares(shares: Tensor, size: InputSize) -> NDArray[np.uint8]:
    """Slots (H, W) uint8 at the size of the video, of shares of labels (1, 1 + K, h, w) at stride 8: the largest wins.

    0 also where nothing is known.
    """
    grid = (shares.shape[-2] * MATCH_STRIDE, shares.shape[-1] * MATCH_STRIDE)
    whole = F.interpolate(shares.float(), grid, mode="bilinear", align_corners=False)
    inside = whole[..., : size.height, : size.width]
    video = (size.video_height, size.video_width)
    larger = F.interpolate(inside, video, mode="bilinear", align_corners=False)[0]
    slots: NDArray[np.uint8] = larger.argmax(dim=0).to("cpu").numpy().astype(np.uint8)
    return slots
