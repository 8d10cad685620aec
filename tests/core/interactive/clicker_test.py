"""The simulated clicker clicks in the middle of the largest error."""

from __future__ import annotations

import numpy as np

from lipcore.interactive.clicker import next_click, overlap
from lipcore.prompts import Click


def test_the_first_click_is_in_the_middle_of_the_object() -> None:
    truth = np.zeros((40, 60), np.bool_)
    truth[10:21, 30:41] = True
    assert next_click(truth, np.zeros_like(truth)) == Click(35, 15)


def test_the_error_with_the_largest_inner_circle_is_clicked_first() -> None:
    truth = np.zeros((40, 60), np.bool_)
    truth[5:14, 5:14] = True
    mask = np.zeros_like(truth)
    mask[0:2, 20:60] = True  # long and thin: more pixels, but no wide place
    assert next_click(truth, mask) == Click(9, 9)
    mask[20:39, 40:59] = True
    assert next_click(truth, mask) == Click(49, 29, added=False)


def test_the_rim_of_the_picture_bounds_errors() -> None:
    truth = np.ones((21, 41), np.bool_)
    click = next_click(truth, np.zeros_like(truth))
    assert click is not None
    assert click.y == 10
    assert 9 <= click.x <= 31


def test_unknown_pixels_are_no_errors() -> None:
    truth = np.zeros((20, 20), np.bool_)
    truth[5:15, 5:15] = True
    assert next_click(truth, np.zeros_like(truth), known=~truth) is None
    assert overlap(truth, np.zeros_like(truth), known=~truth) == 1.0


def test_a_right_mask_asks_for_no_click() -> None:
    truth = np.eye(8, dtype=np.bool_)
    assert next_click(truth, truth) is None
    assert overlap(truth, truth) == 1.0
    assert overlap(truth, ~truth) == 0.0
