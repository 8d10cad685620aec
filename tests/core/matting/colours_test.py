"""foreground_colours: what lay behind the object does not colour its edge."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.matting import foreground_colours
from tests.core.matting.scenes import Scene, hair, motion_blur


@pytest.mark.parametrize("scene", [motion_blur(), hair()])
def test_colours_come_nearer_to_the_objects_own(scene: Scene) -> None:
    colours = foreground_colours(scene.image, scene.alpha)
    assert colours.dtype == np.float32
    assert 0 <= colours.min() <= colours.max() <= 1
    edge = (scene.alpha > 0.05) & (scene.alpha < 0.95)
    before = np.abs(scene.image / 255 - scene.own)[edge].mean()
    after = np.abs(colours - scene.own)[edge].mean()
    assert after < 0.4 * before


def test_the_inside_and_the_far_outside_are_the_pictures_own() -> None:
    scene = motion_blur()
    colours = foreground_colours(scene.image, scene.alpha)
    np.testing.assert_allclose(colours[scene.alpha == 1], scene.image[scene.alpha == 1] / 255, atol=1e-6)
    np.testing.assert_allclose(colours[:, :20], scene.image[:, :20] / 255, atol=1e-6)


def test_over_its_own_background_the_picture_comes_back() -> None:
    scene = motion_blur()
    alpha, colours = scene.alpha[..., None], foreground_colours(scene.image, scene.alpha)
    over_black = alpha * colours
    expected = alpha * scene.own
    assert np.abs(over_black - expected).mean() < 0.3 * np.abs(alpha * (scene.image / 255) - expected).mean()


def test_a_hard_alpha_leaves_the_picture() -> None:
    scene = motion_blur()
    colours = foreground_colours(scene.image, scene.mask.astype(np.float32))
    np.testing.assert_allclose(colours, scene.image / 255, atol=1e-6)
