"""Previews: masks from matches alone, at once, whatever the other thread does."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
import torch

from lipcore.errors import LipError
from lipcore.network_input import InputSize
from lipcore.propagation.preview import slots_of_shares
from lipcore.segmenter import Segmenter
from tests.core.model.networks import tiny_network
from tests.helpers import ArrayVideo, Labels

HEIGHT, WIDTH, SIDE = 96, 160, 40


def place(frame: int) -> tuple[int, int]:
    """Left edges of two squares that move towards one another."""
    return 10 + 6 * frame, 110 - 6 * frame


def moving_squares(frames: int = 3) -> tuple[ArrayVideo, list[Labels]]:
    """A chequered and a striped square before a grey ground, and their label maps."""
    pictures = np.full((frames, HEIGHT, WIDTH, 3), 128, np.uint8)
    truth = [np.zeros((HEIGHT, WIDTH), np.uint8) for _ in range(frames)]
    rows, columns = np.mgrid[0:SIDE, 0:SIDE] // 8
    patterns = ((rows + columns) % 2, rows % 2)
    colours = (((220, 40, 30), (250, 200, 40)), ((20, 60, 200), (30, 200, 220)))
    for frame in range(frames):
        for number, (left, pattern) in enumerate(zip(place(frame), patterns, strict=True)):
            area = (slice(28, 28 + SIDE), slice(left, left + SIDE))
            pictures[frame][area] = np.array(colours[number], np.uint8)[pattern]
            truth[frame][area] = (7, 3)[number]
        pictures[frame] = cv2.GaussianBlur(pictures[frame], (3, 3), 0)
    return ArrayVideo(pictures), truth


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter.load(device="cpu", max_side=WIDTH)


def overlap(found: Labels, wanted: Labels, object_id: int) -> float:
    mine, theirs = found == object_id, wanted == object_id
    return float((mine & theirs).sum() / (mine | theirs).sum())


def test_objects_are_found_where_they_have_gone_without_tuning(segmenter: Segmenter) -> None:
    video, truth = moving_squares()
    found = segmenter.preview(video, {0: truth[0]}, 2)
    assert found.dtype == np.uint8
    assert set(np.unique(found)) <= {0, 3, 7}
    assert overlap(found, truth[2], 7) > 0.6
    assert overlap(found, truth[2], 3) > 0.6
    assert segmenter.tuned_weights() == b""


def test_what_is_painted_on_the_frame_itself_stays(segmenter: Segmenter) -> None:
    video, truth = moving_squares()
    own = np.where(truth[1] == 3, 3, 0).astype(np.uint8)
    own[:4] = 255
    found = segmenter.preview(video, {0: truth[0], 1: own}, 1)
    np.testing.assert_array_equal(found == 3, truth[1] == 3)
    assert overlap(found, truth[1], 7) > 0.6
    assert not (found == 255).any()


def test_a_preview_is_the_same_while_the_network_tunes_and_changes_nothing(segmenter: Segmenter) -> None:
    video, truth = moving_squares()
    before = segmenter.preview(video, {0: truth[0]}, 2)
    steps: Iterator[object] = segmenter.tune(video, {0: truth[0]}, "fast")
    alone = Segmenter.load(device="cpu", max_side=WIDTH)
    for number, (_, _) in enumerate(zip(steps, alone.tune(video, {0: truth[0]}, "fast"), strict=True)):
        if number % 8 == 0:
            np.testing.assert_array_equal(segmenter.preview(video, {0: truth[0]}, 2), before)
    assert segmenter.tuned_weights() == alone.tuned_weights()


def test_without_paint_or_without_matching_there_is_none(segmenter: Segmenter) -> None:
    video, truth = moving_squares()
    with pytest.raises(LipError, match="paint the objects"):
        segmenter.preview(video, {0: np.zeros_like(truth[0])}, 1)
    paper = Segmenter(tiny_network("paper"), torch.device("cpu"))
    assert segmenter.can_preview
    assert not paper.can_preview
    with pytest.raises(LipError, match="matches no frames"):
        paper.preview(video, {0: truth[0]}, 1)


def test_shares_become_slots_of_the_video_without_the_padding() -> None:
    size = InputSize(40, 60, 20, 30)  # the grid covers 32 by 32 pixels of the input
    shares = torch.zeros(1, 3, 4, 4)
    shares[0, 0], shares[0, 2, :, 2:] = 0.4, 0.6
    shares[0, 1, 3] = 1.0  # rows 24 to 32: padding but for what reaches in
    found = slots_of_shares(shares, size)
    assert found.shape == (40, 60)
    assert (found[:30, :26] == 0).all()
    assert (found[:30, 38:] == 2).all()
