"""Prompts as channels."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.prompts import ADDED, BOX, CHANNELS, OTHERS, RADIUS, SO_FAR, TAKEN, Click, Prompt, draw_prompt


def test_clicks_become_discs_in_their_own_channels() -> None:
    planes = draw_prompt(Prompt((Click(20.9, 10), Click(40, 30, added=False))), 48, 64)
    assert planes.shape == (CHANNELS, 48, 64)
    rows, columns = np.nonzero(planes[ADDED])
    assert (rows.min(), rows.max()) == (10 - RADIUS, 10 + RADIUS)
    assert (columns.min(), columns.max()) == (20 - RADIUS, 20 + RADIUS)
    assert planes[ADDED].sum() == planes[TAKEN].sum() > 3 * RADIUS**2
    assert planes[TAKEN, 30, 40] == 1
    assert not planes[[SO_FAR, BOX, OTHERS]].any()


@pytest.mark.parametrize("place", [(0, 0), (63, 47), (-3, 20), (400, 400)])
def test_discs_are_cut_at_the_rim(place: tuple[int, int]) -> None:
    planes = draw_prompt(Prompt((Click(*place),)), 48, 64)
    inside = 0 <= place[0] < 64 and 0 <= place[1] < 48
    assert planes[ADDED].any() == (inside or place == (-3, 20))


def test_a_box_is_filled_and_masks_are_taken_as_they_are() -> None:
    so_far, others = np.full((48, 64), 0.25, np.float32), np.eye(48, 64, dtype=np.bool_)
    planes = draw_prompt(Prompt(box=(-5, 4, 10, 8), so_far=so_far, others=others), 48, 64)
    assert planes[BOX].sum() == 10 * 4
    assert np.array_equal(planes[SO_FAR], so_far)
    assert planes[OTHERS].sum() == 48


def test_a_prompt_without_clicks_and_box_is_empty() -> None:
    assert Prompt(so_far=np.ones((2, 2), np.bool_)).empty
    assert not Prompt(box=(0, 0, 1, 1)).empty
    assert not Prompt().clicked(Click(1, 1)).empty
