"""Training of a memory that is told labels: what is unrolled, what learns, and exact resuming."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from lipcore.errors import LipError
from lipcore.learning.recipe import LossConfig, Recipe
from lipcore.model import LipNetwork
from lipcore.model.network import RESTS
from lipcore.presets import find_preset
from lipcore.training.clip_loss import clip_losses
from lipcore.training.data.clips import ClipConfig, ClipSampler
from lipcore.training.offline import Trainer
from lipcore.training.told_clips import unroll_told
from lipcore.training.train_run import TrainRequest, train
from lipcore.training.validation import sample_picture, validate
from lipcore.weights.checkpoint import load_checkpoint, read_tensors, save_checkpoint
from tests.core.model.networks import plain_and_told, tiny_network
from tests.core.training.offline_test import clip_batch
from tests.core.training.pictures import made_data
from tests.core.training.runs import logged

CONFIG = replace(find_preset("small").recipe("memory").losses, taught_frames=4, truncation=2, rois_per_image=8)


def tiny_memory_recipe() -> Recipe:
    recipe = find_preset("small").recipe("memory")
    sizes = {"shorter_sides": (64,), "longer_side": 96, "frames": 3, "lead": 2}
    return replace(
        recipe, steps=4, warm_up=1, losses=replace(recipe.losses, rois_per_image=8, taught_frames=2), **sizes
    )


def test_heads_learn_from_the_annotated_and_the_last_frames() -> None:
    _, told = plain_and_told(gain=0.5)
    batch = clip_batch(clips=2, frames=8)
    features, kept = unroll_told(told, batch, CONFIG)
    assert torch.equal(kept.labels, batch.labels[:, [0, 4, 5, 6, 7]])
    assert features.images.shape == (10, 3, 64, 64)
    alone, _ = unroll_told(told, clip_batch(clips=1, frames=8), CONFIG)
    assert [level.shape[0] for level in features.levels] == [10] * 5
    assert [level.shape[1:] for level in features.levels] == [level.shape[1:] for level in alone.levels]


def test_a_new_memory_gives_the_features_of_the_network_without_one() -> None:
    plain, told = plain_and_told(gain=0.0)
    with torch.no_grad():
        features, kept = unroll_told(told, clip_batch(clips=2, frames=5), CONFIG)
        for number, image in enumerate(kept.images.flatten(0, 1)):
            expected = plain.step(image[None].float() / 255, None)[0].levels
            for wanted, found in zip(expected, features.levels, strict=True):
                torch.testing.assert_close(found[number : number + 1], wanted, rtol=1e-4, atol=1e-4)


def test_gradients_go_back_to_where_they_are_cut() -> None:
    """Of four frames that learn, cut in the middle, the last reaches what the memory is told of itself and one more."""
    _, told = plain_and_told(gain=0.5)
    seen: list[torch.Tensor] = []
    told.memory.cells[0].tell.register_forward_hook(lambda _, __, out: seen.append(out))
    with torch.enable_grad():
        features, _ = unroll_told(told, clip_batch(frames=7), CONFIG)
    reached = torch.autograd.grad(features.levels[1][-1].square().sum(), seen[-4:])
    assert [bool(gradient.any()) for gradient in reached] == [False, False, True, True]
    assert not any(each.requires_grad for each in seen[:RESTS])


def test_the_memory_alone_learns() -> None:
    plain, told = plain_and_told(gain=0.1)
    recipe = tiny_memory_recipe()
    trainer = Trainer(told, recipe, torch.device("cpu"))
    batch = clip_batch(frames=5)
    for _ in range(3):
        torch.stack(list(clip_losses(trainer.network, batch, recipe.losses).values())).sum().backward()
    learns = {name for name, value in told.named_parameters() if value.grad is not None and bool(value.grad.any())}
    assert learns
    assert all(name.startswith("memory.cells.") for name in learns)
    parts = {name.removeprefix("memory.cells.0.") for name in learns}
    assert {"gain", "tell.weight", "unit.from_input.weight", "unit.from_hidden.weight"} <= parts
    assert all(torch.equal(value, told.state_dict()[name]) for name, value in plain.state_dict().items())


def test_a_lead_makes_clips_longer_and_the_clips_of_a_batch_alike() -> None:
    config = ClipConfig(size=(64, 80), frames=3, batch=2, video_fraction=1.0, lead=4)
    sampler = ClipSampler(made_data(), config, seed=1)
    lengths = [sampler.batch(step).labels.shape[1] for step in range(12)]
    assert set(lengths) <= set(range(3, 8))
    assert len(set(lengths)) > 2
    again = ClipSampler(made_data(), config, seed=1).batch(7)
    assert torch.equal(again.images, sampler.batch(7).images)


def starting_weights(path: Path, network: LipNetwork) -> Path:
    save_checkpoint(path, network, {})
    return path


def test_a_stage_adds_the_memory_and_resumes_exactly(tmp_path: Path) -> None:
    plain, _ = plain_and_told(gain=0.0)
    weights = starting_weights(tmp_path / "plain.safetensors", plain)
    request = TrainRequest("memory", tmp_path / "whole", weights=weights, device="cpu", hold_out=0.0, save_every=2)
    recipe = tiny_memory_recipe()
    list(train(request, made_data(), recipe))
    stopped = replace(request, out=tmp_path / "stopped")
    steps = train(stopped, made_data(), recipe)
    for step in steps:
        if step.number == 3:
            break
    steps.close()  # type: ignore[attr-defined]
    list(train(replace(stopped, resume=True), made_data(), recipe))
    assert logged(tmp_path / "stopped") == logged(tmp_path / "whole")
    one, two = (read_tensors(tmp_path / name / "state.safetensors") for name in ("stopped", "whole"))
    assert all(torch.equal(value, two[name]) for name, value in one.items())
    trained, card = load_checkpoint(tmp_path / "whole" / "last.safetensors")
    assert (card.config.memory_levels, card.config.memory_told) == (4, 16)
    assert any(bool(cell.gain.any()) for cell in trained.memory.cells)
    assert all(torch.equal(value, trained.state_dict()[name]) for name, value in plain.state_dict().items())


@pytest.mark.parametrize(
    ("given", "sentence"), [(False, "name the weights that it is added to"), (True, "memory that is told nothing")]
)
def test_a_memory_is_added_to_weights_without_one(tmp_path: Path, given: bool, sentence: str) -> None:
    weights = starting_weights(tmp_path / "old.safetensors", tiny_network()) if given else None
    request = TrainRequest("memory", tmp_path / "run", weights=weights, device="cpu", hold_out=0.0)
    with pytest.raises(LipError, match=sentence):
        next(train(request, made_data(), tiny_memory_recipe()))


def test_validation_looks_at_the_frames_that_learn() -> None:
    _, told = plain_and_told(gain=0.5)
    batches = [clip_batch(frames=6)]
    figures = validate(told, batches, CONFIG)
    assert all(value == value for value in figures.values())
    assert sample_picture(told, batches[0], CONFIG).shape == (64, 5 * 64, 3)
    static = replace(CONFIG, static_memory=True)
    assert sample_picture(told, batches[0], static).shape == (64, 6 * 64, 3)
    assert isinstance(static, LossConfig)
