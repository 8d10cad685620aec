"""Clips are the same for the same seed and step, and their labels lie where the pixels are."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import islice

import numpy as np
import pytest
import torch
from torch import Tensor

from lipcore.augment.batch import ClipBatch
from lipcore.training.data.clips import ClipConfig, ClipSampler, _video_frames, prefetched
from lipcore.training.data.store import StillEntry, TrainingData
from tests.core.training.pictures import COLOURS, draw, made_data, moving_video, refuses, same, still

SMALL = ClipConfig(size=(64, 80), frames=3, batch=3)
DARK = replace(SMALL, light=0.0)


def equal(a: ClipBatch, b: ClipBatch) -> bool:
    return all(
        torch.equal(getattr(a, name), getattr(b, name))
        for name in ("images", "labels", "unlabelled_objects", "classes")
    )


def test_a_batch_has_the_promised_shapes() -> None:
    batch = ClipSampler(made_data(), SMALL, seed=1).batch(0)
    assert batch.images.shape == (3, 3, 3, 64, 80)
    assert batch.labels.shape == (3, 3, 64, 80)
    assert batch.images.dtype == batch.labels.dtype == torch.uint8
    assert batch.unlabelled_objects.dtype == torch.bool
    assert batch.classes.shape == (3, 256)
    assert batch.classes.dtype == torch.int64


def test_batches_depend_on_seed_and_step_only() -> None:
    sampler = ClipSampler(made_data(), SMALL, seed=1)
    later = sampler.batch(5)
    for step in (0, 3):
        sampler.batch(step)
    assert equal(sampler.batch(5), later)
    assert equal(ClipSampler(made_data(), SMALL, seed=1).batch(5), later)
    assert not equal(ClipSampler(made_data(), SMALL, seed=2).batch(5), later)
    assert not equal(sampler.batch(6), later)


def test_ranks_share_the_work_of_one_process() -> None:
    whole = ClipSampler(made_data(), replace(SMALL, batch=4), seed=3).batch(2)
    parts = [ClipSampler(made_data(), replace(SMALL, batch=2), 3, rank, 2).batch(2) for rank in (0, 1)]
    assert torch.equal(whole.images, torch.cat([part.images for part in parts]))
    assert torch.equal(whole.labels, torch.cat([part.labels for part in parts]))


@pytest.mark.parametrize("fraction", [0.0, 0.3, 1.0])
def test_a_pass_shows_everything_once(fraction: float) -> None:
    sampler = ClipSampler(made_data(14, 6), replace(SMALL, video_fraction=fraction), seed=0)
    seen = [sampler.primary(clip) for clip in range(20)]
    assert len(set(seen)) == {0.0: 14, 0.3: 20, 1.0: 6}[fraction]
    assert sum(kind == "video" for kind, _ in seen) == round(20 * fraction)
    assert seen != [sampler.primary(clip) for clip in range(20, 40)]


def colour_of(images: Tensor, mask: Tensor) -> Tensor:
    return images.permute(0, 2, 3, 1)[mask].float()


def inner(labels: Tensor, number: int) -> Tensor:
    """Pixels of an object at least two pixels away from everything else and from the frame's border."""
    other = torch.nn.functional.pad((labels != number).float()[:, None], (2, 2, 2, 2), value=1.0)
    return torch.nn.functional.max_pool2d(other, 5, stride=1)[:, 0] == 0


@pytest.mark.parametrize("lift", [0.0, 1.0])
def test_labels_lie_where_the_colours_are(lift: float) -> None:
    config = replace(DARK, composite_fraction=1 - lift, video_fraction=0.0)
    data = TrainingData([still("a", {1: (25, 20, 60, 60), 2: (70, 30, 110, 80)}, class1=11, class2=12)])
    sampler = ClipSampler(data, config, seed=0)
    hues = {11: 0, 12: 1}
    checked = 0
    for step in range(4):
        batch = sampler.batch(step)
        for images, labels, classes in zip(batch.images, batch.labels, batch.classes, strict=True):
            for number in range(1, 9):
                pixels = colour_of(images, inner(labels, number))
                if len(pixels):
                    hue = hues[int(classes[number])]
                    assert (pixels[:, hue] > pixels[:, 1 - hue] + 60).all()
                    checked += 1
            grey = colour_of(images, inner(labels, 0))
            assert (grey.amax(dim=1) - grey.amin(dim=1) < 50).float().mean() > 0.98
    assert checked > 20


