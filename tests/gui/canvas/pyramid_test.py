"""A picture through a geometry: averaged where it is reduced, squares where it is enlarged."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lipgui.canvas.pyramid import Pyramid, nearest
from lipgui.tools.geometry import ViewGeometry


@pytest.fixture
def noise() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (40, 64, 4), dtype=np.uint8)


def test_at_its_own_size_every_pixel_is_itself(noise: NDArray[np.uint8]) -> None:
    seen = Pyramid(noise, 3.0).pixels(ViewGeometry(1.0, 5, 2), (5, 2, 69, 42))
    assert np.array_equal(seen, noise)


def test_a_reduced_picture_is_averaged(noise: NDArray[np.uint8]) -> None:
    seen = Pyramid(noise, 3.0).pixels(ViewGeometry(0.5), (0, 0, 32, 20))
    means = noise.reshape(20, 2, 32, 2, 4).mean(axis=(1, 3))
    assert np.abs(seen - means).max() <= 1


def test_a_fine_pattern_is_grey_at_any_reduction() -> None:
    board = np.zeros((256, 256, 4), np.uint8)
    board[::2, ::2] = board[1::2, 1::2] = 255
    pyramid = Pyramid(board, 3.0)
    for scale in (0.02, 0.1, 0.25, 0.4):
        seen = pyramid.pixels(ViewGeometry(scale), (0, 0, int(256 * scale), int(256 * scale)))
        assert np.abs(seen.astype(int) - 127).max() <= 3


def test_enlarged_pixels_are_squares_from_a_scale_on(noise: NDArray[np.uint8]) -> None:
    pyramid = Pyramid(noise, 3.0)
    blocks = pyramid.pixels(ViewGeometry(4.0), (0, 0, 256, 160))
    assert np.array_equal(blocks, noise.repeat(4, 0).repeat(4, 1))
    smooth = pyramid.pixels(ViewGeometry(2.0), (0, 0, 128, 80))
    assert not np.array_equal(smooth, noise.repeat(2, 0).repeat(2, 1))


@pytest.mark.parametrize("scale", [0.37, 1.0, 1.7, 5.0])
def test_a_part_is_that_part_of_the_whole(noise: NDArray[np.uint8], scale: float) -> None:
    pyramid, geometry = Pyramid(noise, 3.0), ViewGeometry(scale, 3.5, -1.25)
    width, height = int(64 * scale), int(40 * scale)
    whole = pyramid.pixels(geometry, (0, 0, width, height)).astype(int)
    part = pyramid.pixels(geometry, (5, 3, width - 2, height - 4)).astype(int)
    assert np.abs(part - whole[3 : height - 4, 5 : width - 2]).max() <= 4


def test_beside_the_picture_its_border_goes_on() -> None:
    labels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    seen = nearest(labels, ViewGeometry(2.0), (0, 0, 2, 2), margin=3)
    assert seen.shape == (8, 8)
    assert (seen[:4, :4] == 0).all()
    assert seen[-1, -1] == labels[2, 2]
