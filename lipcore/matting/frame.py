"""The alphas of all objects of a frame, which together never cover more than the whole of a pixel."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.masks import MAX_OBJECT_ID
from lipcore.matting.alpha import Alpha, object_alpha
from lipcore.project.edge_settings import EdgeSettings

_HARD = EdgeSettings()


def frame_alphas(
    image: NDArray[np.uint8], labels: NDArray[np.uint8], edges: Mapping[int, EdgeSettings]
) -> dict[int, Alpha]:
    """The alpha (H, W) float32 0..1 of every object on the frame, by id; edges that `edges` does not name are hard.

    `image` is (H, W, 3) uint8 RGB, `labels` (H, W) uint8. Where masks touch, the alphas do not sum above 1.
    """
    found = [int(each) for each in np.unique(labels) if 1 <= each <= MAX_OBJECT_ID]
    alphas = {each: object_alpha(image, labels == each, edges.get(each, _HARD)) for each in found}
    return shared(alphas, labels, edges)


def shared(
    alphas: Mapping[int, Alpha], labels: NDArray[np.uint8], edges: Mapping[int, EdgeSettings]
) -> dict[int, Alpha]:
    """The alphas made to sum to at most 1: hard objects keep theirs, soft ones share what is left.

    Where there are objects alone, far from what is behind them, they sum to 1: no seam shows between them.
    """
    result = dict(alphas)
    soft = [each for each in alphas if not edges.get(each, _HARD).is_hard]
    if not soft or len(alphas) == 1:
        return result
    room = np.ones_like(alphas[soft[0]])
    for each in alphas.keys() - set(soft):
        room -= alphas[each]
    total = np.sum([alphas[each] for each in soft], axis=0, dtype=np.float32)
    factor = np.minimum(1, np.maximum(room, 0) / np.maximum(total, np.float32(1e-6)))
    missing = np.maximum(room - total, 0)
    for each in soft:
        result[each] = alphas[each] * factor
        kind = edges[each]
        if kind.shift >= 0 and missing.any():
            result[each] += np.where(labels == each, missing * _far_behind(labels, kind), 0)
    return result


def _far_behind(labels: NDArray[np.uint8], edges: EdgeSettings) -> NDArray[np.float32]:
    """How surely nothing of what is behind the objects mixes into a pixel, (H, W) float32 0..1."""
    distance = cv2.distanceTransform((labels > 0).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    reach = np.float32(max(edges.width + 2 * edges.feather, 1))
    return np.asarray(np.clip(2 * distance / reach - 1, 0, 1), np.float32)
