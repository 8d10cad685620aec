"""Shapes as signed distances: known distances, overlaps and shapes between two."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.temporal.shapes import FAR, between, overlap, signed_distance
from tests.core.temporal.tracks import NOTHING, square


def test_distances_are_counted_from_the_edge() -> None:
    distances = signed_distance(square(20, 16, 16))
    np.testing.assert_allclose(distances[24, 18:24], [-1.5, -0.5, 0.5, 1.5, 2.5, 3.5], atol=0.1)
    np.testing.assert_array_equal(distances > 0, square(20, 16, 16))


def test_nothing_is_far_outside_and_everything_far_inside() -> None:
    assert (signed_distance(NOTHING) == -FAR).all()
    assert (signed_distance(~NOTHING) == FAR).all()


def test_overlap_is_intersection_over_union() -> None:
    assert overlap(square(20), square(28)) == pytest.approx(1 / 3)
    assert overlap(square(2), square(40)) == 0
    assert overlap(NOTHING, NOTHING) == 1


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_a_shape_between_two_moves_from_one_to_the_other(share: float) -> None:
    mask = between(signed_distance(square(4)), signed_distance(square(36)), share)
    np.testing.assert_array_equal(mask, square(4 + round(32 * share)))


def test_beside_nothing_the_nearer_of_the_two_is_taken() -> None:
    one, none = signed_distance(square()), signed_distance(NOTHING)
    np.testing.assert_array_equal(between(one, none, 0.4), square())
    assert not between(one, none, 0.5).any()
