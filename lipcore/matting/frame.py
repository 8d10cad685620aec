"""The alphas of all objects of a frame, which together never cover more than the whole of a pixel."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.masks import MAX_OBJECT_ID
from lipcore.matting.alpha import Alpha, object_alpha, reach_of, region_of
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
    """The alphas made to sum to at most 1: beside a soft object, a hard one takes what that leaves.

    Where there are objects alone, far from what is behind them, they sum to 1, so that no seam shows between them;
    but an edge that was shifted inward leaves the gap that was asked for.
    """
    result = dict(alphas)
    soft = [each for each in alphas if not edges.get(each, _HARD).is_hard]
    if not soft or len(alphas) == 1:
        return result
    total = np.sum([alphas[each] for each in soft], axis=0, dtype=np.float32)
    factor = 1 / np.maximum(total, 1)
    taken = total * factor
    for each in alphas:
        result[each] = alphas[each] * (factor if each in soft else 1 - taken)
    for each in soft:
        if edges[each].shift >= 0:
            _close_seam(result, each, labels, edges[each], set(soft))
    return result


def _close_seam(
    alphas: dict[int, Alpha], object_id: int, labels: NDArray[np.uint8], edges: EdgeSettings, soft: set[int]
) -> None:
    """Give what an object leaves of its own pixels, where nothing is behind it, to the hard object that it touches.

    Where there is none, the object keeps it.
    """
    region = region_of(labels == object_id, reach_of(edges))
    if region is None:
        return
    part = labels[region]
    left = 1 - np.sum([alpha[region] for alpha in alphas.values()], axis=0, dtype=np.float32)
    left = np.where(part == object_id, np.maximum(left, 0) * _far_behind(part, edges), 0).astype(np.float32)
    if not left.any():
        return
    nearest = np.full(part.shape, max(edges.width, 1), np.float32)
    owner = np.full(part.shape, object_id, np.uint8)
    for other in alphas.keys() - soft:
        if (part == other).any():
            distance = cv2.distanceTransform((part != other).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
            owner[distance < nearest] = other
            np.minimum(nearest, distance, out=nearest)
    for other in np.unique(owner[left > 0]).tolist():
        alphas[other][region] += np.where(owner == other, left, 0)


def _far_behind(labels: NDArray[np.uint8], edges: EdgeSettings) -> NDArray[np.float32]:
    """How surely nothing of what is behind the objects mixes into a pixel, (H, W) float32 0..1."""
    distance = cv2.distanceTransform((labels > 0).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    reach = np.float32(max(edges.width + 2 * edges.feather, 1))
    return np.asarray(np.clip(2 * distance / reach - 1, 0, 1), np.float32)
