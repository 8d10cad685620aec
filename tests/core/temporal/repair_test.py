"""Repairs over time on a disc that moves over a textured ground, its true masks known."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.temporal.repair import RepairOptions, RepairReport, repair
from lipcore.temporal.shapes import overlap
from lipcore.temporal.track import FunctionTrack

FRAMES, HEIGHT, WIDTH = 16, 96, 160
Masks = NDArray[np.bool_]


@pytest.fixture(scope="module")
def scene() -> tuple[NDArray[np.uint8], Masks]:
    """Pictures (T, H, W, 3) and true masks (T, H, W) of a textured ellipse that moves five pixels a frame and grows."""
    random = np.random.default_rng(3)
    ground = cv2.GaussianBlur(random.integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8), (0, 0), 2)
    texture = cv2.GaussianBlur(random.integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8), (0, 0), 2)
    pictures, masks = [], []
    for frame in range(FRAMES):
        mask = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.ellipse(mask, (35 + 5 * frame, 48), (20 + frame // 3, 14), 0, 0, 360, 1, -1)
        moved = np.roll(texture, 5 * frame, axis=1)
        pictures.append(np.where(mask[..., None] > 0, moved // 2 + 120, ground // 2).astype(np.uint8))
        masks.append(mask > 0)
    return np.stack(pictures), np.stack(masks)


def repaired(
    scene: tuple[NDArray[np.uint8], Masks], masks: Masks, options: RepairOptions, fixed: tuple[int, ...] = ()
) -> tuple[Masks, Mapping[int, Masks]]:
    """All masks after the repair, and what it changed."""
    pictures, _ = scene
    track = FunctionTrack(FRAMES, masks.__getitem__, pictures.__getitem__, frozenset(fixed))
    steps, told = repair(track, range(FRAMES), options), []
    while True:
        try:
            told.append(next(steps))
        except StopIteration as end:
            changed = end.value
            break
    assert [step.done for step in told] == list(range(1, len(told) + 1))
    assert all(isinstance(step, RepairReport) and step.total == len(told) for step in told)
    after = masks.copy()
    for frame, mask in changed.items():
        after[frame] = mask
    return after, changed


def quality(masks: Masks, truth: Masks) -> list[float]:
    return [overlap(one, other) for one, other in zip(masks, truth, strict=True)]


def test_a_short_gap_is_filled_and_a_long_one_is_not(scene: tuple[NDArray[np.uint8], Masks]) -> None:
    truth, masks = scene[1], scene[1].copy()
    masks[4:6] = False
    masks[9:14] = False
    after, changed = repaired(scene, masks, RepairOptions(gaps=3))
    assert sorted(changed) == [4, 5]
    assert min(quality(after, truth)[4:6]) > 0.85
    after, changed = repaired(scene, masks, RepairOptions(gaps=5))
    assert sorted(changed) == [4, 5, 9, 10, 11, 12, 13]
    assert min(quality(after, truth)) > 0.8


def test_a_gap_that_a_person_made_stays(scene: tuple[NDArray[np.uint8], Masks]) -> None:
    masks = scene[1].copy()
    masks[4:7] = False
    _, changed = repaired(scene, masks, RepairOptions(gaps=5), fixed=(5,))
    assert changed == {}


def test_the_end_of_the_object_is_no_gap(scene: tuple[NDArray[np.uint8], Masks]) -> None:
    masks = scene[1].copy()
    masks[:2] = False
    masks[14:] = False
    assert repaired(scene, masks, RepairOptions(gaps=5, flicker=1))[1] == {}


def test_flicker_is_removed_and_good_frames_stay(scene: tuple[NDArray[np.uint8], Masks]) -> None:
    truth, masks = scene[1], scene[1].copy()
    masks[3] = False
    masks[5] = False
    masks[8, :, : 35 + 5 * 8] = False  # the left half is gone
    masks[11, 60:90, :60] = True  # and here too much is there
    before, (after, changed) = quality(masks, truth), repaired(scene, masks, RepairOptions(flicker=1))
    assert sorted(changed) == [3, 5, 8, 11]
    assert max(before[frame] for frame in changed) < 0.75
    assert min(quality(after, truth)) > 0.85


def test_flicker_of_two_frames_needs_two(scene: tuple[NDArray[np.uint8], Masks]) -> None:
    truth, masks = scene[1], scene[1].copy()
    masks[6:8] = np.roll(masks[6:8], 40, axis=1)
    assert not {6, 7} & set(repaired(scene, masks, RepairOptions(flicker=1))[1])
    after, changed = repaired(scene, masks, RepairOptions(flicker=2))
    assert sorted(changed) == [6, 7]
    assert min(quality(after, truth)) > 0.85


def test_an_object_that_shows_for_one_frame_is_flicker(scene: tuple[NDArray[np.uint8], Masks]) -> None:
    masks = np.zeros_like(scene[1])
    masks[7] = scene[1][7]
    assert repaired(scene, masks, RepairOptions(flicker=1))[0].sum() == 0
    assert repaired(scene, masks, RepairOptions(flicker=1), fixed=(7,))[1] == {}


def test_specks_and_holes_go_but_what_lasts_stays(scene: tuple[NDArray[np.uint8], Masks]) -> None:
    truth, masks = scene[1], scene[1].copy()
    masks[5, 5:9, 140:144] = True  # a speck of one frame
    masks[8, 45:49, 35 + 5 * 8 - 2 : 35 + 5 * 8 + 2] = False  # a hole of one frame
    masks[:, 85:89, 10:14] = True  # on the ground, in all frames
    after, changed = repaired(scene, masks, RepairOptions(clean=True))
    assert sorted(changed) == [5, 8]
    assert not after[5, 5:9, 140:144].any()
    assert after[8, 45:49, 35 + 5 * 8 - 2 : 35 + 5 * 8 + 2].all()
    assert after[:, 85:89, 10:14].all()
    assert quality(after & truth, truth) == [1.0] * FRAMES


def test_trembling_edges_become_calmer(scene: tuple[NDArray[np.uint8], Masks]) -> None:
    truth = scene[1]
    kernels = [np.ones((3, 3), np.uint8), np.ones((5, 5), np.uint8)]
    masks = np.stack(
        [
            (cv2.dilate if frame % 2 else cv2.erode)(mask.astype(np.uint8), kernels[frame % 2]) > 0
            for frame, mask in enumerate(truth)
        ]
    )
    before, after = quality(masks, truth), quality(repaired(scene, masks, RepairOptions(smooth=2))[0], truth)
    assert np.mean(after) > np.mean(before) + 0.03


def test_the_shape_passes_from_one_painted_frame_to_the_next(scene: tuple[NDArray[np.uint8], Masks]) -> None:
    truth, masks = scene[1], np.zeros_like(scene[1])
    for frame in (2, 8, 13):
        masks[frame] = truth[frame]
    masks[5, :20, :20] = True  # what the network had made there
    after, changed = repaired(scene, masks, RepairOptions(interpolate=True), fixed=(2, 8, 13))
    assert sorted(changed) == [frame for frame in range(3, 13) if frame != 8]
    assert min(quality(after, truth)[2:14]) > 0.85


def test_nothing_a_person_answers_for_changes(scene: tuple[NDArray[np.uint8], Masks]) -> None:
    masks = scene[1].copy()
    masks[5] = False
    masks[8, 5:9, 140:144] = True
    options = RepairOptions(interpolate=True, gaps=3, flicker=2, clean=True, smooth=2)
    assert repaired(scene, masks, options, fixed=tuple(range(FRAMES)))[1] == {}


def test_what_cannot_be_done_is_a_sentence(scene: tuple[NDArray[np.uint8], Masks]) -> None:
    with pytest.raises(LipError, match="at least one repair"):
        repaired(scene, scene[1], RepairOptions())
    with pytest.raises(LipError, match="from 0 to"):
        RepairOptions(gaps=99)
