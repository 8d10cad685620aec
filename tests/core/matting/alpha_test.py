"""object_alpha: hard edges are the mask, soft ones come nearer to the truth, and each setting does what it says."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.matting import EdgeSettings, object_alpha
from tests.core.matting.scenes import HEIGHT, WIDTH, Scene, hair, motion_blur


def error(alpha: NDArray[np.float32], scene: Scene) -> float:
    """The mean absolute difference from the truth over the pixels about the mask's edge."""
    edge = cv2.morphologyEx(scene.mask.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((25, 25), np.uint8)) > 0
    return float(np.abs(alpha - scene.alpha)[edge].mean())


def test_hard_edges_are_the_mask() -> None:
    scene = motion_blur()
    alpha = object_alpha(scene.image, scene.mask, EdgeSettings())
    assert alpha.dtype == np.float32
    np.testing.assert_array_equal(alpha, scene.mask)


@pytest.mark.parametrize(("scene", "width"), [(motion_blur(), 10), (motion_blur(), 16), (hair(), 12)])
def test_a_soft_edge_is_nearer_to_the_truth(scene: Scene, width: float) -> None:
    alpha = object_alpha(scene.image, scene.mask, EdgeSettings(width=width))
    assert alpha.dtype == np.float32
    assert 0 <= alpha.min() <= alpha.max() <= 1
    assert error(alpha, scene) < 0.6 * error(scene.mask.astype(np.float32), scene)


def test_what_is_far_from_the_edge_stays() -> None:
    scene = motion_blur()
    alpha = object_alpha(scene.image, scene.mask, EdgeSettings(width=6))
    near = cv2.morphologyEx(scene.mask.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((15, 15), np.uint8)) > 0
    np.testing.assert_array_equal(alpha[~near], scene.mask[~near])


def test_a_thin_part_keeps_its_middle() -> None:
    mask = np.zeros((HEIGHT, WIDTH), np.bool_)
    mask[50:70, 40:80] = True
    mask[59:62, 80:150] = True  # a tail of three pixels, of the colour of what is behind it
    image = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    alpha = object_alpha(image, mask, EdgeSettings(width=12))
    np.testing.assert_array_equal(alpha[60, 82:148], 1)


def test_the_frame_around_does_not_matter() -> None:
    scene = hair()
    edges = EdgeSettings(width=8, shift=2, contrast=1.5, feather=2)
    whole = object_alpha(scene.image, scene.mask, edges)
    image, mask = (
        np.pad(each, [(40, 40), (40, 40), (0, 0)][: each.ndim], mode="edge") for each in (scene.image, scene.mask)
    )
    np.testing.assert_allclose(object_alpha(image, mask, edges)[40:-40, 40:-40], whole, atol=1e-4)


@pytest.mark.parametrize("shift", [-6.0, -2.5, 1.5, 5.0])
def test_shift_moves_the_edge(shift: float) -> None:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    mask = np.hypot(rows - 60, columns - 90) < 30
    alpha = object_alpha(np.zeros((HEIGHT, WIDTH, 3), np.uint8), mask, EdgeSettings(shift=shift))
    assert np.sqrt(alpha.sum() / np.pi) == pytest.approx(30 + shift, abs=0.4)


def test_contrast_steepens_about_the_half() -> None:
    scene = motion_blur()
    plain = object_alpha(scene.image, scene.mask, EdgeSettings(width=8))
    steep = object_alpha(scene.image, scene.mask, EdgeSettings(width=8, contrast=3))
    assert (steep[plain > 0.55] >= plain[plain > 0.55]).all()
    assert (steep[plain < 0.45] <= plain[plain < 0.45]).all()
    assert np.count_nonzero((steep > 0.1) & (steep < 0.9)) < 0.7 * np.count_nonzero((plain > 0.1) & (plain < 0.9))


def test_feather_blurs_and_keeps_the_amount() -> None:
    mask = np.zeros((HEIGHT, WIDTH), np.bool_)
    mask[40:80, 60:120] = True
    alpha = object_alpha(np.zeros((HEIGHT, WIDTH, 3), np.uint8), mask, EdgeSettings(feather=4))
    assert alpha.sum() == pytest.approx(mask.sum(), rel=0.001)
    assert alpha[60, 60] == pytest.approx(0.55, abs=0.06)
    assert 0 < alpha[60, 55] < alpha[60, 58] < alpha[60, 61] < 1


def test_an_object_that_is_not_there_has_no_alpha() -> None:
    empty = np.zeros((HEIGHT, WIDTH), np.bool_)
    assert not object_alpha(motion_blur().image, empty, EdgeSettings(width=8, feather=3)).any()
