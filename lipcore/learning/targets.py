"""Training targets of anchors and RoIs, from a frame's labels; batched over images, without a loop over boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from lipcore.masks import IGNORE
from lipcore.model.boxes import BOX_WIDENING, box_sides, boxes_of_masks, clip_boxes, pairwise_iou, widen_boxes
from lipcore.model.roi import crop_maps


class Objects(NamedTuple):
    """Objects of I images, in G slots each, 1 to G; row g holds the object of slot g + 1."""

    masks: Tensor  # (I, G, H, W) bool
    boxes: Tensor  # (I, G, 4) float32 pixels, tight boxes, widened
    present: Tensor  # (I, G) bool
    known: Tensor  # (I, H, W) bool, False where the label is 255
    unlabelled: Tensor  # (I,) bool, True where objects may be unlabelled


def objects_of_labels(labels: Tensor, unlabelled: Tensor, slots: int, widening: float = BOX_WIDENING) -> Objects:
    """Objects of label maps (I, H, W) uint8 with ids 0..slots and 255; `unlabelled` (I,) bool.

    Boxes grow by the fraction `widening` of their sides, within the image.
    """
    ids = torch.arange(1, slots + 1, device=labels.device, dtype=labels.dtype)
    masks = labels[:, None] == ids[:, None, None]
    boxes, present = boxes_of_masks(masks.flatten(0, 1))
    height, width = labels.shape[-2:]
    boxes = clip_boxes(widen_boxes(boxes, widening), height, width)
    shape = masks.shape[:2]
    return Objects(masks, boxes.unflatten(0, shape), present.unflatten(0, shape), labels != IGNORE, unlabelled)


class AnchorTargets(NamedTuple):
    """Targets of the RPN for I images with A anchors."""

    positive: Tensor  # (I, A) bool, sampled
    negative: Tensor  # (I, A) bool, sampled
    slots: Tensor  # (I, A) int64 in 1..G, best object of each anchor


def anchor_targets(anchors: Tensor, objects: Objects, per_image: int = 256) -> AnchorTargets:
    """Sample anchors (A, 4): IoU of 0.7 or an object's best is positive, under 0.3 negative, half and half at most."""
    overlaps = pairwise_iou(anchors.expand(len(objects.boxes), -1, -1), objects.boxes) * objects.present[:, None]
    best, rows = overlaps.max(dim=2)
    best_of_object = overlaps.amax(dim=1, keepdim=True).clamp(min=1e-3)
    positive = (best >= 0.7) | ((overlaps >= best_of_object) & objects.present[:, None]).any(dim=2)
    negative = ~positive & (best < 0.3) & may_be_background(anchors.expand(len(best), -1, -1), best, objects)
    positive = _sample(positive, per_image // 2)
    negative = _sample(negative, per_image - positive.sum(dim=1))
    return AnchorTargets(positive, negative, rows + 1)


def may_be_background(boxes: Tensor, overlaps: Tensor, objects: Objects) -> Tensor:
    """(I, N) bool: boxes (I, N, 4) that may serve as negatives, given their best IoU (I, N) with an object.

    Not those centred on an ignored pixel; and where objects may be unlabelled only those that touch a labelled one.
    """
    height, width = objects.known.shape[-2:]
    x = ((boxes[..., 0] + boxes[..., 2]) / 2).long().clamp(0, width - 1)
    y = ((boxes[..., 1] + boxes[..., 3]) / 2).long().clamp(0, height - 1)
    known = objects.known.flatten(1).gather(1, y * width + x)
    return known & (~objects.unlabelled[:, None] | (overlaps > 0.05))


def _sample(chosen: Tensor, count: Tensor | int) -> Tensor:
    """At most `count` (per row) random True entries of (I, N) bool."""
    keys = torch.rand(chosen.shape, device=chosen.device).masked_fill(~chosen, -1.0)
    ranks = keys.argsort(dim=1, descending=True).argsort(dim=1)
    limit = count[:, None] if isinstance(count, Tensor) else count
    return chosen & (ranks < limit)


class RoiTargets(NamedTuple):
    """Sampled RoIs of all images, R in all."""

    rois: Tensor  # (R, 5) image index, box
    slots: Tensor  # (R,) int64, slot of the object, 0 for background
    boxes: Tensor  # (R, 4) box of that object (of any one for background)


@torch.no_grad()
def sample_rois(
    proposals: list[Tensor],
    objects: Objects,
    per_image: int,
    positive_fraction: float = 0.25,
    jitter: Sequence[float] = (0.0,),
) -> RoiTargets:
    """RoIs for the heads: proposals (P_i, 4) per image, joined by true boxes; an IoU of 0.5 decides.

    The true boxes join once for each amount of `jitter`, a fraction of their sides; 0 leaves them as they are.
    """
    size = max(max((len(boxes) for boxes in proposals), default=0), 1)
    padded = torch.stack([F.pad(boxes, (0, 0, 0, size - len(boxes))) for boxes in proposals])
    height, width = objects.known.shape[-2:]
    jittered = [jitter_boxes(objects.boxes, amount) * objects.present[..., None] for amount in jitter]
    candidates = clip_boxes(torch.cat((padded, *jittered), dim=1), height, width)
    valid = (box_sides(candidates) > 2).all(dim=2)
    best, rows = (pairwise_iou(candidates, objects.boxes) * objects.present[:, None]).max(dim=2)
    positive = _sample(valid & (best >= 0.5), max(1, round(per_image * positive_fraction)))
    negative = _sample(
        valid & (best < 0.5) & may_be_background(candidates, best, objects), per_image - positive.sum(dim=1)
    )
    image, number = torch.nonzero(positive | negative, as_tuple=True)
    rois = torch.cat((image[:, None].to(candidates.dtype), candidates[image, number]), dim=1)
    owners = rows[image, number]
    slots = torch.where(positive[image, number], owners + 1, 0)
    return RoiTargets(rois, slots, objects.boxes[image, owners])


def jitter_boxes(boxes: Tensor, amount: float | Tensor) -> Tensor:
    """Move every side of boxes (..., 4) by up to about `amount` of the box's width or height."""
    sides = box_sides(boxes).repeat_interleave(2, dim=-1)[..., [0, 2, 1, 3]]
    return boxes + sides * amount * torch.randn_like(boxes).clamp(-2, 2)


def positive_rois(sampled: RoiTargets) -> tuple[Tensor, Tensor]:
    """The sampled RoIs (R, 5) that lie on an object, and its slot (R,): what a Mask R-CNN learns masks from."""
    positive = sampled.slots > 0
    return sampled.rois[positive], sampled.slots[positive]


@torch.no_grad()
def mask_rois(objects: Objects, per_image: int) -> tuple[Tensor, Tensor]:
    """RoIs (R, 5) for the mask head and their slots (R,): jittered, widened boxes of up to `per_image` objects.

    A quarter of them is off by more, as boxes are that have lost a part of their object.
    """
    height, width = objects.known.shape[-2:]
    chosen = _sample(objects.present, per_image)
    image, row = torch.nonzero(chosen, as_tuple=True)
    boxes = objects.boxes[image, row]
    widening = torch.rand(len(boxes), 1, device=boxes.device) * 0.4 - 0.05
    amount = torch.where(torch.rand(len(boxes), 1, device=boxes.device) < 0.25, 0.2, 0.06)
    boxes = clip_boxes(jitter_boxes(boxes + _growth(boxes, widening), amount), height, width)
    large = (box_sides(boxes) > 4).all(dim=1)
    return torch.cat((image[:, None].to(boxes.dtype), boxes), dim=1)[large], row[large] + 1


def _growth(boxes: Tensor, fraction: Tensor) -> Tensor:
    """Offsets (R, 4) that grow boxes by a fraction (R, 1) of their sides."""
    half = box_sides(boxes) * fraction / 2
    return torch.cat((-half, half), dim=1)


@torch.no_grad()
def crop_targets(objects: Objects, rois: Tensor, slots: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """Mask targets (R, side, side) in [0, 1], the share of each cell, of objects `slots` (R,) in RoIs (R, 5).

    With them, where they are known, 0 or 1.
    """
    image = rois[:, 0].long()
    planes = torch.stack((objects.masks[image, slots - 1], objects.known[image]), dim=1)
    own = torch.arange(len(rois), device=rois.device, dtype=rois.dtype)[:, None]
    cropped = crop_maps(planes.float(), torch.cat((own, rois[:, 1:]), dim=1), side, samples=0)
    return cropped[:, 0], (cropped[:, 1] > 0.5).float()


def share_inside(objects: Objects, rois: Tensor, slots: Tensor) -> Tensor:
    """Share (R,) in [0, 1] of the objects `slots` (R,) that lies inside the RoIs (R, 5)."""
    masks = objects.masks[rois[:, 0].long(), slots - 1]
    height, width = masks.shape[-2:]
    x = torch.arange(width, device=rois.device) + 0.5
    y = torch.arange(height, device=rois.device) + 0.5
    inside_x = (x >= rois[:, 1:2]) & (x <= rois[:, 3:4])
    inside_y = (y >= rois[:, 2:3]) & (y <= rois[:, 4:5])
    inside = (masks & inside_y[:, :, None] & inside_x[:, None, :]).flatten(1).sum(dim=1)
    return inside / masks.flatten(1).sum(dim=1).clamp(min=1)
