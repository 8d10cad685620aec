"""The bundled clip is a video of three objects that hide each other, and its true masks fit it."""

from __future__ import annotations

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.masks import object_ids, read_label_map
from lipcore.resources import resource

ASTRONAUT, CAT, MOTORCYCLE = 1, 2, 3


@pytest.fixture(scope="module")
def frames() -> list[NDArray[np.uint8]]:
    with av.open(str(resource("sample/clip.mp4"))) as container:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)]


@pytest.fixture(scope="module")
def masks() -> list[NDArray[np.uint8]]:
    return [read_label_map(path) for path in sorted(resource("sample/masks").glob("*.png"))]


def touching(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> int:
    """How many pixels of `first` have a pixel of `second` to the right or below."""
    beside = (first[:, :-1] & second[:, 1:]).sum() + (first[:-1] & second[1:]).sum()
    return int(beside)


def test_every_frame_has_a_mask_of_its_size(frames: list[NDArray[np.uint8]], masks: list[NDArray[np.uint8]]) -> None:
    assert len(frames) == len(masks) == 48
    assert {frame.shape for frame in frames} == {(480, 854, 3)}
    assert {labels.shape for labels in masks} == {(480, 854)}


def test_masks_are_named_by_frame() -> None:
    names = [path.name for path in sorted(resource("sample/masks").iterdir())]
    assert names == [f"{frame:05d}.png" for frame in range(48)]


def test_every_frame_shows_all_three_objects(masks: list[NDArray[np.uint8]]) -> None:
    assert {tuple(object_ids(labels)) for labels in masks} == {(ASTRONAUT, CAT, MOTORCYCLE)}
    assert min(int(np.bincount(labels.ravel(), minlength=4)[1:4].min()) for labels in masks) > 5000


def test_objects_move_and_change_shape(masks: list[NDArray[np.uint8]]) -> None:
    for number, distance in ((ASTRONAUT, 200.0), (CAT, 40.0), (MOTORCYCLE, 2.0)):
        centres = np.array([np.argwhere(labels == number).mean(axis=0) for labels in masks])
        areas = np.array([(labels == number).sum() for labels in masks])
        assert np.linalg.norm(centres.max(axis=0) - centres.min(axis=0)) > distance
        assert areas.max() > 1.1 * areas.min()


def test_the_cat_hides_the_astronaut_who_hides_the_motorcycle(masks: list[NDArray[np.uint8]]) -> None:
    assert touching(masks[0] == CAT, masks[0] == ASTRONAUT) == 0
    assert max(touching(labels == CAT, labels == ASTRONAUT) for labels in masks) > 60
    assert max(touching(labels == MOTORCYCLE, labels == ASTRONAUT) for labels in masks) > 60


def test_mask_edges_lie_on_picture_edges(frames: list[NDArray[np.uint8]], masks: list[NDArray[np.uint8]]) -> None:
    """Along the outlines the picture changes far more than elsewhere, which no shifted mask would pass."""
    for frame, labels in zip(frames[::8], masks[::8], strict=True):
        change = np.abs(np.diff(frame.astype(np.float32), axis=1)).max(axis=2)
        edge = np.diff(labels.astype(np.int16), axis=1) != 0
        shifted = np.roll(edge, (9, 9), axis=(0, 1))
        assert change[edge].mean() > 1.5 * change[shifted].mean()


def test_the_clip_is_small_and_sharp() -> None:
    assert 300_000 < resource("sample/clip.mp4").stat().st_size < 2_000_000
