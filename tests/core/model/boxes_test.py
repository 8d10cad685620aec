"""Boxes, pasted masks and cropped maps: geometry to a fraction of a pixel, and torchvision's IoU."""

from __future__ import annotations

import torch
from torchvision.ops import box_iou, masks_to_boxes

from lipcore.model.boxes import boxes_of_masks, clip_boxes, pairwise_iou, widen_boxes
from lipcore.model.paste import paste_masks
from lipcore.model.roi import crop_maps

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


def ramps() -> torch.Tensor:
    """Two maps whose values are the x and y coordinates of the centres of pixels."""
    height, width = SIZE
    x = (torch.arange(width) + 0.5).expand(height, width)
    y = (torch.arange(height) + 0.5)[:, None].expand(height, width)
    return torch.stack((x, y))


def test_cropped_cells_hold_the_coordinates_of_their_centres() -> None:
    x1, y1, x2, y2 = 7.3, 5.8, 31.9, 29.1
    side = 6
    found = crop_maps(ramps()[None], torch.tensor([[0, x1, y1, x2, y2]]), side)[0]
    centres = (torch.arange(side) + 0.5) / side
    torch.testing.assert_close(found[0, 0], x1 + centres * (x2 - x1))
    torch.testing.assert_close(found[1, :, 0], y1 + centres * (y2 - y1))


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


def test_crop_takes_the_map_that_column_zero_names() -> None:
    maps = torch.stack([torch.full((1, *SIZE), float(value)) for value in range(3)])
    rois = torch.tensor([[2.0, 4, 4, 20, 20], [0.0, 4, 4, 20, 20], [1.0, 4, 4, 20, 20]])
    assert crop_maps(maps, rois, 3).mean(dim=(1, 2, 3)).tolist() == [2, 0, 1]
