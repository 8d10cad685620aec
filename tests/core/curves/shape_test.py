"""Shapes: what may be one, their outline, and the nearest place of it."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.curves.shape import Shape
from lipcore.errors import LipError
from tests.core.curves.shapes import circle, square


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -100_001.0])
def test_what_is_no_place_is_refused(value: float) -> None:
    with pytest.raises(LipError, match="too far outside"):
        Shape.polygon([(0, 0), (1, 0), (value, 1)])


@pytest.mark.parametrize("count", [0, 2, 1001])
def test_too_few_and_too_many_points_are_refused(count: int) -> None:
    with pytest.raises(LipError, match="3 to 1,000 points"):
        Shape(np.zeros((count, 3, 2)))


def test_a_shape_cannot_be_changed_and_keeps_a_thousandth_of_a_pixel() -> None:
    source = np.full((3, 3, 2), 1.23456)
    shape = Shape(source)
    source[:] = 0
    assert float(shape.points[0, 0, 0]) == 1.235
    with pytest.raises(ValueError, match="read-only"):
        shape.points[0] = 0


def test_equal_shapes_are_equal_and_look_alike() -> None:
    assert square(1, 2) == square(1, 2)
    assert square(1, 2) != square(1, 2.001)
    assert repr(square(1, 2)) == repr(square(1, 2))
    assert repr(square(1, 2)) != repr(square(1, 2.001))


def test_a_polygons_outline_is_its_corners_and_a_circles_is_round() -> None:
    np.testing.assert_array_equal(square(3, 4).outline(), square(3, 4).places)
    assert all(square(0, 0).is_straight(segment) for segment in range(4))
    assert not any(circle(0, 0, 1).is_straight(segment) for segment in range(4))
    outline = circle(50, 40, 30).outline()
    assert len(outline) > 40
    np.testing.assert_allclose(np.linalg.norm(outline - (50, 40), axis=1), 30, atol=0.01)


def test_the_nearest_place_of_an_outline() -> None:
    segment, at, apart = square(10, 10).nearest(14, 8)
    assert (segment, at, apart) == (0, pytest.approx(0.4), pytest.approx(2))
    segment, at, apart = circle(50, 50, 20).nearest(50 + 25 * 2**-0.5, 50 + 25 * 2**-0.5)
    assert (segment, at, apart) == (0, pytest.approx(0.5, abs=0.01), pytest.approx(5, abs=0.02))
