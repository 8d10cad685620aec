"""Polygons of a mask: no pixel of it is lost, whatever its holes and pieces."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from lipcore.export import polygons as geometry
from lipcore.export.polygons import mask_to_polygons


@pytest.mark.parametrize("seed", range(40))
def test_random_blobs_with_holes_lose_no_pixel(seed: int) -> None:
    field = cv2.GaussianBlur(np.random.default_rng(seed).normal(size=(60, 80)), (0, 0), 1 + seed % 5)
    mask = field > 0
    covered = np.zeros(mask.shape, np.uint8)
    for polygon in mask_to_polygons(mask, join_pieces=False):
        cv2.fillPoly(covered, [polygon.astype(np.int32)], 1)
    joined = np.zeros(mask.shape, np.uint8)
    (polygon,) = mask_to_polygons(mask)
    cv2.fillPoly(joined, [polygon.astype(np.int32)], 1)
    assert not (mask & (joined == 0)).any()
    np.testing.assert_array_equal(covered.astype(bool), mask)


def test_noise_of_very_many_pieces_is_joined_without_losing_a_pixel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geometry, "MAX_CONTOURS", 20)
    mask = np.random.default_rng(0).random((60, 80)) > 0.7
    (polygon,) = mask_to_polygons(mask)
    joined = np.zeros(mask.shape, np.uint8)
    cv2.fillPoly(joined, [polygon.astype(np.int32)], 1)
    assert not (mask & (joined == 0)).any()
