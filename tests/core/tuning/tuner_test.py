"""Online fine-tuning of a tiny network: the loss falls, tuning stops when it should, and only heads change."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
import torch

from lipcore.errors import LipError
from lipcore.learning.reports import TuneReport
from lipcore.learning.targets import RoiTargets
from lipcore.model import LipNetwork
from lipcore.model.specialise import TUNED_PARTS, specialise
from lipcore.presets import PRESETS, QUALITIES, find_preset
from lipcore.tuning import tuner
from lipcore.tuning.config import TuneConfig
from lipcore.tuning.feature_cache import Example
from lipcore.tuning.optimizers import Sgd
from lipcore.tuning.tuner import fine_tune
from tests.core.model.networks import tiny_network
from tests.core.training.pictures import draw
from tests.core.tuning.examples import example

SMALL = replace(
    find_preset("small").tuning("fast"),
    iterations=12, several_frames_factor=1, augmented_clips=1, clip_frames=2, images_per_iteration=2, rois_per_image=32,
    learning_rate=2e-3,
)  # fmt: skip


PAPER = replace(TuneConfig(), iterations=6, rois_per_image=32)


def tuned(network: LipNetwork, examples: list[Example], config: TuneConfig) -> list[TuneReport]:
    """The steps of fine-tuning without the preparation."""
    return [step for step in fine_tune(network, examples, config) if not step.preparing]


def tensors(network: LipNetwork) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in network.state_dict().items()}


def finite(network: LipNetwork) -> bool:
    return all(bool(torch.isfinite(value).all()) for value in network.state_dict().values())


@pytest.mark.parametrize("fast_start", [True, False])
def test_the_loss_falls(network: LipNetwork, fast_start: bool) -> None:
    config = replace(SMALL, iterations=30, fast_id_start=fast_start)
    steps = tuned(network, [example()], config)
    losses = [step.loss for step in steps]
    assert [step.number for step in steps] == list(range(1, 31))
    assert {step.total for step in steps} == {30}
    masks = [step.losses["mask"] for step in steps]
    assert np.mean(losses[-6:]) < 0.95 * np.mean(losses[:6])
    assert np.mean(masks[-6:]) < 0.85 * np.mean(masks[:6])
    assert all(earlier.seconds < later.seconds for earlier, later in pairwise(steps))
    assert set(steps[0].losses) == {"id", "box", "mask"}
    assert steps[0].loss == pytest.approx(sum(steps[0].losses.values()))
    assert finite(network)


def test_heads_are_tuned_and_nothing_else(network: LipNetwork) -> None:
    before = tensors(network)
    list(fine_tune(network, [example()], SMALL))
    changed = {name for name, value in network.state_dict().items() if not torch.equal(value, before[name])}
    assert {name.split(".")[0] for name in changed} == {"instance_head", "mask_head"}
    assert any(".id_layer." in name for name in changed)


def test_the_paper_tunes_proposals_too_and_keeps_the_id_features() -> None:
    network = specialise(tiny_network("paper"), 2)
    before = tensors(network)
    zero = {"proposal": 0, "id": 0, "box": 0, "mask": 0}
    steps = tuned(network, [example()], replace(PAPER, thresholds=zero))
    assert set(steps[0].losses) == {"proposal", "id", "box", "mask"}
    changed = {
        name.split(".")[0] for name, value in network.state_dict().items() if not torch.equal(value, before[name])
    }
    assert changed == set(TUNED_PARTS)


def id_gradients(stop: bool, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Which parts of the instance head the id loss alone trains."""
    network = specialise(tiny_network("paper"), 2)
    before = tensors(network)
    zero = {"proposal": 1e9, "id": 0.0, "box": 1e9, "mask": 1e9}  # every other head is under its threshold
    list(fine_tune(network, [example()], replace(PAPER, stop_id_gradient=stop, thresholds=zero)))
    return {name for name, value in network.state_dict().items() if not torch.equal(value, before[name])}


def test_the_id_loss_stops_below_its_last_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {name.split(".")[1] for name in id_gradients(True, monkeypatch)} == {"id_layer"}
    assert {name.split(".")[1] for name in id_gradients(False, monkeypatch)} == {"id_layer", "trunk"}


class Recorded(NamedTuple):
    """What an iteration of tuning drew and asked for."""

    proposals: torch.Tensor
    sampled: RoiTargets
    asked: torch.Tensor


