"""Expected IoU: the network's word on a mask, its id score, and how certain its pixels are."""

from __future__ import annotations

import pytest
import torch

from lipcore.propagation.quality import expected_iou, pixel_certainty


def test_certain_pixels_leave_no_doubt() -> None:
    mask = torch.zeros(1, 6, 6)
    mask[0, 1:4, 1:4] = 1
    assert pixel_certainty(mask).item() == 1


def test_doubtful_pixels_count_on_either_side_of_the_edge() -> None:
    mask = torch.zeros(1, 1, 4)
    mask[0, 0] = torch.tensor([1.0, 0.6, 0.4, 0.0])
    assert pixel_certainty(mask).item() == pytest.approx((1 + 0.6) / (2 + 0.4))


def test_certainty_is_the_iou_to_be_expected_of_objects_drawn_from_the_mask() -> None:
    torch.manual_seed(0)
    mask = torch.rand(1, 12, 12)
    drawn = torch.rand(4000, 12, 12) < mask
    shown = mask > 0.5
    iou = (drawn & shown).sum(dim=(1, 2)) / (drawn | shown).sum(dim=(1, 2))
    assert pixel_certainty(mask).item() == pytest.approx(iou.mean().item(), abs=0.01)


def test_an_empty_mask_is_expected_to_be_wrong() -> None:
    assert pixel_certainty(torch.full((1, 4, 4), 0.4)).item() == 0
    assert expected_iou(torch.zeros(1, 4, 4), torch.ones(1), torch.ones(1)).tolist() == [0]


def test_each_of_the_three_lowers_what_is_expected() -> None:
    sharp, soft = torch.zeros(2, 4, 4), torch.zeros(2, 4, 4)
    sharp[:, :2], soft[:, :2] = 1, 0.8
    qualities, scores = torch.tensor([1.0, 0.64]), torch.tensor([1.0, 0.36])
    assert expected_iou(sharp, qualities, scores).tolist() == pytest.approx([1, 0.48])
    assert expected_iou(soft, qualities, scores).tolist() == pytest.approx([0.8, 0.8 * 0.48])
