"""Curves: what may be one, and its shapes between keys."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from lipcore.curves.curve import (
    MOST_KEY_POINTS,
    Curve,
    Key,
    changed_frames,
    check_curves,
    check_project_curves,
    free_number,
)
from lipcore.curves.shape import Shape
from lipcore.errors import LipError
from tests.core.curves.shapes import circle, curves, moving, square


def test_between_two_keys_a_shape_moves_in_a_straight_line() -> None:
    curve = moving((10, 0), (20, 30))
    np.testing.assert_array_equal(curve.shape_at(13).places[0], (9, 2))
    assert curve.shape_at(10) == square(0, 2)
    assert curve.shape_at(20) == square(30, 2)


def test_outside_its_keys_a_curve_does_not_exist_and_shows_the_nearest_key() -> None:
    curve = moving((10, 0), (20, 30))
    assert [curve.exists(frame) for frame in (9, 10, 20, 21)] == [False, True, True, False]
    assert curve.shape_at(3) == square(0, 2)
    assert curve.shape_at(99) == square(30, 2)
    assert (curve.is_key(10), curve.is_key(15), curve.is_key(3)) == (True, False, False)


def test_handles_move_with_their_points() -> None:
    curve = Curve(1, (Key(0, circle(20, 20, 10)), Key(4, circle(40, 20, 20))))
    np.testing.assert_allclose(curve.shape_at(2).points, circle(30, 20, 15).points, atol=0.002)


def test_a_smooth_curve_runs_through_its_keys_without_a_corner() -> None:
    bent = [(0, 0.0), (10, 30.0), (20, 0.0)]
    straight, smooth = moving(*bent), Curve(1, moving(*bent).keys, smooth=True)
    assert [smooth.shape_at(frame) for frame, _ in bent] == [straight.shape_at(frame) for frame, _ in bent]

    def turn_at_10(curve: Curve) -> float:
        left = [float(curve.shape_at(frame).places[0, 0]) for frame in (9, 10, 11)]
        return abs(left[0] - 2 * left[1] + left[2])

    assert turn_at_10(straight) == pytest.approx(6.0)
    assert turn_at_10(smooth) < 1.5


@settings(max_examples=50, deadline=None)
@given(curves())
def test_the_shape_on_a_key_is_the_keys(curve: Curve) -> None:
    for key in curve.keys:
        assert curve.shape_at(key.frame) == key.shape
    assert curve == Curve(curve.number, curve.keys, curve.subtract, curve.smooth)
    assert hash(curve.keys[0].shape) == hash(Shape(curve.keys[0].shape.points))


def test_only_the_frames_about_a_key_change() -> None:
    before = moving((0, 0), (10, 10), (20, 20))
    assert changed_frames([before], [moving((0, 0), (10, 14), (20, 20))]) == list(range(1, 20))
    assert changed_frames([before], [moving((0, 0), (10, 10), (20, 20), (22, 20))]) == [21, 22]
    assert changed_frames([before], [before]) == []
    assert changed_frames([], [moving((3, 0), (4, 1))]) == [3, 4]
    assert changed_frames([moving((3, 0))], [Curve(1, moving((3, 0)).keys, subtract=True)]) == [3]


def test_numbers_of_curves_are_not_used_twice() -> None:
    assert free_number([]) == 1
    assert free_number([moving((0, 0), number=3), moving((0, 0), number=7)]) == 8
    with pytest.raises(LipError, match="same number"):
        check_curves([moving((0, 0)), moving((1, 0))])
    with pytest.raises(LipError, match="at most 100 curves"):
        check_curves([moving((0, 0), number=number) for number in range(1, 102)])


def test_a_project_bounds_its_curves() -> None:
    check_project_curves([moving((0, 0), (9, 0))], 10)
    with pytest.raises(LipError, match="outside the 9 frames"):
        check_project_curves([moving((0, 0), (9, 0))], 9)
    dense = Shape(np.zeros((1000, 3, 2)))
    long = Curve(1, tuple(Key(frame, dense) for frame in range(MOST_KEY_POINTS // 1000)))
    check_project_curves([long], 1000)
    with pytest.raises(LipError, match="at most 200,000 points"):
        check_project_curves([long, moving((0, 0))], 1000)


@pytest.mark.parametrize(
    ("number", "keys"),
    [
        (0, (Key(0, square(0, 0)),)),
        (1, ()),
        (1, (Key(-1, square(0, 0)),)),
        (1, (Key(5, square(0, 0)), Key(5, square(1, 0)))),
        (1, (Key(5, square(0, 0)), Key(4, square(1, 0)))),
        (1, (Key(0, square(0, 0)), Key(1, Shape(np.zeros((3, 3, 2)))))),
    ],
)
def test_what_is_no_curve_is_refused(number: int, keys: tuple[Key, ...]) -> None:
    with pytest.raises(LipError, match="curve"):
        Curve(number, keys)
