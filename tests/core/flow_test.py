"""Optical flow carries masks along, and brings nothing from outside of the picture."""

from __future__ import annotations

import cv2
import numpy as np
import torch

from lipcore.flow import backward_flow, grey, warp


def textured(shift: int) -> np.ndarray:
    """A picture (96, 128, 3) of soft noise, moved right by some pixels."""
    random = np.random.default_rng(3).integers(0, 255, (96, 160), np.uint8)
    soft = cv2.GaussianBlur(random, (0, 0), 2.5)
    soft = cv2.normalize(soft, None, 0, 255, cv2.NORM_MINMAX)
    return np.repeat(soft[:, 16 - shift : 144 - shift, None], 3, axis=2)


def test_masks_are_carried_along_by_the_flow() -> None:
    mask = torch.zeros(1, 96, 128)
    mask[0, 30:60, 40:80] = 1
    flow = backward_flow(grey(textured(4)), grey(textured(0)))
    moved = warp(mask, flow)[0] > 0.5
    expected = torch.zeros(96, 128, dtype=torch.bool)
    expected[30:60, 44:84] = True
    assert float((moved & expected).sum() / (moved | expected).sum()) > 0.95


def test_warping_by_known_flow_is_exact_and_brings_nothing_from_outside() -> None:
    maps = torch.arange(12.0).view(1, 3, 4)
    flow = np.zeros((3, 4, 2), np.float32)
    torch.testing.assert_close(warp(maps, flow), maps)
    flow[..., 0] = 1
    torch.testing.assert_close(warp(maps, flow)[0, :, :3], maps[0, :, 1:])
    assert warp(maps, flow)[0, :, 3].abs().max() < 1e-4
