"""Edges that tremble are drawn to the mean of those beside them; what looks quite different has no say."""

from __future__ import annotations

import numpy as np

from lipcore.temporal.edges import smooth_edges
from lipcore.temporal.track import Mask
from tests.core.temporal.tracks import NOTHING, Scene, square


def smoothed(masks: list[Mask], fixed: tuple[int, ...] = (), radius: int = 1) -> list[Mask]:
    scene = Scene(masks, fixed)
    return scene.after(smooth_edges(scene.track, scene.changed, scene.motion, scene.frames, radius))


def test_equal_masks_stay_to_the_pixel() -> None:
    for mask in smoothed([square()] * 4, radius=2):
        np.testing.assert_array_equal(mask, square())


def test_an_edge_that_jumps_by_two_pixels_is_drawn_back() -> None:
    after = smoothed([square(20), square(22), square(20)])
    assert np.count_nonzero(after[1] ^ square(20)) < np.count_nonzero(square(22) ^ square(20))


def test_a_mask_elsewhere_has_no_say() -> None:
    np.testing.assert_array_equal(smoothed([square(2), square(40), square(2)])[1], square(40))


def test_empty_masks_and_those_of_a_person_stay() -> None:
    after = smoothed([square(20), square(22), NOTHING], fixed=(1,))
    np.testing.assert_array_equal(after[1], square(22))
    assert not after[2].any()
