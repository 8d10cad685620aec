"""steady_alphas: edges that boil are calmed, those that move keep moving."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.matting import EdgeSettings, frame_alphas, steady_alphas
from tests.core.matting.scenes import Scene, motion_blur
from tests.core.matting.stability import alpha_change

COUNT = 7
EDGES = {1: EdgeSettings(width=12)}


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    """A disc that moves three pixels a frame, its pictures noisy and its masks a little wrong, each its own way."""
    random = np.random.default_rng(5)
    found = []
    for frame in range(COUNT):
        scene = motion_blur(60 + 3 * frame, noise=0.04)
        found.append(Scene(scene.image, scene.alpha, scene.own, np.roll(scene.mask, random.integers(-2, 3), axis=1)))
    return found


def steady(scenes: list[Scene], frames: range = range(COUNT)) -> list[NDArray[np.float32]]:
    found = steady_alphas(
        lambda frame: scenes[frame].image, lambda frame: scenes[frame].mask.astype(np.uint8), frames, COUNT, EDGES
    )
    return [alphas[1] for _, alphas in found]


def test_what_is_the_same_changes_less(scenes: list[Scene]) -> None:
    alone = [frame_alphas(scene.image, scene.mask.astype(np.uint8), EDGES)[1] for scene in scenes]

    def change(alphas: list[NDArray[np.float32]]) -> float:
        pairs = range(1, COUNT)
        return float(
            np.mean([alpha_change(alphas[i - 1], alphas[i], scenes[i - 1].image, scenes[i].image) for i in pairs])
        )

    def error(alphas: list[NDArray[np.float32]]) -> float:
        return float(np.mean([np.abs(alpha - scene.alpha).mean() for alpha, scene in zip(alphas, scenes, strict=True)]))

    calmed = steady(scenes)
    assert change(calmed) < 0.8 * change(alone)
    assert error(calmed) <= error(alone)


def test_a_frame_does_not_depend_on_which_others_are_asked_for(scenes: list[Scene]) -> None:
    np.testing.assert_array_equal(steady(scenes, range(3, 4))[0], steady(scenes)[3])


def test_hard_objects_stay_their_masks_and_absent_ones_are_left_out(scenes: list[Scene]) -> None:
    labels = [scene.mask.astype(np.uint8) * 2 for scene in scenes]
    found = list(steady_alphas(lambda frame: scenes[frame].image, lambda frame: labels[frame], [0, 6], COUNT, EDGES))
    assert [frame for frame, _ in found] == [0, 6]
    for frame, alphas in found:
        assert set(alphas) == {2}
        np.testing.assert_array_equal(alphas[2], labels[frame] == 2)


def test_an_object_that_comes_and_goes_is_not_smeared(scenes: list[Scene]) -> None:
    def labels(frame: int) -> NDArray[np.uint8]:
        mask = scenes[frame].mask.astype(np.uint8)
        return mask if frame == 3 else np.zeros_like(mask)

    found = dict(steady_alphas(lambda frame: scenes[frame].image, labels, range(COUNT), COUNT, EDGES))
    assert {frame for frame, alphas in found.items() if alphas} == {3}
    np.testing.assert_array_equal(found[3][1], frame_alphas(scenes[3].image, labels(3), EDGES)[1])
