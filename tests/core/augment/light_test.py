"""Changes of light keep the range of values and drift little along a clip."""

from __future__ import annotations

import numpy as np
import torch

from lipcore.augment.light import change_light


def test_light_keeps_range_and_drifts_little() -> None:
    images = torch.full((4, 3, 20, 30), 120.0)
    for seed in range(12):
        changed = change_light(images.clone(), np.random.default_rng(seed), 1.0)
        assert changed.dtype == torch.uint8
        means = changed.float().mean(dim=(2, 3))
        assert (means[1:] - means[:-1]).abs().max() < 25
    same = change_light(images.clone(), np.random.default_rng(0), 0.0).float()
    assert (same - 120).abs().max() <= 3
