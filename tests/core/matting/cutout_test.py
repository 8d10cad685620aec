"""cutout and tinted: premultiplied pictures of soft objects."""

from __future__ import annotations

import numpy as np

from lipcore.matting import cutout, foreground_colours, tinted
from lipcore.palette import davis_palette
from tests.core.matting.scenes import HEIGHT, WIDTH, motion_blur


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