def recorded(network: LipNetwork, config: TuneConfig, monkeypatch: pytest.MonkeyPatch) -> list[Recorded]:
    """Every iteration of tuning on one frame."""
    found: list[Recorded] = []
    sample, segment = tuner.sample_rois, network.segment

    def sample_rois(proposals: list[torch.Tensor], *given: object) -> RoiTargets:
        sampled = sample(proposals, *given)  # type: ignore[arg-type]
        found.append(Recorded(proposals[0], sampled, torch.zeros(0, 5)))
        return sampled

    def asked(frame: object, rois: torch.Tensor, *given: object, **chosen: bool) -> object:
        found[-1] = found[-1]._replace(asked=torch.cat((found[-1].asked, rois)))
        return segment(frame, rois, *given, **chosen)  # type: ignore[arg-type]

    monkeypatch.setattr(tuner, "sample_rois", sample_rois)
    monkeypatch.setattr(network, "segment", asked)
    list(fine_tune(network, [example()], config))
    return found


@pytest.mark.parametrize("preset", ["paper", "coco"])
def test_the_paper_tunes_as_it_was_trained(preset: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """SGD at one rate, RoIs at 1:3 from proposals of the network as it is by then, masks in the positive ones."""
    network = specialise(tiny_network(preset), 2)
    rates: list[float] = []
    step = Sgd.step
    monkeypatch.setattr(Sgd, "step", lambda self, some, rate: (rates.append(rate), step(self, some, rate))[1])
    config = replace(find_preset(preset).tuning("fast"), iterations=6, rois_per_image=32, learning_rate=0.02)
    drawn = recorded(network, config, monkeypatch)
    assert len(drawn) == 6
    assert rates == [0.02] * 12  # of the id layer, and of all else
    for one in drawn:
        positive = one.sampled.slots > 0
        assert 0 < int(positive.sum()) <= 8  # a quarter of 32
        assert torch.equal(one.asked, one.sampled.rois[positive])
    assert not torch.equal(drawn[0].proposals, drawn[-1].proposals)
    assert find_preset(preset).tuning("best").dice_weight == 0


def test_small_keeps_the_proposals_of_the_network_before(network: LipNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = recorded(network, replace(SMALL, augmented_clips=0, fast_id_start=False, iterations=4), monkeypatch)
    assert all(torch.equal(one.proposals, drawn[0].proposals) for one in drawn)
    assert all(len(one.asked) == 2 for one in drawn)  # one for each object


def test_a_head_under_its_threshold_is_ignored(network: LipNetwork) -> None:
    before = tensors(network)
    list(fine_tune(network, [example()], replace(SMALL, thresholds={"id": 0.0, "box": 0.0, "mask": 1e9})))
    changed = {
        name.split(".")[0] for name, value in network.state_dict().items() if not torch.equal(value, before[name])
    }
    assert changed == {"instance_head"}


def test_tuning_stops_when_every_loss_is_low(network: LipNetwork) -> None:
    before = tensors(network)
    config = replace(SMALL, fast_id_start=False, thresholds=dict.fromkeys(("id", "box", "mask"), 1e9))
    steps = tuned(network, [example()], config)
    assert [(step.number, step.total) for step in steps] == [(1, 1)]
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_tuning_stops_in_between(network: LipNetwork) -> None:
    thresholds = {"id": 0.5, "box": 0.5, "mask": 1.4}
    steps = tuned(network, [example()], replace(SMALL, iterations=60, thresholds=thresholds))
    assert 1 < len(steps) < 60
    assert steps[-1].total == len(steps)


def test_several_annotated_frames_are_tuned_on_for_longer(network: LipNetwork) -> None:
    config = replace(SMALL, iterations=2, several_frames_factor=2)
    image, labels = draw({2: (30, 20, 70, 60)})
    assert [step.total for step in tuned(network, [example()], config)] == [2, 2]
    assert [step.total for step in tuned(network, [example(), Example(image, labels)], config)] == [4] * 4


def test_stopping_early_keeps_what_was_tuned(network: LipNetwork) -> None:
    running = fine_tune(network, [example()], replace(SMALL, iterations=1000))
    before = tensors(network)
    while next(running).number < 3:
        pass
    running.close()
    assert finite(network)
    assert any(not torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_preparation_is_reported_piece_by_piece(network: LipNetwork) -> None:
    config = replace(SMALL, augmented_clips=19, clip_frames=2, iterations=2)
    image, labels = draw({2: (30, 20, 70, 60)})
    before = tensors(network)
    reports = []
    for step in fine_tune(network, [example(), Example(image, labels)], config):
        if step.number == 1:
            break
        reports.append(step)
        untouched = {name for name, value in network.state_dict().items() if torch.equal(value, before[name])}
        assert all("id_layer" in name for name in before.keys() - untouched)
    assert {(step.number, step.total, step.to_prepare, step.losses == {}) for step in reports} == {(0, 2, 40, True)}
    assert all(step.preparing and math.isnan(step.loss) for step in reports)
    counts = [step.prepared for step in reports]

    def one_by_one(first: int, clips: int) -> list[int]:
        """A frame, then clips of two: each is encoded before the one ahead of it is run."""
        ready = [first, *range(first + 1, first + 2 * clips, 2)]  # before the first, and after each
        return [first, *(count for pair in pairwise(ready[:-1]) for count in pair), ready[-1]]

    # clips are drawn eight at a time, and the ids start from every frame one by one
    assert counts == [0, 0, *one_by_one(0, 11), 21, 21, *one_by_one(21, 10), *[40] * 40]
    assert all(earlier.seconds < later.seconds for earlier, later in pairwise(reports))


def test_masks_learn_the_same_a_few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for together in (1, 100):
        monkeypatch.setattr(tuner, "_MASKS", together)
        torch.manual_seed(0)
        network = specialise(tiny_network(), 2)
        steps = tuned(network, [example()], replace(SMALL, iterations=4, optimizer="sgd", masks_per_image=2))
        found.append((steps, tensors(network)))
    for one, other in zip(found[0][0], found[1][0], strict=True):
        assert one.losses == pytest.approx(other.losses, rel=1e-4)
    for name, value in found[0][1].items():
        torch.testing.assert_close(value, found[1][1][name], rtol=1e-3, atol=1e-5)


def test_the_same_seed_gives_the_same_weights() -> None:
    found = []
    for seed in (1, 1, 2):
        network = specialise(tiny_network(), 2)
        network.instance_head.id_layer.load_state_dict(specialise_seeded().instance_head.id_layer.state_dict())
        list(fine_tune(network, [example()], replace(SMALL, iterations=4, seed=seed)))
        found.append(network.mask_head.layer.weight.detach().clone())
    assert torch.equal(found[0], found[1])
    assert not torch.equal(found[0], found[2])


def specialise_seeded() -> LipNetwork:
    torch.manual_seed(5)
    return specialise(tiny_network(), 2)


def test_the_fast_start_knows_the_objects_before_the_first_step(network: LipNetwork) -> None:
    """Class means alone tell the RoIs of the annotated frame apart better than noise."""
    losses = {}
    for fast in (True, False):
        specialised = specialise(tiny_network(), 2)
        config = replace(SMALL, iterations=1, fast_id_start=fast)
        losses[fast] = tuned(specialised, [example()], config)[0].losses["id"]
    assert losses[True] < losses[False]


def test_partial_examples_and_several_frames(network: LipNetwork) -> None:
    image, labels = draw({2: (30, 20, 70, 60)})
    steps = tuned(network, [example(), Example(image, labels, partial=True)], SMALL)
    assert len(steps) == SMALL.iterations
    assert finite(network)


def test_nothing_to_tune_on(network: LipNetwork) -> None:
    with pytest.raises(LipError, match="nothing to tune on"):
        list(fine_tune(network, [], SMALL))


def test_a_loss_that_is_not_finite_is_said(network: LipNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuner, "box_loss", lambda *_: torch.tensor(float("nan")))
    with pytest.raises(LipError, match="Tuning diverged"):
        list(fine_tune(network, [example()], SMALL))


def test_out_of_memory_is_a_sentence(network: LipNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(*_: object) -> None:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")

    monkeypatch.setattr(tuner, "build_cache", exhausted)
    with pytest.raises(LipError, match="Out of memory on CPU"):
        list(fine_tune(network, [example()], SMALL))


def test_quality_names_a_budget() -> None:
    assert all(tuple(preset.tunings) == QUALITIES for preset in PRESETS.values())
    budgets = [find_preset("small").tuning(name) for name in QUALITIES]
    assert [one.iterations for one in budgets] == sorted(one.iterations for one in budgets)
    paper = find_preset("paper").tuning("best")
    assert (paper.iterations, paper.augmented_clips, paper.fast_id_start, paper.stop_id_gradient) == (
        1000,
        0,
        False,
        True,
    )
    with pytest.raises(LipError, match="There is no quality superb; choose one of fast, balanced, best"):
        find_preset("small").tuning("superb")
