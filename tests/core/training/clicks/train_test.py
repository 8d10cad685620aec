"""Training of the interactive head: it learns, resumes exactly, and is judged by what is held out."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from lipcore.interactive.head_file import read_head_notes
from lipcore.learning.reports import TrainingReport
from lipcore.resources import resource
from lipcore.training.clicks import validation
from lipcore.training.clicks.recipe import ClickRecipe
from lipcore.training.clicks.samples import ClickSampler, SampleConfig
from lipcore.training.clicks.train import ClickRequest, click_recipe, split, train_clicks
from lipcore.weights.checkpoint import read_tensors
from tests.core.interactive.heads import TINY
from tests.core.training.pictures import made_data, refuses

RECIPE = ClickRecipe(steps=4, batch=2, warm_up=1, samples=SampleConfig(side=64, extents=(20, 50)))


def request(out: Path) -> ClickRequest:
    trunk = resource("weights/lip-small.safetensors")
    return ClickRequest(out, trunk, device="cpu", hold_out=0.0, save_every=2, validate_every=100)


def run(asked: ClickRequest, recipe: ClickRecipe = RECIPE) -> list[TrainingReport]:
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


def test_small_pictures_are_not_lost_in_grey() -> None:
    sampler = ClickSampler(made_data(), SampleConfig(side=96, least_filled=0.9), 0)
    shares = [np.count_nonzero(sampler.sample(number).known) / 96**2 for number in range(20)]
    assert min(shares) > 0.4
    assert cv2.countNonZero(sampler.sample(0).truth.astype(np.uint8)) > 0.003 * 96**2
