"""Training of the interactive head: it learns, resumes exactly, and its samples are what they say."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from lipcore.errors import LipError
from lipcore.interactive.clicker import next_click, overlap
from lipcore.interactive.head_file import read_head_notes
from lipcore.learning.steps import TrainingStep
from lipcore.prompts import ADDED, SO_FAR, TAKEN
from lipcore.resources import resource
from lipcore.training.clicks import validation
from lipcore.training.clicks.batch import stacked
from lipcore.training.clicks.losses import answers, focal_loss, overlap_loss
from lipcore.training.clicks.recipe import ClickRecipe
from lipcore.training.clicks.samples import ClickSampler, SampleConfig
from lipcore.training.clicks.train import ClickRequest, click_recipe, split, train_clicks
from lipcore.training.data.store import TrainingData
from lipcore.weights.checkpoint import read_tensors
from tests.core.interactive.heads import TINY, lively_trunk, tiny_head
from tests.core.training.pictures import made_data, refuses, still

RECIPE = ClickRecipe(steps=4, batch=2, warm_up=1, samples=SampleConfig(side=64, extents=(20, 50)))


def request(out: Path) -> ClickRequest:
    trunk = resource("weights/lip-small.safetensors")
    return ClickRequest(out, trunk, device="cpu", hold_out=0.0, save_every=2, validate_every=100)


def run(asked: ClickRequest, recipe: ClickRecipe = RECIPE) -> list[TrainingStep]:
    return list(train_clicks(asked, made_data(), recipe, TINY))


def logged(out: Path) -> list[dict[str, str]]:
    with (out / "log.csv").open() as file:
        return [{name: value for name, value in row.items() if name != "seconds"} for row in csv.DictReader(file)]


def test_a_run_that_is_stopped_goes_on_as_if_it_never_was(tmp_path: Path) -> None:
    run(request(tmp_path / "whole"))
    steps = train_clicks(request(tmp_path / "stopped"), made_data(), RECIPE, TINY)
    for step in steps:
        if step.number == 3:
            break
    steps.close()  # type: ignore[attr-defined]
    assert read_head_notes(tmp_path / "stopped" / "last.safetensors")["step"] == "3 of 4"
    rest = run(replace(request(tmp_path / "stopped"), resume=True))
    assert [step.number for step in rest] == [4]
    assert logged(tmp_path / "stopped") == logged(tmp_path / "whole")
    stopped, whole = (read_tensors(tmp_path / name / "state.safetensors") for name in ("stopped", "whole"))
    assert stopped.keys() == whole.keys()
    assert all(torch.equal(value, whole[name]) for name, value in stopped.items())


def test_what_is_held_out_judges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "PICTURES", 8)
    kept = split(made_data(), replace(request(tmp_path), hold_out=0.2, hold_out_videos=["video/0"]))[1]
    assert (len(kept.stills), len(kept.videos)) == (1, 1)
    asked = replace(request(tmp_path), hold_out=0.2, hold_out_videos=["video/0"], validate_every=1)
    run(asked, replace(RECIPE, steps=1))
    with (tmp_path / "validation.csv").open() as file:
        (row,) = list(csv.DictReader(file))
    assert list(row) == ["step", "loss", "iou_1", "iou_2", "iou_3", "iou_4", "iou_5"]
    assert float(row["loss"]) == pytest.approx(1 - np.mean([float(row[f"iou_{number}"]) for number in range(1, 6)]))
    best, last = (read_tensors(tmp_path / f"{name}.safetensors") for name in ("best", "last"))
    assert all(torch.equal(value, last[name]) for name, value in best.items())


def test_the_head_learns_what_is_clicked(tmp_path: Path) -> None:
    recipe = replace(RECIPE, steps=24, batch=3, learning_rate=5e-3, average_decay=0.0)
    losses = [step.loss for step in run(request(tmp_path), recipe)]
    assert np.mean(losses[-6:]) < 0.85 * np.mean(losses[:4])


def test_sizes_that_cannot_be_trained_are_refused(tmp_path: Path) -> None:
    refuses(lambda: click_recipe(replace(request(tmp_path), batch=3, micro_batches=2)), "cannot be cut")
    refuses(lambda: click_recipe(replace(request(tmp_path), side=100)), "multiple of 32")
    assert click_recipe(replace(request(tmp_path), side=128)).samples.extents == (22.5, 117.5)


def test_without_pictures_there_is_a_sentence() -> None:
    with pytest.raises(LipError, match="no picture"):
        ClickSampler(TrainingData(), SampleConfig(), 0)
    specks = TrainingData([still("speck", {1: (3, 3, 5, 5)})])
    with pytest.raises(LipError, match="large enough"):
        ClickSampler(specks, SampleConfig(), 0).sample(0)


def test_samples_follow_from_their_number_and_clicks_are_true() -> None:
    config = SampleConfig(side=96)
    first, again = (ClickSampler(made_data(), config, 5) for _ in range(2))
    kinds = set()
    for number in range(60):
        sample = first.sample(number)
        assert sample.picture.shape == (96, 96, 3)
        assert sample.picture.dtype == np.uint8
        assert not (sample.truth & ~sample.known).any()
        if number < 5:
            twin = again.sample(number)
            assert np.array_equal(sample.picture, twin.picture)
            assert sample.prompt.clicks == twin.prompt.clicks
        prompt = sample.prompt
        assert not prompt.empty
        kinds.add((bool(prompt.clicks), prompt.box is not None, prompt.so_far is not None))
        for click in prompt.clicks:
            assert sample.truth[int(click.y), int(click.x)] == click.added
        if prompt.so_far is not None:
            assert overlap(sample.truth, np.asarray(prompt.so_far > 0.5), sample.known) < 0.95
    assert kinds >= {(True, False, False), (True, True, False), (True, False, True)}


def test_every_answer_is_told_of_the_one_before() -> None:
    sampler = ClickSampler(made_data(), SampleConfig(side=64), 1)
    batch = stacked([sampler.sample(number) for number in range(2)])
    seen = []
    head = tiny_head()
    head.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[1]))
    found = answers(head, lively_trunk(), batch, 3)
    assert [logits.shape for logits in found] == [(2, 64, 64)] * 3
    assert torch.equal(seen[0], batch.prompts)
    for before, after, logits in zip(seen, seen[1:], found, strict=False):
        torch.testing.assert_close(after[:, SO_FAR], logits.detach().sigmoid())
        assert (after[:, [ADDED, TAKEN]] >= before[:, [ADDED, TAKEN]]).all()
        for number in range(2):
            click = next_click(batch.truth[number].numpy(), (logits[number] > 0).numpy())
            assert click is not None
            assert after[number, ADDED if click.added else TAKEN, int(click.y), int(click.x)] == 1


def test_unknown_pixels_cost_nothing_and_right_masks_little() -> None:
    truth = torch.zeros(1, 32, 32, dtype=torch.bool)
    truth[:, 8:20, 8:20] = True
    known = torch.ones_like(truth)
    right, wrong = torch.where(truth, 9.0, -9.0), torch.where(truth, -9.0, 9.0)
    for loss in (focal_loss, overlap_loss):
        assert float(loss(right, truth, known)) < 0.05 < 0.8 < float(loss(wrong, truth, known))
    known[:, 16:] = False
    spoilt = right.clone()
    spoilt[:, 16:] = 9.0
    for loss in (focal_loss, overlap_loss):
        assert float(loss(spoilt, truth, known)) == pytest.approx(float(loss(right, truth, known)), abs=1e-6)


def test_small_pictures_are_not_lost_in_grey() -> None:
    sampler = ClickSampler(made_data(), SampleConfig(side=96, least_filled=0.9), 0)
    shares = [np.count_nonzero(sampler.sample(number).known) / 96**2 for number in range(20)]
    assert min(shares) > 0.4
    assert cv2.countNonZero(sampler.sample(0).truth.astype(np.uint8)) > 0.003 * 96**2
