"""Pasted masks: the inverse of cropping, zero outside the box."""

from __future__ import annotations

import torch

from lipcore.model.paste import paste_masks
from lipcore.model.roi import crop_maps
from tests.core.model.ramps import SIZE, ramps


def test_pasting_is_the_inverse_of_cropping() -> None:
    box, side = torch.tensor([[7.3, 5.8, 31.9, 29.1]]), 8
    cells = crop_maps(ramps()[None], torch.cat((torch.zeros(1, 1), box), dim=1), side)[0]
    pasted = paste_masks(cells, box.expand(2, -1), SIZE)
    # between the centres of the first and the last cell, where nothing is extrapolated
    pasted, wanted = pasted[:, 9:26, 10:29], ramps()[:, 9:26, 10:29]
    torch.testing.assert_close(pasted, wanted, rtol=0, atol=1e-3)


def test_a_pasted_mask_is_zero_outside_its_box_and_full_inside() -> None:
    found = paste_masks(torch.ones(1, 14, 14), torch.tensor([[10.0, 8.0, 30.0, 24.0]]), SIZE)[0]
    assert bool((found[9:23, 12:28] == 1).all())
    outside = found.clone()
    outside[7:25, 9:31] = 0
    assert not bool(outside.any())
    assert paste_masks(torch.ones(0, 14, 14), torch.zeros(0, 4), SIZE).shape == (0, *SIZE)


def test_boxes_that_leave_the_picture_are_pasted_as_far_as_they_lie_in_it() -> None:
    height, width = SIZE
    mask = torch.rand(1, 6, 6, generator=torch.Generator().manual_seed(0))
    box = torch.tensor([[5.3, 4.6, 25.9, 21.2]])
    inside = paste_masks(mask, box, SIZE)[0]
    shifted = paste_masks(mask, box - torch.tensor([9.0, 7.0, 9.0, 7.0]), SIZE)[0]
    torch.testing.assert_close(shifted[: height - 7, : width - 9], inside[7:, 9:], rtol=0, atol=1e-5)
    assert not paste_masks(mask, box + 100, SIZE).any()
