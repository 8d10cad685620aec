"""Pure functions on boxes: x1 y1 x2 y2 in pixels, float, last axis of size 4."""

from __future__ import annotations

import torch
from torch import Tensor

BOX_WIDENING = 0.1  # boxes made from masks grow by 10 % in width and height (paper, section 5.1)


def widen_boxes(boxes: Tensor, fraction: float) -> Tensor:
    """Grow boxes (..., 4) about their centres by `fraction` of their width and height."""
    x1, y1, x2, y2 = boxes.unbind(-1)
    half_width, half_height = (x2 - x1) * (0.5 + 0.5 * fraction), (y2 - y1) * (0.5 + 0.5 * fraction)
    centre_x, centre_y = (x1 + x2) / 2, (y1 + y2) / 2
    corners = (centre_x - half_width, centre_y - half_height, centre_x + half_width, centre_y + half_height)
    return torch.stack(corners, dim=-1)


def clip_boxes(boxes: Tensor, height: int, width: int) -> Tensor:
    """Move the corners of boxes (..., 4) into an image of `height` by `width` pixels."""
    x = boxes[..., 0::2].clamp(0, width)
    y = boxes[..., 1::2].clamp(0, height)
    return torch.stack((x[..., 0], y[..., 0], x[..., 1], y[..., 1]), dim=-1)


def boxes_of_masks(masks: Tensor) -> tuple[Tensor, Tensor]:
    """Tight boxes of masks (N, H, W) bool: boxes (N, 4) float32, and (N,) bool, False where a mask is empty.

    The far edges are exclusive, so that a mask of one pixel has a box of one by one pixel.
    """
    ones = masks.to(torch.uint8)  # whose largest is found far sooner than whether any is true
    columns, rows = ones.amax(dim=1).bool(), ones.amax(dim=2).bool()
    present = columns.any(dim=1)

    def first_and_last(line: Tensor) -> tuple[Tensor, Tensor]:
        size = line.shape[1]
        positions = torch.arange(size, device=line.device)
        first = torch.where(line, positions, size).amin(dim=1)
        last = torch.where(line, positions, -1).amax(dim=1)
        return first, last + 1

    x1, x2 = first_and_last(columns)
    y1, y2 = first_and_last(rows)
    boxes = torch.stack((x1, y1, x2, y2), dim=1).float()
    return torch.where(present[:, None], boxes, torch.zeros_like(boxes)), present


def box_sides(boxes: Tensor) -> Tensor:
    """Width and height of boxes (..., 4) as (..., 2)."""
    return boxes[..., 2:] - boxes[..., :2]


def pairwise_iou(first: Tensor, second: Tensor) -> Tensor:
    """Intersection over union (..., N, M) of boxes (..., N, 4) with boxes (..., M, 4); 0 where both are empty."""
    low = torch.maximum(first[..., :, None, :2], second[..., None, :, :2])
    high = torch.minimum(first[..., :, None, 2:], second[..., None, :, 2:])
    shared = (high - low).clamp(min=0).prod(dim=-1)
    areas = box_sides(first).prod(dim=-1)[..., :, None] + box_sides(second).prod(dim=-1)[..., None, :]
    return shared / (areas - shared).clamp(min=1e-6)
