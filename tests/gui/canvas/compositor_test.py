"""Sampling the picture at screen resolution: exact at whole scales, and the same in parts as in whole."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.palette import davis_palette
from lipgui.canvas.compositor import Compositor, bands
from lipgui.canvas.overlay import OverlayStyle
from lipgui.tools.geometry import ViewGeometry

RANDOM = np.random.default_rng(0)


@pytest.fixture
def compositor() -> Compositor:
    compositor = Compositor()
    compositor.set_frame(RANDOM.integers(0, 256, (40, 60, 3), np.uint8))
    compositor.labels = RANDOM.integers(0, 3, (40, 60), np.uint8)
    return compositor


def test_nothing_is_visible_without_a_frame() -> None:
    assert Compositor().visible(ViewGeometry(), (0, 0, 10, 10)) is None


def test_visible_is_the_part_on_the_picture(compositor: Compositor) -> None:
    geometry = ViewGeometry(2.0, 10.0, 5.0)
    assert compositor.visible(geometry, (0, 0, 50, 1000)) == (10, 5, 50, 85)
    assert compositor.visible(geometry, (0, 0, 10, 10)) is None


def test_at_full_size_pixels_are_those_of_the_frame(compositor: Compositor) -> None:
    assert compositor.frame is not None
    pixels = compositor.frame_pixels(ViewGeometry(1.0, 3.0, 4.0), (13, 24, 33, 44))
    assert np.array_equal(pixels[..., 2::-1], compositor.frame[20:40, 10:30])


def test_enlarged_pixels_are_squares(compositor: Compositor) -> None:
    assert compositor.frame is not None
    pixels = compositor.frame_pixels(ViewGeometry(4.0), (0, 0, 16, 8))
    assert np.array_equal(pixels[..., 2::-1], compositor.frame[:2, :4].repeat(4, 0).repeat(4, 1))


def test_reduced_pixels_are_averages(compositor: Compositor) -> None:
    assert compositor.frame is not None
    pixels = compositor.frame_pixels(ViewGeometry(0.5), (0, 0, 30, 20))[..., 2::-1].astype(float)
    mean = compositor.frame.reshape(20, 2, 30, 2, 3).mean((1, 3))
    assert np.abs(pixels - mean).max() <= 1


@pytest.mark.parametrize("scale", [0.3, 0.62, 1.0, 1.7, 5.3])
@pytest.mark.parametrize("mode", ["tint", "contour", "cutout"])
def test_parts_equal_the_whole(compositor: Compositor, scale: float, mode: str) -> None:
    geometry = ViewGeometry(scale, 3.4, -2.6)
    style = OverlayStyle(davis_palette(), mode)  # type: ignore[arg-type]
    compositor.onion = compositor.labels
    whole = compositor.visible(geometry, (0, 0, 90, 70))
    assert whole is not None
    left, top, right, bottom = whole
    part = (left + 3, top + 2, right - 1, bottom - 1)
    inner = slice(2, bottom - top - 1), slice(3, right - left - 1)
    for layer in (compositor.overlay, compositor.onion_overlay):
        all_of_it, some = layer(geometry, whole, style), layer(geometry, part, style)
        assert all_of_it is not None
        assert some is not None
        assert np.array_equal(all_of_it[inner], some)
    frames = compositor.frame_pixels(geometry, whole)[inner].astype(int) - compositor.frame_pixels(geometry, part)
    assert np.abs(frames).max() <= 16  # the interpolation counts in thirty-seconds of a pixel


def test_no_overlay_where_there_is_nothing(compositor: Compositor) -> None:
    style = OverlayStyle(davis_palette())
    compositor.labels = np.zeros((40, 60), np.uint8)
    assert compositor.overlay(ViewGeometry(), (0, 0, 60, 40), style) is None
    assert compositor.onion_overlay(ViewGeometry(), (0, 0, 60, 40), style) is None
    assert compositor.overlay(ViewGeometry(), (0, 0, 60, 40), OverlayStyle(davis_palette(), "cutout")) is not None


def test_bands_cover_the_rectangle_once() -> None:
    rect = (5, 7, 1925, 1087)
    strips = list(bands(rect))
    assert len(strips) > 1
    assert [strip[1] for strip in strips] == [7, *(strip[3] for strip in strips[:-1])]
    assert strips[-1][3] == 1087
    assert {(strip[0], strip[2]) for strip in strips} == {(5, 1925)}
    assert list(bands((0, 0, 3, 2))) == [(0, 0, 3, 2)]
