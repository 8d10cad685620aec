"""Edges that follow the colours of the frame, at any size."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.propagation.edges import LARGEST_WINDOW, refine_edges


def scene(size: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A noisy red square of half the side on noisy blue, and its true slots."""
    slots = np.zeros((size, size), np.uint8)
    slots[size // 4 : 3 * size // 4, size // 4 : 3 * size // 4] = 1
    noise = np.random.default_rng(0).integers(0, 40, (size, size, 3))
    frame = np.where(slots[..., None] == 1, (180, 20, 20), (20, 20, 180)) + noise
    return frame.astype(np.uint8), slots


def overlap(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    return float((first & second).sum() / (first | second).sum())


@pytest.mark.parametrize("size", [160, 600])
def test_a_mask_that_lies_beside_its_object_is_moved_onto_it(size: int) -> None:
    assert (size > LARGEST_WINDOW**0.5) == (size == 600)
    frame, slots = scene(size)
    beside = np.roll(slots, max(2, size // 120), axis=1)
    refined = refine_edges(beside, frame)
    assert overlap(refined == 1, slots == 1) > 0.98 > overlap(beside == 1, slots == 1)


def test_an_object_never_takes_pixels_of_another() -> None:
    frame, slots = scene(160)
    slots[:, 80:][slots[:, 80:] == 1] = 2  # two halves of one colour
    refined = refine_edges(slots, frame)
    assert not (refined[slots == 2] == 1).any()
    assert not (refined[slots == 1] == 2).any()


def test_what_cannot_be_told_by_colour_stays() -> None:
    slots = np.zeros((40, 40), np.uint8)
    slots[20, 20] = 1  # nothing lies deep enough inside to learn a colour from
    assert np.array_equal(refine_edges(slots, np.zeros((40, 40, 3), np.uint8)), slots)
