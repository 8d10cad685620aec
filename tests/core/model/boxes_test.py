"""Boxes: geometry to a fraction of a pixel, and torchvision's IoU."""

from __future__ import annotations

import torch
from torchvision.ops import box_iou, masks_to_boxes

from lipcore.model.boxes import boxes_of_masks, clip_boxes, pairwise_iou, widen_boxes

SIZE = (40, 56)


def random_boxes(count: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    corners = torch.rand(count, 2, generator=generator) * torch.tensor([30.0, 20.0])
    return torch.cat((corners, corners + 2 + torch.rand(count, 2, generator=generator) * 18), dim=1)


def test_pairwise_iou_is_torchvisions() -> None:
    first, second = random_boxes(30), random_boxes(20, seed=1)
    torch.testing.assert_close(pairwise_iou(first, second), box_iou(first, second))
    assert bool((pairwise_iou(first, second) > 0.3).any())


def test_pairwise_iou_works_in_batches_and_is_zero_for_empty_boxes() -> None:
    first, second = random_boxes(12).view(3, 4, 4), random_boxes(6, seed=1).view(3, 2, 4)
    found = pairwise_iou(first, second)
    for number in range(3):
        torch.testing.assert_close(found[number], box_iou(first[number], second[number]))
    empty = torch.zeros(1, 4)
    assert pairwise_iou(empty, empty).item() == 0


def test_boxes_of_masks_have_exclusive_far_edges() -> None:
    masks = torch.zeros(4, 9, 11, dtype=torch.bool)
    masks[0, 2, 3] = True
    masks[1, 1:5, 2:8] = True
    masks[2, 0, 0] = masks[2, 8, 10] = True
    boxes, present = boxes_of_masks(masks)
    assert boxes.tolist() == [[3, 2, 4, 3], [2, 1, 8, 5], [0, 0, 11, 9], [0, 0, 0, 0]]
    assert present.tolist() == [True, True, True, False]
    torch.testing.assert_close(boxes[:3] - torch.tensor([0, 0, 1, 1]), masks_to_boxes(masks[:3]))


def test_widening_by_a_tenth_keeps_the_centre() -> None:
    assert widen_boxes(torch.tensor([[10.0, 20.0, 30.0, 60.0]]), 0.1).tolist() == [[9, 18, 31, 62]]


def test_clipping_keeps_boxes_inside_the_image() -> None:
    assert clip_boxes(torch.tensor([[-5.0, -6.0, 70.0, 50.0]]), *SIZE).tolist() == [[0, 0, 56, 40]]
