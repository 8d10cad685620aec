"""Stray pieces of a mask (beyond the paper): components that neither the track nor the annotated frames support."""

from __future__ import annotations

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

_SUPPORT = 0.35  # mean support under which a component is taken away


def drop_stray_components(probabilities: Tensor, carried: Tensor, matches: Tensor | None) -> Tensor:
    """Masks (K, H, W) in [0, 1] without their stray components; the best supported component always stays.

    The support of a component is the mean over its pixels of the carried mask (K, H, W) of the last frame and, where
    there is reference matching, of the object's share of the matches (1 + K, h, w); matches count twice as much,
    since they do not drift.
    """
    kept = probabilities.clone()
    size = (probabilities.shape[-2], probabilities.shape[-1])
    for slot in range(len(probabilities)):
        mask = (probabilities[slot] > 0.5).to(torch.uint8).cpu().numpy()
        count, components, statistics, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
        if count <= 2:
            continue
        support = carried[slot]
        if matches is not None:
            share = F.interpolate(matches[None, slot + 1 : slot + 2].float(), size, mode="bilinear")[0, 0]
            support = (support + 2 * share) / 3
        sums = np.bincount(components.ravel(), weights=support.cpu().numpy().ravel(), minlength=count)
        areas = statistics[:, cv2.CC_STAT_AREA]
        best = 1 + int(np.argmax(sums[1:]))
        stray = (sums / areas < _SUPPORT) & (np.arange(count) > 0) & (np.arange(count) != best)
        if stray.any():
            kept[slot] *= torch.from_numpy(~stray[components]).to(kept.device)
    return kept
