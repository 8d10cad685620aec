"""What the id layer tells apart: classes without gaps, objects of sequences, or nothing new; and clips by number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from lipcore.errors import LipError
from lipcore.model import build_network
from lipcore.presets import find_preset
from lipcore.training.class_ids import prepare_ids, without_classes
from lipcore.training.data.clips import ClipSampler
from lipcore.training.data.source import ClipSource, clip_config
from lipcore.training.data.store import TrainingData
from lipcore.training.loop import Ranks
from tests.core.model.networks import tiny_config
from tests.core.training.pictures import made_data, moving_video, still
from tests.core.training.runs import run, tiny_recipe, tiny_request


def classified() -> TrainingData:
    stills = [still("a", {1: (20, 20, 60, 60), 2: (70, 30, 110, 80)}, class1=90, class2=7)]
    return TrainingData([*stills, still("b", {1: (20, 20, 60, 60)}, class1=7)], [moving_video("v"), moving_video("w")])


def test_a_network_without_classes_stays_as_it_is() -> None:
    network, data = build_network(tiny_config("small")), classified()
    assert prepare_ids(network, data, "pretrain") == (network, data)
    assert prepare_ids(network, data, "video") == (network, data)


def test_classes_are_numbered_without_gaps_for_class_agnostic_heads() -> None:
    network, data = prepare_ids(build_network(tiny_config("paper")), classified(), "pretrain")
    assert [entry.classes for entry in data.still_entries] == [{1: 2, 2: 1}, {1: 1}]
    assert network.instance_head.id_layer.layer.out_features == network.config.id_outputs == 3
    layer = network.instance_head.id_layer
    assert prepare_ids(network, classified(), "pretrain")[0].instance_head.id_layer is layer  # going on keeps it


def test_for_video_every_object_of_every_sequence_has_an_id_of_its_own() -> None:
    network, data = prepare_ids(build_network(tiny_config("paper")), classified(), "video")
    first, second = (video.frames[0].classes for video in data.video_entries)
    assert (first[1], first[2], first[10], second[1]) == (1, 2, 10, 11)
    assert network.config.id_outputs == 21
    assert all(entry.classes == {} for entry in data.still_entries)
    assert all(frame.classes == {} for video in without_classes(data).video_entries for frame in video.frames)


def test_for_video_class_specific_heads_become_class_agnostic() -> None:
    start = build_network(tiny_config("coco"))
    network, _ = prepare_ids(start, classified(), "video")
    assert network.mask_head.layer.out_channels == network.config.instance_outputs == 2
    wanted = start.mask_head.layer.weight[1:].mean(dim=0)
    torch.testing.assert_close(network.mask_head.layer.weight[1], wanted)


def test_class_specific_heads_refuse_classes_they_have_not() -> None:
    network = build_network(replace(tiny_config("coco"), id_outputs=81, instance_outputs=81))
    with pytest.raises(LipError, match="on class 90: its heads have 80 classes"):
        prepare_ids(network, classified(), "pretrain")


@pytest.mark.parametrize(("preset", "stage"), [("paper", "pretrain"), ("paper", "video"), ("coco", "pretrain")])
def test_presets_with_classes_train_in_both_stages(tmp_path: Path, preset: str, stage: str) -> None:
    from lipcore.training.train_run import train

    whole = find_preset(preset).recipe(stage)
    losses = replace(whole.losses, rois_per_image=8)
    recipe = replace(tiny_recipe(steps=1, optimizer="sgd"), losses=losses, plain=whole.plain)
    request = replace(tiny_request(tmp_path), preset=preset, stage=stage)
    steps = list(train(request, classified(), recipe, tiny_config(preset)))
    assert len(steps) == 1
    assert steps[0].losses["id"] > 0
    assert run(replace(tiny_request(tmp_path / "small")), tiny_recipe(steps=1))


def test_clips_of_a_run_are_those_of_a_plain_sampler_whoever_makes_them() -> None:
    recipe, data = tiny_recipe(), made_data()
    config = clip_config(recipe, 64, 1)
    assert (config.size, config.batch, config.frames) == ((64, 96), 1, 2)
    plain = ClipSampler(data, config, seed=1)
    alone = ClipSource(data, [config], seed=1, device=torch.device("cpu"), micro_batches=2, ranks=Ranks(), first_step=1)
    second = ClipSource(
        data, [config], seed=1, device=torch.device("cpu"), micro_batches=2, ranks=Ranks(1, 2), first_step=1, workers=2
    )
    try:
        for number in (2, 3, 4, 5):
            assert torch.equal(alone.batch(number).images, plain.batch(number).images)
        for number in (3, 5):
            assert torch.equal(second.batch(number).images, plain.batch(number).images)
    finally:
        alone.close()
        second.close()


def test_sizes_of_the_recipes() -> None:
    small, paper = find_preset("small").recipe("pretrain"), find_preset("paper").recipe("pretrain")
    assert clip_config(small, 256, 4).size == (256, 448)
    assert clip_config(find_preset("small").recipe("video"), 256, 1).size == (256, 448)
    configs = [clip_config(paper, side, 8) for side in paper.shorter_sides]
    assert len(configs) == 11
    assert (configs[0].size, configs[-1].size) == ((640, 1333), (320, 1333))
    assert all(config.plain for config in configs)
    assert not clip_config(small, 256, 4).plain


def test_all_micro_batches_of_a_step_have_one_size_and_steps_differ() -> None:
    recipe = replace(tiny_recipe(), shorter_sides=(64, 96))
    configs = [clip_config(recipe, side, 1) for side in recipe.shorter_sides]
    source = ClipSource(
        made_data(), configs, seed=0, device=torch.device("cpu"), micro_batches=2, ranks=Ranks(), first_step=0
    )
    try:
        heights = [source.batch(number).images.shape[-2] for number in range(12)]
    finally:
        source.close()
    assert heights[0::2] == heights[1::2]
    assert set(heights) == {64, 96}