def test_pasted_and_lifted_objects_keep_their_id_and_class() -> None:
    data = TrainingData([still("a", {1: (10, 10, 50, 50)}, class1=11), still("b", {3: (40, 40, 90, 80)}, class3=13)])
    config = replace(DARK, video_fraction=0.0, composite_fraction=1.0, frames=4)
    for step in range(4):
        batch = ClipSampler(data, config, seed=5).batch(step)
        for images, labels, classes in zip(batch.images, batch.labels, batch.classes, strict=True):
            ids = [int(number) for number in labels.unique() if 0 < number < 255]
            assert ids == list(range(1, len(ids) + 1))
            assert set(classes[ids].tolist()) <= {11, 13}
            assert int(classes.count_nonzero()) == len(ids)
            for number in ids:
                hue = {11: 0, 13: 2}[int(classes[number])]
                pixels = colour_of(images, inner(labels, number))
                assert (pixels.argmax(dim=1) == hue).all()


def test_some_object_is_large_enough_in_the_first_frame_and_none_is_tiny() -> None:
    sampler = ClipSampler(made_data(), replace(SMALL, batch=4), seed=2)
    for step in range(5):
        labels = sampler.batch(step).labels
        areas = torch.stack([(labels == number).flatten(2).sum(2) for number in range(1, 9)])
        assert (areas[:, :, 0].amax(dim=0) >= 200).all()
        assert ((areas == 0) | (areas >= 100)).all()


def test_real_video_is_seen_through_one_crop_forward_and_backward() -> None:
    data = TrainingData((), [moving_video("v", 12)])
    sampler = ClipSampler(data, replace(DARK, paste_on_video=0.0, max_stride=3), seed=0)
    directions = set()
    for step in range(8):
        batch = sampler.batch(step)
        assert batch.unlabelled_objects.all()
        for images, labels in zip(batch.images, batch.labels, strict=True):
            pixels = colour_of(images, inner(labels, 1))
            assert (pixels[:, 0] > 180).all()
            columns = [frame.any(dim=0).nonzero().float().mean() for frame in labels == 1]
            if min(int((frame == 1).sum()) for frame in labels) > 300:
                directions.add(bool(columns[1] > columns[0]))
    assert directions == {True, False}


@pytest.mark.parametrize("far", [0.0, 1.0])
def test_a_clip_may_start_on_any_frame_of_its_video_and_goes_on_in_order(far: float) -> None:
    config = replace(SMALL, frames=4, max_stride=2, far_start=far)
    random = np.random.default_rng(0)
    starts = []
    for _ in range(200):
        first, *rest = _video_frames(40, config, random)
        (step,) = set(np.diff(rest).tolist())
        assert abs(step) in (1, 2)
        starts.append(first - (rest[0] - step))  # from where the clip would start
        assert 0 <= first < 40
    assert any(abs(start) > 10 for start in starts) == (far > 0)
    assert all(start == 0 for start in starts) == (far == 0)


