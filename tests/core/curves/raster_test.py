"""Outlines as masks: against circles whose pixels are known, holes, and outlines beyond the picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lipcore.curves.curve import Curve, Key
from lipcore.curves.raster import curves_mask, polygon_mask
from tests.core.curves.shapes import circle, moving, square

SIZE = (100, 120)


@pytest.mark.parametrize(("x", "y", "radius"), [(60, 50, 30), (60.3, 49.6, 20.7), (5, 5, 17), (118, 99, 40)])
def test_a_circle_has_the_pixels_whose_centre_lies_in_it(x: float, y: float, radius: float) -> None:
    rows, columns = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    apart = np.hypot(columns - x, rows - y)
    found = polygon_mask(SIZE, circle(x, y, radius).outline())
    differs = found != (apart <= radius)
    assert np.abs(apart[differs] - radius).max(initial=0) < 0.05  # the flattened curve is not off by more
    assert abs(int(found.sum()) - int((apart <= radius).sum())) <= 4


def test_outlines_outside_the_picture_give_nothing() -> None:
    for left, top in ((-50, 10), (10, -50), (500, 10), (10, 500)):
        assert not polygon_mask(SIZE, square(left, top).outline()).any()
    assert polygon_mask(SIZE, square(-1000, -1000, 3000).outline()).all()


def test_curves_add_up_and_subtract_in_any_order() -> None:
    big, hole = Curve(2, (Key(0, square(10, 10, 40)),)), Curve(1, (Key(0, square(20, 20, 5)),), subtract=True)
    other = Curve(3, (Key(0, square(60, 60, 10)),))
    mask = curves_mask([hole, big, other], 0, SIZE)
    assert mask is not None
    assert int(mask.sum()) == 1600 - 25 + 100
    assert not mask[22, 22]


def test_there_is_no_mask_where_no_curve_adds() -> None:
    curve = moving((5, 0), (9, 10))
    assert curves_mask([curve], 4, SIZE) is None
    assert curves_mask([replace(curve, subtract=True)], 5, SIZE) is None
    mask = curves_mask([curve], 7, SIZE)
    assert mask is not None
    assert mask[2:12, 5:15].all()
    assert int(mask.sum()) == 100
