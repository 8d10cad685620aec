"""Flow near an object: where its pixels went, within a region about it, and how surely they are the same."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from lipcore.matting.nearby_flow import NearbyFlow, same_pixels

HEIGHT, WIDTH = 120, 160


def frame(left: int) -> tuple[np.ndarray, np.ndarray]:
    """A textured square on a textured ground, and its mask."""
    random = np.random.default_rng(2)
    ground, texture = (
        cv2.GaussianBlur(random.integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8), (0, 0), 2) for _ in range(2)
    )
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[40:80, left : left + 40] = True
    picture = ground // 2
    picture[mask] = np.roll(texture, left, axis=1)[mask] // 2 + 120
    return picture, mask


def test_values_of_an_object_go_where_it_has_gone() -> None:
    (before, mask_before), (after, mask) = frame(50), frame(56)
    flow = NearbyFlow(after, before, mask, mask_before)
    rows, columns = flow.region
    assert (rows.start, rows.stop) == (40 - 24, 80 + 24)
    assert (columns.start, columns.stop) == (50 - 24, 96 + 24)
    moved = flow.moved(mask_before.astype(np.float32))
    assert moved.shape == mask[flow.region].shape
    assert np.abs(moved - mask[flow.region]).mean() < 0.3 * np.abs(mask_before.astype(float) - mask)[flow.region].mean()
    picture = flow.moved(before)
    inside = mask[flow.region]
    assert np.abs(picture.astype(int) - after[flow.region])[inside].mean() < 10


def test_a_region_that_is_too_small_to_search_stays_where_it_is() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (10, 200, 3), dtype=np.uint8)
    mask = np.zeros((10, 200), bool)
    mask[4:6, 100:104] = True
    flow = NearbyFlow(picture, np.roll(picture, 3, axis=1), mask, mask)
    np.testing.assert_array_equal(flow.moved(picture), picture[flow.region])


@pytest.mark.parametrize(("apart", "sureness"), [(0, 1.0), (20, np.exp(-1)), (200, 0.0)])
def test_sureness_falls_with_the_distance_of_colours(apart: int, sureness: float) -> None:
    one, other = np.full((5, 6, 3), 20, np.uint8), np.full((5, 6, 3), 20, np.uint8)
    other[..., 1] += np.uint8(apart)
    np.testing.assert_allclose(same_pixels(one, other, 20.0), sureness, atol=1e-4)
