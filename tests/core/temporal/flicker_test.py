"""Flicker: one frame is outvoted by those around it, which have to agree with each other."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.temporal.flicker import moved_mask, remove_flicker
from lipcore.temporal.track import Mask
from tests.core.temporal.tracks import NOTHING, Scene, square


def repaired(masks: list[Mask], longest: int = 1, fixed: tuple[int, ...] = ()) -> list[Mask]:
    scene = Scene(masks, fixed)
    return scene.after(remove_flicker(scene.track, scene.changed, scene.motion, scene.frames, longest))


@pytest.mark.parametrize("wrong", [NOTHING, square(20, 16, 5), square(2, 2, 40)])
def test_a_frame_that_two_agreeing_ones_outvote_is_corrected(wrong: Mask) -> None:
    after = repaired([square(), square(), wrong, square(), square()])
    for mask in after:
        np.testing.assert_array_equal(mask, square())


def test_what_a_person_answers_for_stays() -> None:
    assert not repaired([square(), NOTHING, square()], fixed=(1,))[1].any()


def test_a_run_of_wrong_frames_needs_its_length() -> None:
    masks = [square(), square(), NOTHING, NOTHING, square(), square()]
    assert not repaired(masks, longest=1)[2].any()
    for mask in repaired(masks, longest=2):
        np.testing.assert_array_equal(mask, square())


def test_neighbours_that_disagree_decide_nothing() -> None:
    masks = [square(2), NOTHING, square(40)]
    assert not repaired(masks)[1].any()


def test_an_object_that_shows_in_one_frame_alone_goes_and_one_that_shows_longer_stays() -> None:
    assert not repaired([NOTHING, NOTHING, square(), NOTHING, NOTHING])[2].any()
    assert all(mask.any() for mask in repaired([square(), NOTHING, square(), NOTHING, square()])[::2])


def test_a_mask_is_carried_with_the_picture() -> None:
    scene = Scene([square(10), square(14)], step=4)
    moved = moved_mask(scene.track, scene.motion, 0, 1)
    assert np.count_nonzero(moved ^ square(14)) < 0.1 * np.count_nonzero(square())
    assert not moved_mask(Scene([NOTHING, NOTHING]).track, scene.motion, 0, 1).any()