def test_outside_of_the_picture_is_ignored() -> None:
    data = TrainingData([still("a", {1: (40, 20, 80, 60)})])
    config = replace(DARK, size=(160, 64), video_fraction=0.0, composite_fraction=0.0)
    batches = [ClipSampler(data, config, seed=0).batch(step) for step in range(6)]
    labels = torch.cat([batch.labels for batch in batches])
    images = torch.cat([batch.images for batch in batches])
    outside = labels == 255
    padded = outside.flatten(2).sum(2) > 500
    assert padded.any()
    for clip, frame in padded.nonzero().tolist():
        pixels = images[clip, frame].permute(1, 2, 0)[outside[clip, frame]]
        assert pixels.float().std(dim=0).max() < 6, "the padding must be one colour"
        red = images[clip, frame, 0] > images[clip, frame, 1].int() + 100
        inside = labels[clip, frame] == 1
        assert not (red & outside[clip, frame]).any()
        assert inside.sum() > 0


def test_objects_enter_occlude_and_move() -> None:
    config = replace(DARK, frames=6, video_fraction=0.0, composite_fraction=1.0, batch=8)
    labels = ClipSampler(made_data(), config, seed=4).batch(0).labels
    areas = torch.stack([(labels == number).flatten(2).sum(2) for number in range(1, 9)]).float()
    seen = areas.amax(dim=2) > 0
    change = (areas[:, :, -1] - areas[:, :, 0]).abs() / areas.amax(dim=2).clamp(min=1)
    assert (change[seen] > 0.05).any()
    assert (labels[:, 0] != labels[:, -1]).flatten(1).any(dim=1).sum() >= 6


def test_light_changes_pictures_not_labels() -> None:
    lit, dark = (ClipSampler(made_data(), config, seed=1).batch(0) for config in (SMALL, DARK))
    assert torch.equal(lit.labels, dark.labels)
    assert not torch.equal(lit.images, dark.images)


def test_more_objects_than_allowed_become_ignore() -> None:
    image = np.full((96, 128, 3), 90, np.uint8)
    labels = np.zeros((96, 128), np.uint8)
    for number in range(12):
        row, column = divmod(number, 4)
        labels[4 + 30 * row : 28 + 30 * row, 4 + 30 * column : 30 + 30 * column] = 20 + number
    data = TrainingData([StillEntry("a", partial(same, (image, labels)))])
    batch = ClipSampler(data, replace(DARK, size=(96, 128)), seed=0).batch(0)
    ids = [int(number) for number in batch.labels.unique()]
    assert max(number for number in ids if number < 255) <= 8
    assert 255 in ids


def test_data_without_objects_is_refused() -> None:
    refuses(lambda: ClipSampler(TrainingData(), SMALL, seed=0), "no pictures")
    refuses(lambda: ClipSampler(made_data(), SMALL, seed=0, rank=2, world_size=2), "rank 2 of 2")
    empty = TrainingData([still("a", {})])
    refuses(lambda: ClipSampler(empty, replace(SMALL, composite_fraction=0.0), seed=0).batch(0), "hardly any picture")


@pytest.mark.gpu
def test_clips_are_the_same_on_a_gpu() -> None:
    there = ClipSampler(made_data(), SMALL, seed=1, device="cuda").batch(0)
    here = ClipSampler(made_data(), SMALL, seed=1).batch(0)
    assert there.images.is_cuda
    assert (there.labels.cpu() != here.labels).float().mean() < 0.01
    assert (there.images.cpu().int() - here.images).abs().float().mean() < 1


def test_prefetching_gives_the_same_batches_in_order() -> None:
    sampler = ClipSampler(made_data(), SMALL, seed=1)
    stream = prefetched(sampler, start=3, depth=3, workers=2)
    for step, batch in islice(stream, 4):
        assert equal(batch, sampler.batch(step))
    assert next(stream)[0] == 7
    stream.close()


def test_prefetching_passes_errors_on() -> None:
    sampler = ClipSampler(TrainingData([still("a", {})]), replace(SMALL, composite_fraction=0.0), seed=1)
    refuses(lambda: next(prefetched(sampler)), "hardly any picture")


def test_colours_of_the_made_pictures_differ() -> None:
    image, labels = draw({1: (5, 5, 10, 10)})
    assert tuple(image[7, 7]) == COLOURS[1]
    assert labels[7, 7] == 1
