"""Candidate detections of a frame: boxes from the RPN, from the objects' tracks and from matching."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from lipcore.model import Features, LipNetwork
from lipcore.model.boxes import boxes_of_masks, clip_boxes, widen_boxes
from lipcore.model.heads import RoiPredictions, ShortcutLinear
from lipcore.model.matching import MATCH_STRIDE
from lipcore.propagation.stages.components import Component

TRACK_WIDENING = 0.15  # a tracked box grows by this much, for motion that was not foreseen
SMALLEST_COMPONENT = 4  # cells of a matched component that proposes a box
PART = 0.2  # of the cells of an object's largest component: a smaller one may be a stray


class OwnBoxes(NamedTuple):
    """Boxes (E, 4) that are meant for one object each."""

    boxes: Tensor
    owners: Tensor  # (E,) int64, the object's slot less one
    support: Tensor  # (E,) in [0, 1], how far annotated frames vouch for it; the owner's id score is at least this


class Candidates(NamedTuple):
    """R candidates for K objects."""

    scores: Tensor  # (R, K) id scores in [0, 1]
    boxes: Tensor  # (R, K, 4) the box each candidate has for each object
    rois: Tensor  # (R, 4) the boxes they were read from
    predictions: RoiPredictions  # of the R candidates


def detect(network: LipNetwork, features: Features, own: OwnBoxes, id_layer: ShortcutLinear) -> Candidates:
    """Score the RPN's proposals and the objects' own boxes with `id_layer`; an own box stays as it is for its owner."""
    size = (features.images.shape[-2], features.images.shape[-1])
    proposals = network.proposal_head.choose(network.propose(features), size)[0]
    boxes = torch.cat((proposals, own.boxes))
    predictions = network.describe(features, torch.cat((torch.zeros_like(boxes[:, :1]), boxes), dim=1))
    scores = id_layer(predictions.id_features, predictions.roi_means).float().softmax(dim=1)[:, 1:]
    count = scores.shape[1]
    deltas = predictions.box_deltas[:, 1:].reshape(-1, 4).float()
    decoded = network.box_coder.decode_single(deltas, boxes.repeat_interleave(count, dim=0))
    per_object = clip_boxes(decoded, *size).view(-1, count, 4)
    rows = torch.arange(len(proposals), len(boxes), device=boxes.device)
    vouched = scores.clone()
    vouched[rows, own.owners] = torch.maximum(scores[rows, own.owners], own.support)
    per_object[rows, own.owners] = own.boxes
    return Candidates(vouched, per_object, boxes, predictions)


def joined(*parts: OwnBoxes) -> OwnBoxes:
    """Own boxes of several sources together."""
    return OwnBoxes(*(torch.cat(values) for values in zip(*parts, strict=True)))


def no_boxes(like: Tensor) -> OwnBoxes:
    """No own boxes, on the device of `like`."""
    return OwnBoxes(like.new_zeros((0, 4)), torch.zeros(0, dtype=torch.int64, device=like.device), like.new_zeros(0))


def painted_boxes(boxes: Tensor, owners: Tensor) -> OwnBoxes:
    """Boxes (E, 4) that a person's masks show."""
    return OwnBoxes(boxes, owners, torch.ones_like(boxes[:, 0]))


def track_boxes(carried: Tensor, shares: Tensor | None) -> OwnBoxes:
    """Boxes around the carried masks (K, H, W) in [0, 1] of visible objects.

    Annotated frames vouch for a track by its share of the matches (1 + K, h, w) within its mask: that falls when the
    object is hidden, and does not decay over time as id scores do.
    """
    boxes, visible = boxes_of_masks(carried > 0.5)
    owners = torch.nonzero(visible).squeeze(1)
    grown = clip_boxes(widen_boxes(boxes[owners], TRACK_WIDENING), carried.shape[-2], carried.shape[-1])
    if shares is None:
        return OwnBoxes(grown, owners, torch.zeros_like(grown[:, 0]))
    masks = torch.nn.functional.interpolate(carried[None], shares.shape[-2:], mode="area")[0]
    within = (masks * shares[1:]).flatten(1).sum(dim=1) / masks.flatten(1).sum(dim=1).clamp(min=1e-3)
    return OwnBoxes(grown, owners, within[owners])


def component_boxes(components: list[list[Component]], like: Tensor) -> OwnBoxes:
    """Boxes around what matching gives to each of K objects: every component, and all of them together.

    Finds an object again that was out of sight. Each is vouched for by its mean share.
    """
    rows: list[tuple[tuple[float, ...], int, float]] = []
    for owner, found in enumerate(components):
        large = [component for component in found if component.area >= SMALLEST_COMPONENT]
        rows += [(component.box, owner, component.share) for component in large]
        if len(large) > 1:
            corners = list(zip(*(component.box for component in large), strict=True))
            hull = (min(corners[0]), min(corners[1]), max(corners[2]), max(corners[3]))
            rows.append((hull, owner, sum(c.share * c.area for c in large) / sum(c.area for c in large)))
    if not rows:
        return no_boxes(like)
    return OwnBoxes(
        like.new_tensor([box for box, _, _ in rows]),
        torch.tensor([owner for _, owner, _ in rows], device=like.device),
        like.new_tensor([share for _, _, share in rows]),
    )


def whole_object(boxes: Tensor, tracks: Tensor, components: list[list[Component]], size: tuple[int, int]) -> Tensor:
    """RoIs (S, 4) that hold the objects: boxes (S, 4), and the matched components that lie in them for the most part.

    `components` of the same S objects. Without them a box that has lost a part of its object could never get it back.
    So do large ones that lie in the boxes `tracks` (S, 4) of the frame before, where they meet the box: an object that
    another one divides has a part on either side, and one of them may look more like it than both together.
    """
    grown = boxes.tolist()
    for box, track, found in zip(grown, tracks.tolist(), components, strict=True):
        chosen, tracked = tuple(box), _common(box, track) > 0
        part = max([SMALLEST_COMPONENT, *(PART * component.area for component in found)])
        for component in found:
            x1, y1, x2, y2 = component.box
            least, margin = 0.3 * (x2 - x1) * (y2 - y1), MATCH_STRIDE
            held = tracked and component.area >= part and _common(track, component.box) > least
            if held or _common(chosen, component.box) > least:
                box[:] = (
                    min(box[0], x1 - margin),
                    min(box[1], y1 - margin),
                    max(box[2], x2 + margin),
                    max(box[3], y2 + margin),
                )
    return clip_boxes(boxes.new_tensor(grown).view(-1, 4), *size)


def _common(first: Sequence[float], second: Sequence[float]) -> float:
    """The area that two boxes have in common."""
    across = min(first[2], second[2]) - max(first[0], second[0])
    return max(across, 0.0) * max(min(first[3], second[3]) - max(first[1], second[1]), 0.0)
