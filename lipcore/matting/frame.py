"""The alphas of all objects of a frame, which together never cover more than the whole of a pixel."""

from __future__ import annotations

from collections.abc import Mapping

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
    return shared(alphas, {each for each in found if edges.get(each, _HARD).is_hard})


def shared(alphas: Mapping[int, Alpha], hard: set[int]) -> dict[int, Alpha]:
    """The alphas made to sum to at most 1: objects with `hard` edges keep theirs, the others share what is left."""
    result = dict(alphas)
    soft = [each for each in alphas if each not in hard]
    if not soft or len(alphas) == 1:
        return result
    room = np.ones_like(alphas[soft[0]])
    for each in hard:
        room -= alphas[each]
    total = np.sum([alphas[each] for each in soft], axis=0, dtype=np.float32)
    factor = np.minimum(1, np.maximum(room, 0) / np.maximum(total, np.float32(1e-6)))
    for each in soft:
        result[each] = alphas[each] * factor
    return result
