"""What the losses ask for: above all the IoU that a predicted quality is to be."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from lipcore.learning.losses import mask_losses, match_loss, quality_loss

SIDE = 16


def left(columns: int) -> Tensor:
    """A mask (1, 16, 16) of the left columns."""
    mask = torch.zeros(1, SIDE, SIDE)
    mask[:, :, :columns] = 1
    return mask


def asked(found: Tensor, truth: Tensor, known: Tensor | None = None, share: float = 1.0) -> float:
    """The IoU that the quality is drawn to: where the loss is least."""
    quality = torch.linspace(0.001, 0.999, 999)
    known = torch.ones_like(truth) if known is None else known
    losses = [
        float(quality_loss(value[None].logit(), (found * 2 - 1) * 4, truth, known, torch.tensor([share])))
        for value in quality
    ]
    return float(quality[int(torch.tensor(losses).argmin())])


@pytest.mark.parametrize(("columns", "wanted"), [(8, 1.0), (4, 0.5), (16, 0.5), (12, 8 / 12), (0, 0.0)])
def test_the_quality_is_drawn_to_the_iou_of_the_mask(columns: int, wanted: float) -> None:
    assert asked(left(columns), left(8)) == pytest.approx(wanted, abs=0.002)


def test_what_lies_outside_of_the_roi_counts_as_missed() -> None:
    """A mask that is perfect in its RoI, of an object of which the RoI holds half, has half an IoU."""
    assert asked(left(8), left(8), share=0.5) == pytest.approx(0.5, abs=0.002)
    assert asked(left(4), left(8), share=0.25) == pytest.approx(0.125, abs=0.002)


def test_ignored_pixels_do_not_count() -> None:
    known = 1 - left(4)
    assert asked(left(6), left(8), known) == pytest.approx(0.5, abs=0.002)


def test_soft_targets_count_by_their_share() -> None:
    assert asked(left(8), 0.5 * left(8)) == pytest.approx(0.5, abs=0.002)


def test_the_quality_trains_nothing_but_itself() -> None:
    quality, logits = torch.zeros(1, requires_grad=True), left(4).sub(0.5).requires_grad_()
    quality_loss(quality, logits, left(8), torch.ones(1, SIDE, SIDE), torch.ones(1)).backward()
    assert quality.grad is not None
    assert logits.grad is None
    empty = quality_loss(quality[:0], logits[:0], logits[:0], logits[:0], torch.ones(0))
    assert float(empty.detach()) == 0


def test_mask_losses_are_least_at_soft_targets() -> None:
    """With a target of 0.3 the best probability is 0.3, not 0."""
    target, known = torch.full((1, 4, 4), 0.3), torch.ones(1, 4, 4)
    losses = {p: float(mask_losses(torch.full((1, 4, 4), p).logit(), target, known)["mask"]) for p in (0.1, 0.3, 0.5)}
    assert losses[0.3] == min(losses.values())
    unknown = mask_losses(torch.full((1, 4, 4), 9.0), target, torch.zeros(1, 4, 4))
    assert float(unknown["mask"]) == 0


def test_each_label_of_a_frame_weighs_the_same_in_matching() -> None:
    """One cell of an object that is missed costs what the whole background does."""
    shares = torch.zeros(1, 2, 100)
    shares[0, 0, :99], shares[0, 1, 99:] = 1, 1
    object_missed, background_missed = shares.clone(), shares.clone()
    object_missed[0, :, 99] = torch.tensor([0.9, 0.1])
    background_missed[0, 0, :99], background_missed[0, 1, :99] = 0.1, 0.9
    first, second = match_loss(object_missed, shares), match_loss(background_missed, shares)
    torch.testing.assert_close(first, second)
    assert float(match_loss(shares, shares)) == 0
    assert float(match_loss(shares, torch.zeros_like(shares))) == 0  # nothing is asked
