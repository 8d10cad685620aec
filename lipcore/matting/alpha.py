"""From a mask and its picture to an alpha: colours decide within a band about the edge, then it is moved and softened.

A guided filter goes over the band three times. A closed-form solution of the same band was tried on fur and motion
blur: it took six to ten times as long and let more of the background's pattern through.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.matting.guided import GuidedFilter
from lipcore.project.edge_settings import EdgeSettings

Alpha = NDArray[np.float32]
Mask = NDArray[np.bool_]
Region = tuple[slice, slice]

_SURE = 0.6  # of half the thickness of a part, from which a pixel inside is the object's beyond doubt
_THINNER = 0.65  # step between the thicknesses that are told apart
_ONE_COLOUR = 1e-4  # variance of colours 0..1 below which a window has no edge
_ROUNDS = 3
_STRETCH = 1.1  # of the alpha about its half in each round, against the filter's pull to the middle


def object_alpha(image: NDArray[np.uint8], mask: Mask, edges: EdgeSettings) -> Alpha:
    """How much of each pixel is the object's, (H, W) float32 0..1, from `image` (H, W, 3) uint8 RGB and `mask` bool.

    Works on the part of the frame about the mask only. With hard edges the alpha equals the mask.
    """
    alpha = mask.astype(np.float32)
    region = None if edges.is_hard else region_of(mask, reach_of(edges))
    if region is not None:
        part = mask[region]
        soft = _banded(image[region], part, edges.width) if edges.width else part.astype(np.float32)
        alpha[region] = _finished(soft, part, edges)
    return alpha


def reach_of(edges: EdgeSettings) -> int:
    """Pixels around a mask that its alpha may depend on or change."""
    return math.ceil(2 * edges.width + abs(edges.shift) + 3 * edges.feather) + 3


def region_of(mask: Mask, reach: int) -> Region | None:
    """Rows and columns of the mask (H, W) bool grown by `reach` pixels, None if it is empty."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    top, left = max(int(rows[0]) - reach, 0), max(int(columns[0]) - reach, 0)
    return slice(top, int(rows[-1]) + reach + 1), slice(left, int(columns[-1]) + reach + 1)


def _banded(image: NDArray[np.uint8], mask: Mask, width: float) -> Alpha:
    """The alpha of a mask where the colours decide up to `width` pixels from its edge."""
    inside, outside = _sure(mask, width)
    colours = np.asarray(image, np.float32) / np.float32(255)
    explain = GuidedFilter(colours, max(round(width / 2), 1), _ONE_COLOUR)
    alpha = mask.astype(np.float32)
    for _ in range(_ROUNDS):
        alpha = np.clip(np.float32(0.5) + np.float32(_STRETCH) * (explain(alpha) - np.float32(0.5)), 0, 1)
        alpha[inside], alpha[outside] = 1, 0
    return alpha


def _sure(mask: Mask, width: float) -> tuple[Mask, Mask]:
    """What is the object's beyond doubt and what is not; a thin part such as a tail keeps its middle."""
    whole = mask.astype(np.uint8)
    depth = cv2.distanceTransform(whole, cv2.DIST_L2, cv2.DIST_MASK_5)
    distance = cv2.distanceTransform(1 - whole, cv2.DIST_L2, cv2.DIST_MASK_5)
    thick, radius = np.zeros_like(depth), width
    while radius > 1:
        fits = (depth < radius).astype(np.uint8)  # 0 where a disc of this radius about a pixel lies in the mask
        if not fits.all():
            covered = cv2.distanceTransform(fits, cv2.DIST_L2, cv2.DIST_MASK_5) < radius
            thick[covered & (thick == 0)] = radius
        radius *= _THINNER
    return mask & (depth >= _SURE * thick), np.asarray(distance > width, np.bool_)


def _finished(alpha: Alpha, mask: Mask, edges: EdgeSettings) -> Alpha:
    """The alpha moved, steepened and blurred."""
    if edges.shift:
        alpha = _shifted(alpha, mask, edges.shift)
    if edges.contrast != 1:
        high, low = alpha**edges.contrast, (1 - alpha) ** edges.contrast
        alpha = np.asarray(high / (high + low), np.float32)
    if edges.feather:
        alpha = np.asarray(cv2.GaussianBlur(alpha, (0, 0), edges.feather, borderType=cv2.BORDER_REPLICATE), np.float32)
    return np.clip(alpha, 0, 1)


def _shifted(alpha: Alpha, mask: Mask, shift: float) -> Alpha:
    """The alpha drawn `shift` pixels outward, away from the mask's edge, or inward if negative."""
    whole = mask.astype(np.uint8)
    depth = cv2.distanceTransform(whole, cv2.DIST_L2, cv2.DIST_MASK_5)
    distance = cv2.distanceTransform(1 - whole, cv2.DIST_L2, cv2.DIST_MASK_5)
    away = cv2.GaussianBlur(distance - depth, (0, 0), 1.0, borderType=cv2.BORDER_REPLICATE)
    down, across = np.gradient(away)
    length = np.maximum(np.hypot(down, across), 1e-3)
    rows, columns = np.mgrid[: alpha.shape[0], : alpha.shape[1]].astype(np.float32)
    x = (columns - shift * across / length).astype(np.float32)
    y = (rows - shift * down / length).astype(np.float32)
    return np.asarray(cv2.remap(alpha, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)
