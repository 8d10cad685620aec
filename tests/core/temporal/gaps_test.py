"""Gaps: short ones are filled, and between painted frames the shape passes from one to the next."""

from __future__ import annotations

import numpy as np

from lipcore.temporal.gaps import fill_gaps, interpolate
from lipcore.temporal.track import Mask
from tests.core.temporal.tracks import NOTHING, Scene, square


def filled(masks: list[Mask], longest: int, fixed: tuple[int, ...] = ()) -> list[bool]:
    """Which frames have a mask after gaps of at most this length were filled."""
    scene = Scene(masks, fixed)
    after = scene.after(fill_gaps(scene.track, scene.changed, scene.motion, scene.frames, longest))
    return [bool(mask.any()) for mask in after]


def test_a_gap_is_filled_up_to_its_length() -> None:
    masks = [NOTHING, square(), NOTHING, NOTHING, square(), NOTHING]
    assert filled(masks, 1) == [False, True, False, False, True, False]
    assert filled(masks, 2) == [False, True, True, True, True, False]


def test_a_gap_in_which_a_person_says_that_nothing_is_there_stays() -> None:
    assert filled([square(), NOTHING, NOTHING, square()], 2, fixed=(2,)) == [True, False, False, True]


def test_the_shape_in_a_gap_is_that_of_both_sides() -> None:
    scene = Scene([square(), NOTHING, square()])
    after = scene.after(fill_gaps(scene.track, scene.changed, scene.motion, scene.frames, 1))
    np.testing.assert_array_equal(after[1], square())


def test_between_painted_frames_the_masks_of_the_network_are_replaced() -> None:
    scene = Scene([square(20, 16, 8), square(2), square(40), square(20, 16, 16)], fixed=(0, 3))
    after = scene.after(interpolate(scene.track, scene.changed, scene.motion, scene.frames))
    areas = [int(np.count_nonzero(mask)) for mask in after]
    assert areas[0] == 64 < areas[1] < areas[2] < areas[3] == 256


def test_without_a_mask_on_both_painted_frames_nothing_passes() -> None:
    scene = Scene([square(), square(2), NOTHING], fixed=(0, 2))
    after = scene.after(interpolate(scene.track, scene.changed, scene.motion, scene.frames))
    np.testing.assert_array_equal(after[1], square(2))
