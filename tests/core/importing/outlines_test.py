"""Boxes and ellipses as outlines: corners, turns, and numbers that are none."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.importing.outlines import box_outline, ellipse_outline, numbers_of


def test_numbers_come_as_numbers_or_as_text() -> None:
    assert numbers_of([1, "2.5", -3.0, " 4 "], "a") == [1.0, 2.5, -3.0, 4.0]


@pytest.mark.parametrize("value", ["x", None, "nan", float("inf"), 10**400, 1e9, []])
def test_what_is_no_number_near_a_picture_is_refused(value: object) -> None:
    with pytest.raises(LipError, match="a coordinate that is no number"):
        numbers_of([1, value], "a")


def test_a_box_is_turned_clockwise_about_its_middle_or_a_point() -> None:
    assert box_outline(1, 2, 5, 4) == [1, 2, 5, 2, 5, 4, 1, 4]
    np.testing.assert_allclose(box_outline(1, 2, 5, 4, 90), [4, 1, 4, 5, 2, 5, 2, 1], atol=1e-9)
    np.testing.assert_allclose(box_outline(1, 2, 5, 4, 90, about=(1, 2)), [1, 2, 1, 6, -1, 6, -1, 2], atol=1e-9)


def test_points_of_an_ellipse_lie_on_it() -> None:
    points = np.reshape(ellipse_outline(10, 20, 6, 3), (-1, 2)) - (10, 20)
    np.testing.assert_allclose((points[:, 0] / 6) ** 2 + (points[:, 1] / 3) ** 2, 1)
    turned = np.reshape(ellipse_outline(10, 20, 6, 3, 90), (-1, 2)) - (10, 20)
    np.testing.assert_allclose(np.abs(turned).max(axis=0), [3, 6], atol=0.01)  # a polygon of 90 corners
    assert points[0].tolist() == [6, 0]
    np.testing.assert_allclose(turned[0], [0, 6], atol=1e-9)  # clockwise, as y points down
