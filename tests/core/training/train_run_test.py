"""Training runs: exact resume after a kill, several processes, going on from weights alone, what a folder holds."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from lipcore.errors import LipError
from lipcore.model import LipNetwork, build_network
from lipcore.presets import find_preset
from lipcore.segmenter import Segmenter
from lipcore.training.data.clips import ClipSampler
from lipcore.training.data.source import clip_config
from lipcore.training.data.store import Still
from lipcore.training.train_run import TrainRequest, request_recipe, train
from lipcore.training.validation import validate
from lipcore.weights.checkpoint import load_checkpoint, read_tensors
from tests.core.model.networks import tiny_config
from tests.core.training.pictures import made_data
from tests.core.training.runs import logged, run, run_in_processes, run_until_killed, tiny_recipe, tiny_request
from tests.helpers import ArrayVideo


@pytest.mark.parametrize("optimizer", ["adamw", "sgd"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_run_that_is_resumed_equals_one_that_never_stopped(tmp_path: Path, optimizer: str) -> None:
    recipe = tiny_recipe(optimizer=optimizer)
    run(tiny_request(tmp_path / "whole"), recipe)
    run_until_killed(tmp_path / "killed", recipe, last=3)
    assert len(logged(tmp_path / "killed")) == 3
    assert int(read_tensors(tmp_path / "killed" / "state.safetensors")["step"]) == 2
    steps = run(replace(tiny_request(tmp_path / "killed"), resume=True), recipe)
    assert [step.number for step in steps] == [3, 4]
    assert logged(tmp_path / "killed") == logged(tmp_path / "whole")
    killed, whole = (read_tensors(tmp_path / name / "state.safetensors") for name in ("killed", "whole"))
    assert killed.keys() == whole.keys()
    assert all(torch.equal(value, whole[name]) for name, value in killed.items())


def test_two_processes_give_the_losses_of_one(tmp_path: Path) -> None:
    recipe = tiny_recipe(steps=3)
    run(tiny_request(tmp_path / "one"), recipe)
    run_in_processes(tmp_path / "two", recipe, 2)
    one, two = logged(tmp_path / "one"), logged(tmp_path / "two")
    assert len(one) == len(two) == 3
    for alone, shared in zip(one, two, strict=True):
        assert shared == pytest.approx(alone, rel=1e-4, abs=1e-5)
    assert len({row["loss"] for row in one}) == 3


def test_processes_stop_together_and_save(tmp_path: Path) -> None:
    recipe = tiny_recipe(steps=3)
    run_in_processes(tmp_path, recipe, 2, stop_after=1)
    assert len(logged(tmp_path)) == 1
    assert int(read_tensors(tmp_path / "state.safetensors")["step"]) == 1


def test_a_run_whose_iteration_is_stopped_saves_and_goes_on_as_if_it_never_was(tmp_path: Path) -> None:
    run(tiny_request(tmp_path / "whole"), tiny_recipe())
    steps = train(tiny_request(tmp_path / "stopped"), made_data(), tiny_recipe(), tiny_config())
    for step in steps:
        if step.number == 3:
            break
    steps.close()  # type: ignore[attr-defined]
    assert load_checkpoint(tmp_path / "stopped" / "last.safetensors")[1].notes["step"] == "3 of 4"
    rest = run(replace(tiny_request(tmp_path / "stopped"), resume=True))
    assert [step.number for step in rest] == [4]
    assert logged(tmp_path / "stopped") == logged(tmp_path / "whole")
    stopped, whole = (read_tensors(tmp_path / name / "state.safetensors") for name in ("stopped", "whole"))
    assert all(torch.equal(value, whole[name]) for name, value in stopped.items())


def test_training_goes_on_from_weights_alone(tmp_path: Path) -> None:
    run(tiny_request(tmp_path / "first"), tiny_recipe(steps=2))
    weights = tmp_path / "first" / "last.safetensors"
    request = replace(tiny_request(tmp_path / "second"), weights=weights)
    steps = run(request, replace(tiny_recipe(steps=2), learning_rate=1e-9))
    assert [step.number for step in steps] == [1, 2]
    before, after = load_checkpoint(weights)[0].state_dict(), load_checkpoint(tmp_path / "second" / "last.safetensors")
    assert after[1].notes["step"] == "2 of 2"
    for name, value in after[0].state_dict().items():
        torch.testing.assert_close(value, before[name], rtol=0, atol=1e-7)
    again = run(replace(tiny_request(tmp_path / "third"), weights=weights), tiny_recipe(steps=2))
    fresh = run(tiny_request(tmp_path / "fourth"), tiny_recipe(steps=2))
    assert again[0].loss == steps[0].loss != fresh[0].loss
    with pytest.raises(LipError, match="are for preset small, not paper"):
        run(replace(request, out=tmp_path / "fifth", preset="paper"))


def test_validation_keeps_the_best_checkpoint_and_a_picture(tmp_path: Path) -> None:
    request = replace(tiny_request(tmp_path), hold_out=0.5, validate_every=1)

    def judge(network: LipNetwork, videos: Sequence[Sequence[Still]]) -> dict[str, float]:
        assert (network.training, len(videos), len(videos[0])) == (False, 1, 12)
        return {"J": 0.5, "F": 0.25}

    list(train(request, made_data(), tiny_recipe(steps=2), tiny_config(), judge=judge))
    rows = (tmp_path / "validation.csv").read_text().splitlines()
    assert rows[0] == "step,loss,proposal_recall,mask_iou,J,F"
    values = np.array([[float(value) for value in row.split(",")] for row in rows[1:]])
    assert values[:, 0].tolist() == [1, 2]
    assert np.isfinite(values).all()
    assert ((values[:, 2:] >= 0) & (values[:, 2:] <= 1)).all()
    best = int(values[values[:, 1].argmin(), 0])
    assert load_checkpoint(tmp_path / "best.safetensors")[1].notes["step"] == f"{best} of 2"
    picture = cv2.imread(str(tmp_path / "sample.png"))
    assert picture.shape == (2 * 64, 2 * 96, 3)


def test_videos_that_are_named_are_held_out_and_nothing_else(tmp_path: Path) -> None:
    request = replace(tiny_request(tmp_path), hold_out=0.5, hold_out_videos=("video/1",), validate_every=1)
    judged: list[str] = []

    def judge(network: LipNetwork, videos: Sequence[Sequence[Still]]) -> dict[str, float]:
        judged.extend(video[0].source for video in videos)
        return {}

    list(train(request, made_data(), tiny_recipe(steps=1), tiny_config(), judge=judge))
    assert judged == ["video/1/00000"]
    other = replace(request, resume=True, hold_out_videos=("video/0",))
    with pytest.raises(LipError, match="hold_out_videos"):
        list(train(other, made_data(), tiny_recipe(steps=1), tiny_config()))


def test_tensorboard_gets_the_log_where_it_is_installed(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    run(tiny_request(tmp_path), tiny_recipe(steps=1))
    events = list((tmp_path / "tensorboard").glob("events.*"))
    assert len(events) == 1
    assert b"log/loss" in events[0].read_bytes()


def test_a_folder_with_a_run_is_neither_overwritten_nor_resumed_with_other_settings(tmp_path: Path) -> None:
    request = tiny_request(tmp_path)
    run(request, tiny_recipe(steps=2))
    before = (tmp_path / "state.safetensors").read_bytes()
    with pytest.raises(LipError, match="holds a training run already: add --resume"):
        run(request, tiny_recipe(steps=2))
    with pytest.raises(LipError, match="has seed 0, not 1"):
        run(replace(request, resume=True, seed=1), tiny_recipe(steps=2))
    with pytest.raises(LipError, match="has recipe"):
        run(replace(request, resume=True), tiny_recipe(steps=3))
    with pytest.raises(LipError, match="holds no training run"):
        run(replace(request, resume=True, out=tmp_path / "new"))
    assert (tmp_path / "state.safetensors").read_bytes() == before
    assert run(replace(request, resume=True), tiny_recipe(steps=2)) == []


def test_batches_that_cannot_be_cut_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="A batch of 2 clips cannot be cut into 3"):
        run(replace(tiny_request(tmp_path), micro_batches=3))


def test_other_steps_stretch_the_schedule(tmp_path: Path) -> None:
    request = TrainRequest("pretrain", tmp_path, preset="paper", steps=2700, batch=4, learning_rate=0.01)
    recipe = request_recipe(request)
    assert (recipe.steps, recipe.drops, recipe.batch) == (2700, (2100, 2500), 4)
    assert recipe.rate(2000) == pytest.approx(0.01)
    assert recipe.rate(2600) == pytest.approx(0.0001)
    assert request_recipe(TrainRequest("pretrain", tmp_path, preset="paper")).drops == (210_000, 250_000)
    with pytest.raises(LipError, match="There is no preset huge"):
        request_recipe(TrainRequest("pretrain", tmp_path, preset="huge"))


def test_larger_frames_keep_their_shape(tmp_path: Path) -> None:
    recipe = request_recipe(TrainRequest("video", tmp_path, shorter_side=480))
    assert (recipe.shorter_sides, recipe.longer_side) == ((480,), 832)
    with pytest.raises(LipError, match="shorter side is under 64 pixels"):
        request_recipe(TrainRequest("video", tmp_path, shorter_side=32))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_minute_of_training_overfits_a_few_pictures(tmp_path: Path) -> None:
    data = made_data(stills=2, videos=1)
    recipe = replace(tiny_recipe(steps=2000), learning_rate=2e-3, average_decay=0.0)
    request = replace(tiny_request(tmp_path), save_every=20)
    started, losses = time.process_time(), []
    for step in train(request, data, recipe, tiny_config()):
        losses.append(step.loss)
        if time.process_time() - started > 60 and step.number % 20 == 0:
            break
    assert np.mean(losses[-10:]) < 0.8 * np.mean(losses[:10])
    sampler = ClipSampler(data, clip_config(recipe, 64, 4), seed=5)
    batches = [sampler.batch(number) for number in range(2)]
    networks = [build_network(tiny_config()), load_checkpoint(tmp_path / "last.safetensors")[0]]
    before, after = (validate(network.eval(), batches, recipe.losses) for network in networks)
    assert after["mask_iou"] > before["mask_iou"] + 0.1

    frames = list(data.videos[0])
    video = ArrayVideo(np.stack([frame.image for frame in frames]))
    segmenter = Segmenter(load_checkpoint(tmp_path / "last.safetensors")[0], torch.device("cpu"), max_side=128)
    annotations = {0: frames[0].labels}
    list(segmenter.tune(video, annotations, config=replace(find_preset("small").tuning("fast"), iterations=100)))
    overlaps = []
    for result in segmenter.propagate(video, annotations):
        truth, found = frames[result.frame].labels == 1, result.labels == 1
        overlaps.append((truth & found).sum() / (truth | found).sum())
    assert len(overlaps) == len(frames)
    assert np.mean(overlaps[1:-1]) > 0.9
