"""Cleaning of masks: each step by itself, their order, what is fixed, and that a part of the frame is enough."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.mask_operations import fill_holes, grow, remove_islands, shrink, smooth
from lipcore.temporal.cleaning import CleanOptions, clean_frames, cleaned
from lipcore.temporal.repair import RepairReport
from lipcore.temporal.track import FunctionTrack

Mask = NDArray[np.bool_]


def block() -> Mask:
    """A block of 30 x 30 pixels with holes of 4 x 4 and 8 x 8, and a speck of 5 x 5 beside it."""
    mask = np.zeros((60, 80), bool)
    mask[10:40, 10:40] = True
    mask[15:19, 15:19] = mask[24:32, 24:32] = False
    mask[50:55, 60:65] = True
    return mask


def test_holes_and_specks_go_up_to_a_size() -> None:
    assert cleaned(block(), CleanOptions(holes=4)).sum() == 900 - 64 + 25
    assert cleaned(block(), CleanOptions(holes=8)).sum() == 900 + 25
    assert cleaned(block(), CleanOptions(specks=4)).sum() == block().sum()
    assert cleaned(block(), CleanOptions(specks=5)).sum() == block().sum() - 25


def test_the_largest_piece_is_no_speck() -> None:
    assert cleaned(block(), CleanOptions(specks=500)).sum() == block().sum() - 25


def test_steps_come_in_their_order() -> None:
    options = CleanOptions(holes=4, specks=5, grow=3, shrink=2, smooth=4)
    expected = smooth(shrink(grow(remove_islands(fill_holes(block(), 16), 26), 3), 2), 4)
    np.testing.assert_array_equal(cleaned(block(), options), expected)


small = st.integers(0, 4)


@given(arrays.arrays(np.bool_, (12, 15)), small, small, small, small, small)
def test_working_on_a_part_of_the_frame_changes_nothing(
    mask: Mask, holes: int, specks: int, more: int, less: int, round_off: int
) -> None:
    whole = fill_holes(mask, holes**2) if holes else mask
    if specks and whole.any():
        whole = cleaned(whole, CleanOptions(specks=specks))
    whole = grow(whole, more) if more else whole
    whole = shrink(whole, less) if less else whole
    whole = smooth(whole, round_off) if round_off else whole
    found = cleaned(mask, CleanOptions(holes, specks, more, less, round_off))
    np.testing.assert_array_equal(found, whole if mask.any() else mask)


def follow(track: FunctionTrack, frames: range, options: CleanOptions) -> tuple[list[RepairReport], dict[int, Mask]]:
    steps, generator = [], clean_frames(track, frames, options)
    while True:
        try:
            steps.append(next(generator))
        except StopIteration as end:
            return steps, dict(end.value)


def test_only_frames_that_change_and_are_not_fixed_are_given() -> None:
    plain = np.zeros((60, 80), bool)
    plain[10:40, 10:40] = True
    masks = [block(), plain, np.zeros_like(plain), block(), block()]
    track = FunctionTrack(5, masks.__getitem__, lambda frame: np.zeros((60, 80, 3), np.uint8), frozenset({3}))
    steps, found = follow(track, range(4), CleanOptions(holes=8, specks=5))
    assert steps == [RepairReport(done, 4) for done in range(1, 5)]
    assert list(found) == [0]
    np.testing.assert_array_equal(found[0], plain)


@pytest.mark.parametrize("wrong", [{"holes": -1}, {"specks": 501}, {"grow": 101}, {"shrink": -2}, {"smooth": 1000}])
def test_numbers_out_of_range_are_sentences(wrong: dict[str, int]) -> None:
    with pytest.raises(LipError, match="must be from 0 to"):
        CleanOptions(**wrong)


def test_nothing_to_do_is_a_sentence() -> None:
    track = FunctionTrack(1, lambda frame: block(), lambda frame: np.zeros((60, 80, 3), np.uint8))
    with pytest.raises(LipError, match="at least one way"):
        next(clean_frames(track, range(1), CleanOptions()))
