"""Maps whose values say where they are, for tests of cropping and pasting."""

from __future__ import annotations

import torch

SIZE = (40, 56)  # height, width


def ramps() -> torch.Tensor:
    """Two maps (2, H, W) whose values are the x and y coordinates of the centres of pixels."""
    height, width = SIZE
    x = (torch.arange(width) + 0.5).expand(height, width)
    y = (torch.arange(height) + 0.5)[:, None].expand(height, width)
    return torch.stack((x, y))
