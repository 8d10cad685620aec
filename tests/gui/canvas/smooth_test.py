"""Smooth outlines: straight where the mask's edge has steps, and every pixel's centre on its own side."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.palette import davis_palette
from lipgui.canvas.compositor import Compositor, SoftPicture
from lipgui.canvas.overlay import OverlayStyle
from lipgui.tools.geometry import ViewGeometry


def seen(compositor: Compositor, style: OverlayStyle, scale: float) -> NDArray[np.uint8]:
    """All of the overlay at a scale, (h, w, 4) blue, green, red, alpha."""
    geometry = ViewGeometry(scale)
    rect = compositor.visible(geometry, (0, 0, 4000, 4000))
    assert rect is not None
    pixels = compositor.overlay(geometry, rect, style)
    assert pixels is not None
    return np.ascontiguousarray(pixels).view(np.uint8).reshape(*pixels.shape, 4)


@pytest.fixture
def slope() -> Compositor:
    """Everything below a line that falls one pixel in five: the edge of the mask has steps of five pixels."""
    rows, columns = np.mgrid[:60, :100]
    compositor = Compositor()
    compositor.set_frame(np.zeros((60, 100, 3), np.uint8))
    compositor.labels = (rows > 20 + columns / 5).astype(np.uint8)
    return compositor


def edge_heights(alpha: NDArray[np.uint8], scale: float) -> NDArray[np.float64]:
    """Where the matte of the slope begins in each column away from the ends, in pixels of the video."""
    heights = (255 - alpha.astype(float)).sum(axis=0) / 255 / scale
    return heights[int(10 * scale) : int(-10 * scale)]


@pytest.mark.parametrize("scale", [1.0, 2.5, 4.0, 7.5])
def test_an_edge_with_steps_is_drawn_as_a_line(slope: Compositor, scale: float) -> None:
    heights = edge_heights(seen(slope, OverlayStyle(davis_palette(), "matte"), scale)[..., 0], scale)
    line = np.polyval(np.polyfit(np.arange(len(heights)), heights, 1), np.arange(len(heights)))
    assert slope.labels is not None
    steps = np.count_nonzero(slope.labels == 0, axis=0)[10:-10]
    straight = np.polyval(np.polyfit(np.arange(len(steps)), steps, 1), np.arange(len(steps)))
    assert np.abs(heights - line).max() < 0.5 * np.abs(steps - straight).max()


def test_far_enlarged_every_pixel_is_seen(slope: Compositor) -> None:
    alpha = seen(slope, OverlayStyle(davis_palette(), "matte"), 9.0)[..., 0]
    assert slope.labels is not None
    np.testing.assert_array_equal(alpha, 255 * slope.labels.repeat(9, 0).repeat(9, 1))


@pytest.mark.parametrize("scale", [1.0, 3.0, 5.0])
def test_centres_of_pixels_stay_on_their_side(scale: float) -> None:
    labels = (np.random.default_rng(2).random((40, 60)) < 0.3).astype(np.uint8)  # single pixels, thin lines, holes
    compositor = Compositor()
    compositor.set_frame(np.zeros((40, 60, 3), np.uint8))
    compositor.labels = labels
    alpha = seen(compositor, OverlayStyle(davis_palette(), "matte"), scale)[..., 0]
    centre = int(scale) // 2
    np.testing.assert_array_equal(alpha[centre :: int(scale), centre :: int(scale)] > 127, labels > 0)


def test_touching_objects_leave_no_gap_over_a_backdrop() -> None:
    compositor = Compositor()
    compositor.set_frame(np.zeros((40, 60, 3), np.uint8))
    compositor.labels = np.where(np.mgrid[:40, :60][1] < 30, 1, 2).astype(np.uint8)
    alpha = seen(compositor, OverlayStyle(davis_palette(), "white"), 2.0)[..., 3]
    assert not alpha.any()


def test_backdrops_are_what_their_names_say() -> None:
    compositor = Compositor()
    compositor.set_frame(np.zeros((40, 60, 3), np.uint8))
    compositor.labels = np.zeros((40, 60), np.uint8)
    colours = {
        "black": (0, 0, 0),
        "white": (255, 255, 255),
        "colour": (10, 20, 30),
        "matte": (0, 0, 0),
        "alpha": (0, 0, 0),
        "edges": (0, 0, 0),
    }
    for mode, (red, green, blue) in colours.items():
        style = OverlayStyle(davis_palette(), mode, backdrop=(10, 20, 30))  # type: ignore[arg-type]
        assert (seen(compositor, style, 1.0) == (blue, green, red, 255)).all(), mode
    board = seen(compositor, OverlayStyle(davis_palette(), "checkerboard"), 1.0)[..., 0]
    assert len(np.unique(board)) == 2
    assert np.array_equal(board[:24, :24], board[12:36, 12:36])


def test_soft_edges_take_the_place_of_the_masks() -> None:
    compositor = Compositor()
    compositor.set_frame(np.full((20, 30, 3), 200, np.uint8))
    compositor.labels = np.ones((20, 30), np.uint8)
    alpha = np.full((20, 30), 128, np.uint8)
    red = np.zeros_like(alpha)
    compositor.set_soft(
        SoftPicture(np.dstack((red, red, alpha, alpha)), np.dstack((alpha, red, red, alpha)))  # red; tinted blue
    )
    palette = davis_palette()
    assert (seen(compositor, OverlayStyle(palette, "alpha"), 1.0) == (128, 128, 128, 255)).all()
    assert (seen(compositor, OverlayStyle(palette, "white"), 1.0) == (127, 127, 255, 255)).all()
    assert (seen(compositor, OverlayStyle(palette, "black"), 1.0) == (0, 0, 128, 255)).all()
    assert (seen(compositor, OverlayStyle(palette, "tint", 0.5), 1.0) == (64, 0, 0, 64)).all()
    assert (seen(compositor, OverlayStyle(palette, "matte"), 1.0) == 255).all()  # the masks themselves
    compositor.set_frame(np.zeros((20, 30, 3), np.uint8))
    assert not compositor.is_soft  # they were of another frame


def test_dashed_lines_are_smooth_too(slope: Compositor) -> None:
    slope.onion = slope.labels
    pixels = slope.onion_overlay(ViewGeometry(3.0), (0, 0, 300, 180), OverlayStyle(davis_palette()))
    assert pixels is not None
    alphas = np.unique(np.ascontiguousarray(pixels).view(np.uint8).reshape(180, 300, 4)[..., 3])
    assert {0, 255} < set(alphas.tolist())  # with steps between
    lines = cv2.morphologyEx(np.asarray(slope.labels), cv2.MORPH_GRADIENT, np.ones((9, 9), np.uint8))
    assert not pixels[cv2.resize(lines, (300, 180), interpolation=cv2.INTER_NEAREST) == 0].any()
