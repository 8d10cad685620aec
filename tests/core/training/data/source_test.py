"""Micro-batches of a recipe: sizes within its limits, one size a step, and shared among processes."""

from __future__ import annotations

from dataclasses import replace

import torch

from lipcore.learning.recipe import Recipe
from lipcore.training.data.clips import ClipConfig
from lipcore.training.data.source import ClipSource, clip_config
from lipcore.training.loop import Ranks
from tests.core.training.pictures import made_data

RECIPE = Recipe(steps=10, batch=2, frames=2, shorter_sides=(64,), longer_side=400)
RECIPE = replace(RECIPE, video_fraction=0.5, lead=3, stride=4, far_start=0.25)
CPU = torch.device("cpu")


def source(ranks: Ranks, first_step: int = 0) -> ClipSource:
    configs = [ClipConfig(size=size, frames=2, batch=1) for size in ((64, 96), (96, 64))]
    return ClipSource(made_data(), configs, seed=5, device=CPU, micro_batches=2, ranks=ranks, first_step=first_step)


def test_a_recipes_clips_are_as_wide_as_16_to_9_or_the_longer_side_allow() -> None:
    assert clip_config(RECIPE, 180, 3).size == (180, 320)
    assert clip_config(replace(RECIPE, longer_side=200), 180, 3).size == (180, 200)
    assert clip_config(replace(RECIPE, plain=True), 180, 3).size == (180, 400)


def test_a_recipes_clips_are_what_it_says() -> None:
    config = clip_config(RECIPE, 64, 3)
    assert (config.frames, config.batch, config.video_fraction) == (2, 3, 0.5)
    assert (config.max_stride, config.lead, config.far_start) == (4, 3, 0.25)
    plain = clip_config(replace(RECIPE, plain=True), 64, 3)
    assert plain.plain
    assert not config.plain
    assert plain.minimum_area == plain.first_area == 1


def test_all_micro_batches_of_a_step_have_one_size_and_steps_have_both() -> None:
    made = source(Ranks(0, 1))
    try:
        sizes = [tuple(made.make(number).images.shape[-2:]) for number in range(16)]
    finally:
        made.close()
    assert sizes[::2] == sizes[1::2]
    assert set(sizes) == {(64, 96), (96, 64)}


def test_processes_share_the_micro_batches_of_one() -> None:
    alone, first, second = source(Ranks(0, 1)), source(Ranks(0, 2)), source(Ranks(1, 2))
    try:
        for number in range(4):
            theirs = (first, second)[number % 2].batch(number)
            assert torch.equal(alone.batch(number).images, theirs.images)
    finally:
        for each in (alone, first, second):
            each.close()


def test_a_run_that_goes_on_begins_at_its_step() -> None:
    whole, rest = source(Ranks(0, 1)), source(Ranks(0, 1), first_step=2)
    try:
        assert torch.equal(whole.make(4).labels, rest.batch(4).labels)
    finally:
        whole.close()
        rest.close()
