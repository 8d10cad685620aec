"""frame_alphas: objects that touch share their pixels without a seam, and hard ones give way to soft ones."""

from __future__ import annotations

import numpy as np

from lipcore.matting import EdgeSettings, frame_alphas, object_alpha
from tests.core.matting.scenes import motion_blur


def test_alphas_of_touching_objects_sum_to_one_at_most() -> None:
    scene = motion_blur()
    labels = scene.mask.astype(np.uint8)
    labels[:, 90:][labels[:, 90:] > 0] = 2
    labels[0, 0] = 255
    edges = {1: EdgeSettings(width=12, feather=2), 2: EdgeSettings(width=5, shift=4)}
    alphas = frame_alphas(scene.image, labels, edges)
    assert set(alphas) == {1, 2}
    assert sum(alphas.values()).max() <= 1 + 1e-5
    assert min(alpha.max() for alpha in alphas.values()) > 0.99


def test_a_hard_object_gives_way_beside_a_soft_one_and_nowhere_else() -> None:
    scene = motion_blur()
    labels = scene.mask.astype(np.uint8)
    labels[:, 90:][labels[:, 90:] > 0] = 2
    soft = {1: EdgeSettings(width=10, feather=3)}
    alphas = frame_alphas(scene.image, labels, soft)
    alone = object_alpha(scene.image, labels == 1, soft[1])
    np.testing.assert_allclose(alphas[1], alone, atol=0.02)  # soft on both sides of where they touch
    np.testing.assert_array_equal(alphas[2][:, 130:], labels[:, 130:] == 2)
    assert (alphas[1] + alphas[2]).max() <= 1 + 1e-5


def test_between_objects_no_seam_shows() -> None:
    scene = motion_blur()
    labels = scene.mask.astype(np.uint8)
    labels[:, 90:][labels[:, 90:] > 0] = 2
    alphas = frame_alphas(scene.image, labels, {1: EdgeSettings(width=6)})
    middle = slice(50, 70), slice(80, 100)
    np.testing.assert_allclose((alphas[1] + alphas[2])[middle], 1, atol=1e-5)
    apart = frame_alphas(scene.image, labels, {1: EdgeSettings(width=6, shift=-3)})  # as wanted
    assert (apart[1] + apart[2])[middle].min() < 0.1
