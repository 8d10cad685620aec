"""Plain clips: a picture is what it was, resized; nothing moves, turns or changes its colour."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import cv2
import numpy as np
import pytest
import torch

from lipcore.presets import find_preset
from lipcore.training.data.clips import ClipSampler
from lipcore.training.data.plain import PADDING
from lipcore.training.data.source import clip_config
from lipcore.training.data.store import StillEntry, TrainingData
from tests.core.training.pictures import draw, made_data, moving_video, refuses, same, still


def of_size(name: str, height: int, width: int) -> StillEntry:
    """Two objects in a picture of that size."""
    boxes = {2: (10, 10, 40, 50), 1: (60, 30, 90, 70)}
    return StillEntry(name, partial(same, draw(boxes, height, width)), {2: 7, 1: 9})


@pytest.mark.parametrize("preset", ["paper", "coco"])
@pytest.mark.parametrize("side", [320, 640])
def test_the_static_stage_shows_pictures_as_they_are(preset: str, side: int) -> None:
    """Sixty pictures, every one against the same picture, resized: no instance moves, none changes its colour."""
    data = TrainingData([of_size(f"still/{number}", 96 + number, 128) for number in range(60)])
    sampler = ClipSampler(data, replace(clip_config(find_preset(preset).recipe("pretrain"), side, 1)), seed=3)
    for step in range(60):
        picture = data.stills[sampler.primary(step)[1]]
        batch = sampler.batch(step)
        height, width = picture.labels.shape
        size = (round(width * side / min(height, width)), side if height <= width else round(height * side / width))
        assert batch.images.shape == (1, 1, 3, size[1], size[0])
        np.testing.assert_array_equal(
            batch.images[0, 0].permute(1, 2, 0), cv2.resize(picture.image, size, interpolation=cv2.INTER_LINEAR)
        )
        labels = cv2.resize(picture.labels, size, interpolation=cv2.INTER_NEAREST)
        by_area = {int(batch.classes[0, number]): number for number in (1, 2)}
        for old, known in ((2, 7), (1, 9)):
            np.testing.assert_array_equal(batch.labels[0, 0] == by_area[known], labels == old)


def test_the_longer_side_has_a_limit() -> None:
    data = TrainingData([of_size("wide", 80, 400), of_size("high", 400, 100)])
    sampler = ClipSampler(data, clip_config(find_preset("paper").recipe("pretrain"), 640, 1), seed=0)
    sizes = {tuple(sampler.batch(step).labels.shape[2:]) for step in range(2)}
    assert sizes == {(267, 1333), (1333, 333)}


def test_pictures_of_different_sizes_are_padded_to_one() -> None:
    data = TrainingData([of_size("wide", 80, 160), of_size("high", 120, 100)])
    sampler = ClipSampler(data, replace(clip_config(find_preset("paper").recipe("pretrain"), 320, 2)), seed=0)
    batch = sampler.batch(0)
    assert batch.labels.shape == (2, 1, 384, 640)
    wide = [sampler.primary(number)[1] for number in range(2)].index(0)
    for clip, (height, width) in ((wide, (320, 640)), (1 - wide, (384, 320))):
        outside = torch.ones(384, 640, dtype=torch.bool)
        outside[:height, :width] = False
        assert (batch.labels[clip, 0][outside] == 255).all()
        assert not (batch.labels[clip, 0][~outside] == 255).any()
        colours = batch.images[clip, 0].permute(1, 2, 0)[outside]
        assert (colours == torch.tensor(PADDING)).all()


def test_videos_keep_their_frames_and_run_both_ways() -> None:
    data = TrainingData((), [moving_video("v", 12)])
    recipe = find_preset("paper").recipe("video")
    sampler = ClipSampler(data, clip_config(recipe, 96, 1), seed=0)
    directions = set()
    frames = [video_frame.image for video_frame in data.videos[0]]
    for step in range(6):
        batch = sampler.batch(step)
        assert batch.images.shape == (1, 8, 3, 96, 128)
        seen = [
            next(number for number, image in enumerate(frames) if np.array_equal(image, shown.permute(1, 2, 0)))
            for shown in batch.images[0]
        ]
        assert set(np.diff(seen).tolist()) in ({1}, {-1})
        directions.add(seen[1] > seen[0])
    assert directions == {True, False}


def test_small_objects_stay_and_pictures_without_any_are_refused() -> None:
    data = TrainingData([still("a", {1: (10, 10, 15, 15)}, class1=3)])
    config = clip_config(find_preset("paper").recipe("pretrain"), 96, 1)
    assert int((ClipSampler(data, config, seed=0).batch(0).labels == 1).sum()) == 25
    empty = TrainingData([still("a", {})])
    refuses(lambda: ClipSampler(empty, config, seed=0).batch(0), "hardly any picture")


def test_batches_depend_on_seed_and_step_only() -> None:
    config = clip_config(find_preset("paper").recipe("pretrain"), 96, 2)
    one, other = (ClipSampler(made_data(), config, seed=1) for _ in range(2))
    later = one.batch(3)
    one.batch(0)
    assert torch.equal(one.batch(3).images, later.images)
    assert torch.equal(other.batch(3).labels, later.labels)
