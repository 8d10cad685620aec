"""Edits of curves: each leaves what it must leave."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lipcore.curves import editing
from lipcore.curves.curve import Curve, Key
from lipcore.curves.raster import polygon_mask
from lipcore.curves.shape import Shape
from lipcore.errors import LipError
from tests.core.curves.shapes import circle, curves, moving, square

at = st.floats(0, 1)


@settings(max_examples=60, deadline=None)
@given(curves(), st.integers(0, 2), at)
def test_a_point_that_is_put_in_leaves_the_outline_of_every_key(curve: Curve, segment: int, place: float) -> None:
    more = editing.with_point(curve, segment, place)
    assert more.point_count == curve.point_count + 1
    for before, after in zip(curve.keys, more.keys, strict=True):
        assert before.frame == after.frame
        for x, y in after.shape.outline()[::7]:
            assert before.shape.nearest(x, y)[2] < 1
    assert editing.without_points(more, [segment + 1]).frames == curve.frames


def test_points_are_deleted_in_every_key_down_to_three() -> None:
    curve = editing.without_points(moving((0, 0), (5, 10)), [1])
    assert [len(key.shape) for key in curve.keys] == [3, 3]
    np.testing.assert_array_equal(curve.keys[1].shape.places, [(10, 2), (20, 12), (10, 12)])
    with pytest.raises(LipError, match="at least 3 points"):
        editing.without_points(curve, [0])


def test_keys_are_set_replaced_and_deleted() -> None:
    curve = editing.with_key(moving((5, 0)), 2, square(9, 9))
    assert curve.frames == [2, 5]
    assert editing.with_key(curve, 5, square(1, 1)).shape_at(5) == square(1, 1)
    assert editing.without_key(curve, 2) == moving((5, 0))
    with pytest.raises(LipError, match="no key on frame 3"):
        editing.without_key(curve, 3)
    with pytest.raises(LipError, match="last key"):
        editing.without_key(moving((5, 0)), 5)
    with pytest.raises(LipError, match="same number of points"):
        editing.with_key(curve, 3, Shape.polygon([(0, 0), (1, 0), (0, 1)]))


def test_moving_some_points_leaves_the_others() -> None:
    shape = editing.moved(circle(10, 10, 5), [0, 2], 3, -1)
    np.testing.assert_allclose(shape.points[[1, 3]], circle(10, 10, 5).points[[1, 3]])
    np.testing.assert_allclose(shape.places[[0, 2]], [(18, 9), (8, 9)])


def test_a_handle_takes_the_opposite_one_along_if_told() -> None:
    shape = editing.with_handle(circle(0, 0, 10), 0, editing.OUT, (3, 4), both=True)
    np.testing.assert_allclose(shape.points[0, editing.OUT], (3, 4))
    opposite = shape.points[0, editing.IN]
    assert np.linalg.norm(opposite) == pytest.approx(5.523, abs=0.002)
    assert math.atan2(opposite[1], opposite[0]) == pytest.approx(math.atan2(-4, -3), abs=1e-3)
    alone = editing.with_handle(circle(0, 0, 10), 0, editing.OUT, (3, 4), both=False)
    np.testing.assert_allclose(alone.points[0, editing.IN], circle(0, 0, 10).points[0, editing.IN])
    fresh = editing.with_handle(square(0, 0), 0, editing.OUT, (3, 4), both=True)
    np.testing.assert_allclose(fresh.points[0, editing.IN], (-3, -4))


def test_points_become_corners_and_round_in_every_key() -> None:
    curve = editing.with_corners(Curve(1, (Key(0, circle(0, 0, 5)), Key(3, circle(9, 0, 5)))), [0, 1, 2, 3])
    assert not any(key.shape.points[:, 1:].any() for key in curve.keys)
    rounded = editing.with_round_points(curve, [2])
    assert [len(np.flatnonzero(key.shape.points[:, 1:].any(axis=(1, 2)))) for key in rounded.keys] == [1, 1]


def test_turning_and_scaling_about_a_centre() -> None:
    turned = editing.turned_and_scaled(square(0, 0), (5, 5), math.pi / 2, 1.0)
    np.testing.assert_allclose(turned.places, [(10, 0), (10, 10), (0, 10), (0, 0)], atol=1e-3)
    grown = editing.turned_and_scaled(circle(5, 5, 4), (5, 5), 0.0, 2.0)
    np.testing.assert_allclose(grown.points, circle(5, 5, 8).points, atol=2e-3)
    assert int(polygon_mask((20, 20), grown.outline()).sum()) > 150


def test_keys_on_a_straight_way_are_thinned_out() -> None:
    keys = [Key(frame, square(frame * 2.0, 2)) for frame in range(11)]
    assert [key.frame for key in editing.thinned(keys, 0.2)] == [0, 10]
    keys[4] = Key(4, square(12, 2))
    assert [key.frame for key in editing.thinned(keys, 0.2)] == [0, 3, 4, 5, 10]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=1, max_size=15), st.floats(0.1, 5))
def test_what_is_thinned_out_stays_within_the_tolerance(lefts: list[float], tolerance: float) -> None:
    keys = [Key(frame, square(left, 2)) for frame, left in enumerate(lefts)]
    curve = Curve(1, tuple(editing.thinned(keys, tolerance)))
    for key in keys:
        assert np.abs(curve.shape_at(key.frame).places - key.shape.places).max() <= tolerance + 0.002
