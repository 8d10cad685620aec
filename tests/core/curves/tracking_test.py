"""Tracking: pictures whose motion is known, and pictures in which there is nothing to follow."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.curves.shape import Shape
from lipcore.curves.tracking import track
from tests.core.curves.shapes import square

Image = NDArray[np.uint8]


def _texture(seed: int, size: tuple[int, int]) -> Image:
    noise = np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), 1.5), np.uint8)


def _moving_patch(frame: int) -> Image:
    """A patch of 40 x 40 that moves by 3 pixels right and 1 down a frame, over another texture."""
    picture = _texture(1, (120, 160))
    left, top = 20 + 3 * frame, 20 + frame
    picture[top : top + 40, left : left + 40] = _texture(2, (40, 40))
    return picture


def test_a_shape_follows_a_moving_patch() -> None:
    found = list(track(square(20, 20, 40), range(11), _moving_patch))
    assert [each.frame for each in found] == list(range(1, 11))
    assert all(each.is_sure for each in found)
    np.testing.assert_allclose(found[-1].shape.places, square(50, 30, 40).places, atol=0.5)


def test_it_is_followed_backward_as_well() -> None:
    found = list(track(square(50, 30, 40), range(10, -1, -1), _moving_patch))
    np.testing.assert_allclose(found[-1].shape.places, square(20, 20, 40).places, atol=0.5)


def test_a_flat_square_is_followed_by_its_corners() -> None:
    def image(frame: int) -> Image:
        picture = np.full((80, 120, 3), 40, np.uint8)
        picture[20:45, 10 + 4 * frame : 35 + 4 * frame] = (220, 180, 60)
        return picture

    found = list(track(square(10, 20, 25), range(6), image))
    np.testing.assert_allclose(found[-1].shape.places, square(30, 20, 25).places, atol=0.5)
    assert found[-1].is_sure


def test_turn_and_growth_are_followed() -> None:
    plain = _texture(3, (160, 160))
    step = cv2.getRotationMatrix2D((80, 80), 3, 1.02)

    def image(frame: int) -> Image:
        matrix = cv2.getRotationMatrix2D((80, 80), 3 * frame, 1.02**frame)
        return np.asarray(cv2.warpAffine(plain, matrix, (160, 160), flags=cv2.INTER_CUBIC), np.uint8)

    expected = square(60, 60, 40).places
    for _ in range(4):
        expected = np.c_[expected - 0.5, np.ones(4)] @ step.T + 0.5
    found = list(track(square(60, 60, 40), range(5), image))
    np.testing.assert_allclose(found[-1].shape.places, expected, atol=0.5)


@pytest.mark.parametrize("kind", ["flat", "cut"])
def test_it_says_when_it_is_unsure(kind: str) -> None:
    def image(frame: int) -> Image:
        return np.full((60, 60, 3), 90, np.uint8) if kind == "flat" else _texture(frame, (60, 60))

    shape = Shape.polygon([(15, 15), (45, 15), (45, 45), (15, 45)])
    found = list(track(shape, range(3), image))
    assert not any(each.is_sure for each in found)
    if kind == "flat":
        assert found[-1].shape == shape
