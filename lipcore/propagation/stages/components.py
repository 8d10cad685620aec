"""Connected components (beyond the paper): of what matching gives to an object, and stray pieces of a mask."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
import torch
from torch import Tensor

from lipcore.model.matching import MATCH_STRIDE

_SUPPORT = 0.35  # mean support under which a component is taken away


class Component(NamedTuple):
    """Cells that hang together and that matching gives to one object."""

    box: tuple[float, float, float, float]  # x1 y1 x2 y2 in pixels
    area: int  # cells
    share: float  # mean share of the object in them


def matched_components(shares: Tensor) -> list[list[Component]]:
    """Components of each of K objects, the largest first, of shares of labels (1 + K, h, w) in [0, 1] at stride 8."""
    maps = shares.float().cpu().numpy()
    winners = maps.argmax(axis=0)
    found = []
    for slot in range(1, len(maps)):
        mask = ((winners == slot) & (maps[slot] > 0.5)).astype(np.uint8)
        count, labels, statistics, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        sums = np.bincount(labels.ravel(), weights=maps[slot].ravel(), minlength=count)
        own = []
        for number in range(1, count):
            left, top, width, height, area = (int(value) for value in statistics[number])
            corners = (left, top, left + width, top + height)
            x1, y1, x2, y2 = (float(corner * MATCH_STRIDE) for corner in corners)
            own.append(Component((x1, y1, x2, y2), area, float(sums[number]) / area))
        found.append(sorted(own, key=lambda component: -component.area))
    return found


def drop_stray_components(probabilities: Tensor, carried: Tensor, matches: Tensor | None) -> Tensor:
    """Masks (K, H, W) in [0, 1] without their stray components; the best supported component always stays.

    The support of a component is the mean over its pixels of the carried mask (K, H, W) of the last frame and, where
    there is matching, of the object's share of the matches (1 + K, h, w); matches count twice as much, since they do
    not drift.
    """
    kept = probabilities
    size = (probabilities.shape[-1], probabilities.shape[-2])
    for slot in range(len(probabilities)):
        mask = (probabilities[slot] > 0.5).cpu().numpy().view(np.uint8)
        left, top, width, height = cv2.boundingRect(mask)
        window = (slice(top, top + height), slice(left, left + width))
        count, components, statistics, _ = cv2.connectedComponentsWithStats(mask[window], connectivity=4)
        if count <= 2:
            continue
        support = carried[slot][window].cpu().numpy()
        if matches is not None:
            share = cv2.resize(matches[slot + 1].float().cpu().numpy(), size)  # bilinear
            support = (support + 2 * share[window]) / 3
        sums = np.bincount(components.ravel(), weights=support.ravel(), minlength=count)
        best = 1 + int(np.argmax(sums[1:]))
        stray = sums < _SUPPORT * statistics[:, cv2.CC_STAT_AREA]
        stray[[0, best]] = False
        if stray.any():
            kept = kept.clone() if kept is probabilities else kept
            kept[slot][window] *= torch.from_numpy(~stray[components]).to(kept.device)
    return kept
