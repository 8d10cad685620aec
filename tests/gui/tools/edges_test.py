"""GrabCut, superpixels and edge paths on pictures whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lipgui.tools.edges import EdgeTracer, grabcut_mask, refined


def disc_picture(
    height: int, width: int, x: float, y: float, radius: float
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A noisy orange disc on a noisy blue ground, and its mask."""
    random = np.random.default_rng(0)
    rows, columns = np.indices((height, width)) + 0.5
    mask = np.hypot(columns - x, rows - y) <= radius
    frame = np.where(mask[..., None], (220, 130, 40), (40, 60, 150)) + random.integers(-12, 12, (height, width, 3))
    return frame.astype(np.uint8), mask


def overlap(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    return float((first & second).sum() / (first | second).sum())


@pytest.mark.parametrize("size", [1, 6])
def test_grabcut_finds_the_disc(size: int) -> None:
    frame, truth = disc_picture(120 * size, 160 * size, 80 * size, 60 * size, 30 * size)
    nothing = np.zeros(truth.shape, bool)
    mask = grabcut_mask(frame, (40 * size, 20 * size, 120 * size, 100 * size), nothing, nothing)
    assert overlap(mask, truth) > 0.97


def test_grabcut_obeys_hints() -> None:
    frame, truth = disc_picture(120, 160, 80, 60, 30)
    frame[50:70, 70:90] = (40, 60, 150)  # a hole of the ground's colour
    object_hint, ground_hint = np.zeros(truth.shape, bool), np.zeros(truth.shape, bool)
    object_hint[58:62, 75:85] = True
    ground_hint[30:33, 75:85] = True
    mask = grabcut_mask(frame, (40, 20, 120, 100), object_hint, ground_hint)
    assert mask[object_hint].all()
    assert not mask[ground_hint].any()


def test_grabcut_gives_the_same_again() -> None:
    frame, truth = disc_picture(60, 80, 40, 30, 15)
    nothing = np.zeros(truth.shape, bool)
    first, second = (grabcut_mask(frame, (20, 10, 60, 50), nothing, nothing) for _ in range(2))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("box", [(0, 0, 80, 60), (0, 0, 4, 4), (76, 56, 80, 60)])
def test_grabcut_bears_any_box(box: tuple[int, int, int, int]) -> None:
    frame, truth = disc_picture(60, 80, 40, 30, 15)
    nothing = np.zeros(truth.shape, bool)
    assert grabcut_mask(frame, box, nothing, nothing).shape == truth.shape
    assert grabcut_mask(np.zeros_like(frame), box, nothing, nothing).shape == truth.shape
    assert not grabcut_mask(frame, box, nothing, ~nothing).any()


def test_a_coarse_mask_is_drawn_to_the_edge() -> None:
    frame, truth = disc_picture(240, 320, 160, 120, 70)
    coarse = truth[::8, ::8]
    blocks = coarse.repeat(8, 0).repeat(8, 1)
    assert overlap(refined(frame, coarse), truth) > max(0.98, overlap(blocks, truth))


def test_a_path_follows_the_edge() -> None:
    frame, _ = disc_picture(300, 300, 150, 150, 80)
    path = EdgeTracer(frame, (230, 150)).path((150, 230))
    distances = np.hypot(*(np.array(path) - 150).T)
    assert np.abs(distances - 80).max() < 4  # the chord would come as near as 57
    assert path[0] == pytest.approx((230, 150), abs=1)
    assert path[-1] == pytest.approx((150, 230), abs=1)


def test_a_coarse_path_is_in_the_frame_s_pixels() -> None:
    frame, _ = disc_picture(600, 600, 300, 300, 160)
    path = EdgeTracer(frame, (460, 300), coarseness=2).path((300, 460))
    assert np.abs(np.hypot(*(np.array(path) - 300).T) - 160).max() < 8


def test_the_searched_window_stays_in_the_frame() -> None:
    frame, _ = disc_picture(500, 600, 300, 250, 100)
    tracer = EdgeTracer(frame, (5, 5))
    assert tracer.reaches((383, 383))
    assert not tracer.reaches((384, 10))
    assert not tracer.reaches((10, -1))
    assert max(x for x, _ in tracer.path((590, 10))) < 384
    assert EdgeTracer(frame[:1, :1], (0, 0)).path((0, 0))
