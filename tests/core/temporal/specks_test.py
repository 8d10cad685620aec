"""Specks and holes that come and go: only small ones, and only those that the frames beside do not have."""

from __future__ import annotations

import numpy as np

from lipcore.temporal.specks import clean
from lipcore.temporal.track import Mask
from tests.core.temporal.tracks import Scene, square


def with_speck(side: int = 3) -> Mask:
    return square() | square(2, 2, side)


def with_hole(side: int = 3) -> Mask:
    return square() & ~square(24, 20, side)


def cleaned(masks: list[Mask], fixed: tuple[int, ...] = ()) -> list[Mask]:
    scene = Scene(masks, fixed)
    return scene.after(clean(scene.track, scene.changed, scene.motion, scene.frames))


def test_a_speck_and_a_hole_of_one_frame_go() -> None:
    for wrong in (with_speck(), with_hole()):
        np.testing.assert_array_equal(cleaned([square(), wrong, square()])[1], square())


def test_what_lasts_stays() -> None:
    for mask in cleaned([with_speck()] * 3):
        np.testing.assert_array_equal(mask, with_speck())
    for mask in cleaned([with_hole()] * 3):
        np.testing.assert_array_equal(mask, with_hole())


def test_what_is_not_small_stays() -> None:
    for large in (with_speck(6), with_hole(6)):
        np.testing.assert_array_equal(cleaned([square(), large, square()])[1], large)


def test_a_hole_that_is_open_to_the_border_is_none() -> None:
    bay = square(0, 16, 16)
    bay[20:22, 0:2] = False
    np.testing.assert_array_equal(cleaned([square(0), bay, square(0)])[1], bay)


def test_what_a_person_answers_for_stays() -> None:
    np.testing.assert_array_equal(cleaned([square(), with_speck(), square()], fixed=(1,))[1], with_speck())
