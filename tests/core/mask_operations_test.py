"""Operations on masks, on arrays small enough to draw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from lipcore.mask_operations import fill_holes, grow, operated, remove_islands, shrink, smooth


def drawn(text: str) -> NDArray[np.bool_]:
    return np.array([[character == "#" for character in line] for line in text.split()])


RING = drawn(
    """
    .......
    .#####.
    .#...#.
    .#.#.#.
    .#...#.
    .#####.
    .......
    """
)
masks = arrays.arrays(np.bool_, (9, 11))


def test_holes_are_filled() -> None:
    filled = fill_holes(RING)
    assert filled[1:6, 1:6].all()
    assert filled.sum() == 25


def test_an_open_bay_is_no_hole() -> None:
    bay = RING.copy()
    bay[0:3, 3] = [False, False, False]
    assert np.array_equal(fill_holes(bay), bay)


def test_the_border_of_the_frame_is_no_wall() -> None:
    assert np.array_equal(fill_holes(RING[:3]), RING[:3])


def test_a_diagonal_gap_is_closed_for_holes() -> None:
    ring = np.zeros((5, 5), bool)
    ring[1, 2] = ring[2, 1] = ring[2, 3] = ring[3, 2] = True
    assert fill_holes(ring)[2, 2]


def test_islands_go() -> None:
    mask = np.zeros((20, 40), bool)
    mask[2:12, 2:22] = True  # 200 pixels
    mask[15:18, 30:33] = True  # 9 pixels
    mask[15:19, 2:5] = True  # 12 pixels
    assert remove_islands(mask).sum() == 212  # a twentieth of 200 is 10
    assert remove_islands(mask, 13).sum() == 200
    assert not remove_islands(mask, 1000).any()
    assert not remove_islands(np.zeros((3, 3), bool)).any()


def test_grow_and_shrink_by_a_disc() -> None:
    point = np.zeros((7, 7), bool)
    point[3, 3] = True
    assert np.array_equal(grow(point, 1)[2:5, 2:5], drawn("### ### ###"))
    assert grow(point, 2).sum() == 21
    assert np.array_equal(shrink(grow(point, 2), 2), point)


def test_shrink_stays_at_the_border() -> None:
    mask = np.zeros((6, 6), bool)
    mask[:, :4] = True
    assert np.array_equal(shrink(mask, 1), mask[:, [1, 1, 2, 4, 4, 5]] & (np.arange(6) < 3))


def test_smooth_rounds_corners_and_keeps_edges() -> None:
    mask = np.zeros((30, 30), bool)
    mask[10:, 10:] = True
    smoothed = smooth(mask, 3)
    assert not smoothed[10, 10]
    assert np.array_equal(smoothed[20:], mask[20:])
    speck = np.zeros((9, 9), bool)
    speck[4, 4] = True
    assert not smooth(speck, 2).any()


@given(masks)
def test_order(mask: NDArray[np.bool_]) -> None:
    assert not (mask & ~fill_holes(mask)).any()
    assert not (remove_islands(mask, 3) & ~mask).any()
    assert not (mask & ~grow(mask)).any()
    assert not (shrink(mask) & ~mask).any()
    assert np.array_equal(fill_holes(fill_holes(mask)), fill_holes(mask))


@pytest.mark.parametrize("locked", [frozenset(), frozenset({1})])
def test_operated_takes_from_the_background_alone(locked: frozenset[int]) -> None:
    labels = np.zeros((5, 9), np.uint8)
    labels[1:4, 2:4] = 1
    labels[1:4, 4:6] = 2
    result = operated(labels, 1, grow, locked)
    assert (result[labels == 2] == 2).all()
    assert (result == 1).sum() == (6 if locked else 17)


def test_operated_gives_back_to_the_background() -> None:
    labels = np.full((5, 5), 2, np.uint8)
    labels[1:4, 1:4] = 1
    result = operated(labels, 1, shrink)
    assert result[2, 2] == 1
    assert (result == 0).sum() == 8


@given(masks)
@pytest.mark.parametrize("pixels", [1, 2, 3, 5])
def test_discs_reach_as_far_as_they_say(pixels: int, mask: NDArray[np.bool_]) -> None:
    rows, columns = np.indices(mask.shape)
    near = np.zeros_like(mask)
    outside = np.zeros_like(mask)
    for row, column in np.ndindex(mask.shape):
        disc = (rows - row) ** 2 + (columns - column) ** 2 <= pixels * pixels + pixels
        if mask[row, column]:
            near |= disc
        else:
            outside |= disc
    assert np.array_equal(grow(mask, pixels), near)
    assert np.array_equal(shrink(mask, pixels), mask & ~outside)


def test_large_holes_stay_if_asked() -> None:
    assert np.array_equal(fill_holes(RING, 7), RING)
    assert fill_holes(RING, 8)[1:6, 1:6].all()
