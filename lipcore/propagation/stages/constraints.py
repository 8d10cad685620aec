"""The paper's constraints on detections (section 3.3), as pure functions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchvision.ops import batched_nms

from lipcore.model.boxes import pairwise_iou

SAME_IOU = 0.5  # box IoU above which two candidates are one detection; the weaker is suppressed (Mask R-CNN)
CANDIDATES = 10  # detections kept per object before one is chosen (section 5.1)
SCORE_FLOOR = 0.2  # id score a candidate must exceed
CONTINUITY_IOU = 0.3  # box IoU with the previous frame under which a candidate is suppressed
CONTINUITY_SCORE = 0.4  # previous id score above which continuity is asked for


class Previous(NamedTuple):
    """Where K objects were in the frame before."""

    boxes: Tensor  # (K, 4) pixels
    scores: Tensor  # (K,) id scores, 0 for an object that was not seen


class Choice(NamedTuple):
    """The one candidate of each of K objects."""

    rows: Tensor  # (K,) int64 row of the chosen candidate, meaningless where not found
    found: Tensor  # (K,) bool
    scores: Tensor  # (K,) id scores, 0 where not found


def choose(scores: Tensor, boxes: Tensor, previous: Previous, bonus: Tensor | None = None) -> Choice:
    """One maximum with location continuity, for K objects at once.

    `scores` (R, K) id scores of R candidates, `boxes` (R, K, 4) the box each candidate has for each object. Of the
    ten best detections over 0.2 those far from the object's last box are suppressed, if it was seen with more than
    0.4; the best of the rest is chosen, by score plus `bonus` (R, K) where one is given.
    """
    count = scores.shape[1]
    if not len(scores):
        nothing = torch.zeros(count, device=scores.device)
        return Choice(nothing.long(), nothing.bool(), nothing)
    best, rows = _without_duplicates(scores, boxes).topk(min(CANDIDATES, len(scores)), dim=0)  # (C, K)
    objects = torch.arange(count, device=scores.device)
    allowed = best > SCORE_FLOOR
    candidates = boxes[rows, objects].transpose(0, 1)  # (K, C, 4)
    near = pairwise_iou(candidates, previous.boxes[:, None])[..., 0].transpose(0, 1) >= CONTINUITY_IOU
    allowed &= near | (previous.scores <= CONTINUITY_SCORE)
    merit = best + (bonus.gather(0, rows) if bonus is not None else 0.0)
    merit = merit.masked_fill(~allowed, float("-inf"))
    top = merit.argmax(dim=0)
    found = allowed.any(dim=0)
    return Choice(rows[top, objects], found, torch.where(found, best[top, objects], 0.0))


def _without_duplicates(scores: Tensor, boxes: Tensor) -> Tensor:
    """Id scores (R, K) with 0 for candidates that overlap a better one of the same object."""
    rows, objects = torch.nonzero(scores > SCORE_FLOOR, as_tuple=True)
    kept = batched_nms(boxes[rows, objects].float(), scores[rows, objects].float(), objects, SAME_IOU)
    alone = torch.zeros_like(scores)
    alone[rows[kept], objects[kept]] = scores[rows[kept], objects[kept]]
    return alone


def resolve_overlaps(probabilities: NDArray[np.float32], threshold: float = 0.5) -> NDArray[np.uint8]:
    """Slots (H, W), 0 for background, of mask probabilities (K, H, W): the largest over the threshold wins a pixel."""
    best = np.full(probabilities.shape[1:], threshold, np.float32)
    slots = np.zeros(probabilities.shape[1:], np.uint8)
    for slot, mask in enumerate(probabilities, start=1):
        np.copyto(slots, slot, where=mask > best)
        np.maximum(best, mask, out=best)
    return slots
