"""Zoom and pan as plain numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lipgui.tools.geometry import LARGEST_SCALE, SMALLEST_SCALE, ViewGeometry, centred, fitted, joined

places = st.floats(-5000, 5000)


def test_there_and_back() -> None:
    geometry = ViewGeometry(2.0, 10.0, 20.0)
    assert geometry.to_view(3, 4) == (16.0, 28.0)
    assert geometry.to_image(16.0, 28.0) == (3.0, 4.0)


@given(places, places, st.floats(0.1, 10), st.floats(0.05, 20))
def test_zoom_keeps_the_point_under_the_cursor(x: float, y: float, scale: float, factor: float) -> None:
    geometry = ViewGeometry(scale, 12.0, -7.0)
    assert geometry.zoomed_at(x, y, factor).to_image(x, y) == pytest.approx(geometry.to_image(x, y), abs=1e-6)


def test_zoom_has_limits() -> None:
    assert ViewGeometry(1.0).zoomed_at(0, 0, 1e9).scale == LARGEST_SCALE
    assert ViewGeometry(1.0).zoomed_at(0, 0, 1e-9).scale == SMALLEST_SCALE


def test_fit_shows_all_in_the_middle() -> None:
    geometry = fitted((100, 50), (424, 424), margin=12)
    assert geometry.scale == 4.0
    assert geometry.to_view(0, 0) == (12, 112)
    assert geometry.to_view(100, 50) == (412, 312)


def test_centred_begins_on_a_whole_pixel() -> None:
    geometry = centred((101, 51), (200, 200), 1.0)
    assert (geometry.left, geometry.top) == (50, 74)


def test_a_part_stays_in_view() -> None:
    kept = ViewGeometry(1.0, 1e9, -1e9).kept_in_view((1000, 1000), (400, 300))
    assert (kept.left, kept.top) == (352, -952)
    untouched = ViewGeometry(1.0, -300, 20)
    assert untouched.kept_in_view((1000, 1000), (400, 300)) == untouched


def test_view_rect_covers_the_image_rect() -> None:
    assert ViewGeometry(0.3, 5.5, 2.0).view_rect((10, 10, 20, 21), margin=1) == (7, 4, 13, 10)


def test_joined() -> None:
    assert joined((0, 5, 10, 10), (3, 1, 4, 20)) == (0, 1, 10, 20)
    assert joined(None, (1, 2, 3, 4)) == joined((1, 2, 3, 4), None) == (1, 2, 3, 4)
    assert joined(None, None) is None
