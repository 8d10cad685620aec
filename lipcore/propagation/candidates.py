"""Candidate detections of a frame: boxes from the RPN, from the objects' tracks and from reference matching."""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from lipcore.model import Frame, LipNetwork
from lipcore.model.boxes import boxes_of_masks, clip_boxes, widen_boxes
from lipcore.model.heads import RoiPredictions, ShortcutLinear

TRACK_WIDENING = 0.15  # a tracked box grows by this much, for motion that was not foreseen


class Candidates(NamedTuple):
    """R candidates for K objects."""

    scores: Tensor  # (R, K) id scores in [0, 1]
    boxes: Tensor  # (R, K, 4) the box each candidate has for each object
    rois: Tensor  # (R, 4) the boxes they were read from
    predictions: RoiPredictions  # of the R candidates


def detect(network: LipNetwork, frame: Frame, extra: Tensor, owners: Tensor, id_layer: ShortcutLinear) -> Candidates:
    """Score the RPN's proposals and `extra` boxes (E, 4) with `id_layer`.

    An extra box stays as it is for its owner (E,), the slot less one; for other objects it is refined like any other.
    """
    size = (frame.images.shape[-2], frame.images.shape[-1])
    proposals = network.proposal_head.choose(network.propose(frame), size)[0]
    boxes = torch.cat((proposals, extra))
    rois = torch.cat((torch.zeros_like(boxes[:, :1]), boxes), dim=1)
    predictions = network.describe(frame, rois)
    scores = id_layer(predictions.id_features, predictions.roi_means).float().softmax(dim=1)[:, 1:]
    count = scores.shape[1]
    deltas = predictions.box_deltas[:, 1:].reshape(-1, 4).float()
    decoded = network.box_coder.decode_single(deltas, boxes.repeat_interleave(count, dim=0))
    per_object = clip_boxes(decoded, *size).view(-1, count, 4)
    rows = torch.arange(len(extra), device=boxes.device) + len(proposals)
    per_object[rows, owners] = extra
    return Candidates(scores, per_object, boxes, predictions)


def track_boxes(carried: Tensor) -> tuple[Tensor, Tensor]:
    """Boxes (E, 4) around the carried masks (K, H, W) in [0, 1] of visible objects, and whose they are (E,)."""
    boxes, visible = boxes_of_masks(carried > 0.5)
    owners = torch.nonzero(visible).squeeze(1)
    grown = widen_boxes(boxes[owners], TRACK_WIDENING)
    return clip_boxes(grown, carried.shape[-2], carried.shape[-1]), owners


def match_boxes(matches: Tensor, stride: int = 8, area: int = 4) -> tuple[Tensor, Tensor]:
    """Boxes around the cells that reference matching gives to each object: matches (1 + K, h, w) in [0, 1].

    Objects with fewer than `area` cells have none. Finds an object again that was out of sight.
    """
    winners = matches.argmax(dim=0)
    slots = torch.arange(1, len(matches), device=matches.device)
    masks = (winners[None] == slots[:, None, None]) & (matches[1:] > 0.5)
    owners = torch.nonzero(masks.flatten(1).sum(dim=1) >= area).squeeze(1)
    boxes, _ = boxes_of_masks(masks[owners])
    return boxes * stride, owners


def match_support(carried: Tensor, matches: Tensor) -> Tensor:
    """How far annotated frames vouch for each track, (K,) in [0, 1]: its share of the matches within its mask.

    `carried` (K, H, W) in [0, 1], `matches` (1 + K, h, w) in [0, 1]. It falls when the object is hidden, and does not
    decay over time as id scores do.
    """
    masks = F.interpolate(carried[None], matches.shape[-2:], mode="area")[0]
    return (masks * matches[1:]).flatten(1).sum(dim=1) / masks.flatten(1).sum(dim=1).clamp(min=1e-3)
