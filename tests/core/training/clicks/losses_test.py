"""Losses of masks from clicks: each answer is told of the one before, unknown pixels cost nothing."""

from __future__ import annotations

import pytest
import torch

from lipcore.interactive.clicker import next_click
from lipcore.prompts import ADDED, SO_FAR, TAKEN
from lipcore.training.clicks.batch import stacked
from lipcore.training.clicks.losses import answers, focal_loss, overlap_loss
from lipcore.training.clicks.samples import ClickSampler, SampleConfig
from tests.core.interactive.heads import lively_trunk, tiny_head
from tests.core.training.pictures import made_data


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
