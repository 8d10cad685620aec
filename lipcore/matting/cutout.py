"""Objects cut out of a frame with soft edges, as one picture that can be laid over anything."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.matting.alpha import Alpha, region_of
from lipcore.matting.colours import REACH, foreground_colours


def cutout(image: NDArray[np.uint8], alphas: Mapping[int, Alpha]) -> NDArray[np.uint8]:
    """The objects in their own colours, (H, W, 4) uint8 premultiplied red, green, blue, alpha; 0 where none is.

    `image` is (H, W, 3) uint8 RGB, `alphas` (H, W) float32 0..1 each, which together are at most 1.
    """
    result = np.zeros((*image.shape[:2], 4), np.uint8)
    total = np.zeros(image.shape[:2], np.float32)
    for alpha in alphas.values():
        total += alpha
    region = region_of(total > 0, REACH)
    if region is not None:
        share = np.minimum(total[region], 1)
        colours = foreground_colours(image[region], share)
        result[region] = np.rint(255 * np.dstack((colours * share[..., None], share)))
    return result


def tinted(alphas: Mapping[int, Alpha], palette: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """The alphas in the colours of `palette` (256, 3) uint8 RGB: (H, W, 4) uint8, premultiplied as `cutout` is.

    `shape` is height and width.
    """
    result = np.zeros((*shape, 4), np.uint8)
    for object_id, alpha in alphas.items():
        region = region_of(alpha > 0, 0)
        if region is not None:
            colour = np.array([*palette[object_id].tolist(), 255], np.float32)
            layer = np.rint(alpha[region][..., None] * colour).astype(np.uint8)
            result[region] = cv2.add(result[region], layer)
    return result
