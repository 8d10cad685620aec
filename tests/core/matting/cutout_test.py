"""cutout and tinted: premultiplied pictures of soft objects; alpha_change: how it is measured."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.matting import cutout, foreground_colours, tinted
from lipcore.palette import davis_palette
from tests.core.matting.scenes import HEIGHT, WIDTH, motion_blur
from tests.core.matting.stability import alpha_change


def test_a_cut_out_is_premultiplied_in_the_object_s_own_colours() -> None:
    scene = motion_blur()
    picture = cutout(scene.image, {1: scene.alpha})
    np.testing.assert_array_equal(picture[..., 3], np.rint(255 * scene.alpha))
    assert (picture[..., :3] <= picture[..., 3:]).all()
    assert not picture[scene.alpha == 0].any()
    colours = foreground_colours(scene.image, scene.alpha) * scene.alpha[..., None]
    assert np.abs(picture[..., :3] / 255 - colours).max() <= 0.5 / 255 + 1e-6


def test_nothing_cut_out_is_an_empty_picture() -> None:
    scene = motion_blur()
    assert not cutout(scene.image, {}).any()
    assert not tinted({1: np.zeros((HEIGHT, WIDTH), np.float32)}, davis_palette(), (HEIGHT, WIDTH)).any()


def test_tints_of_objects_add_up() -> None:
    half = np.zeros((HEIGHT, WIDTH), np.float32)
    half[10:20, 10:20] = 0.5
    picture = tinted({1: half, 2: half}, davis_palette(), (HEIGHT, WIDTH))
    assert picture[15, 15].tolist() == [64, 64, 0, 255]
    assert not picture[:10].any()


def test_alphas_that_move_with_the_picture_do_not_change() -> None:
    before, after = motion_blur(80), motion_blur(84)
    moving = alpha_change(before.alpha, after.alpha, before.image, after.image)
    boiling = alpha_change(before.alpha, np.roll(after.alpha, 6, axis=1), before.image, after.image)
    assert moving < 0.5 * boiling
    assert alpha_change(after.alpha, after.alpha, after.image, after.image) == pytest.approx(0, abs=1e-3)
    empty = np.zeros_like(after.alpha)
    assert np.isnan(alpha_change(empty, empty, before.image, after.image))
