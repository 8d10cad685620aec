"""Losses of the RPN, box, id, mask and matching predictions; each is a mean, 0 where nothing asks for it."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor
from torchvision.models.detection._utils import BoxCoder

from lipcore.learning.targets import AnchorTargets, Objects
from lipcore.model.proposals import RawProposals


def proposal_losses(raw: RawProposals, targets: AnchorTargets, objects: Objects, coder: BoxCoder) -> dict[str, Tensor]:
    """Objectness (cross-entropy) and anchor offsets (smooth L1) of the sampled anchors."""
    sampled = targets.positive | targets.negative
    objectness = F.binary_cross_entropy_with_logits(raw.objectness[sampled], targets.positive[sampled].float())
    image, anchor = torch.nonzero(targets.positive, as_tuple=True)
    wanted = coder.encode_single(objects.boxes[image, targets.slots[image, anchor] - 1], raw.anchors[anchor])
    offsets = F.smooth_l1_loss(raw.deltas[image, anchor], wanted, beta=1 / 9, reduction="sum")
    return {"objectness": _finite(objectness, raw.objectness), "anchor": offsets / sampled.sum().clamp(min=1)}


def box_loss(deltas: Tensor, rois: Tensor, boxes: Tensor, positive: Tensor, coder: BoxCoder) -> Tensor:
    """Smooth L1 of the box offsets (R, 4) of positive RoIs (R, 4) towards boxes (R, 4), averaged over all RoIs."""
    wanted = coder.encode_single(boxes[positive], rois[positive])
    loss = F.smooth_l1_loss(deltas[positive].float(), wanted, beta=1.0, reduction="sum")
    return loss / max(len(positive), 1)


def focal_loss(logits: Tensor, targets: Tensor, gamma: float = 2.0) -> Tensor:
    """Focal loss over a softmax (Lin et al. 2017): logits (R, 1 + K), targets (R,) int64, -100 is left out."""
    kept = targets >= 0
    log_probability = F.log_softmax(logits[kept].float(), dim=1).gather(1, targets[kept, None])[:, 0]
    loss = -((1 - log_probability.exp()) ** gamma * log_probability)
    return loss.sum() / max(int(kept.sum()), 1)


def id_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy of ids or classes: logits (R, 1 + K), targets (R,) int64, -100 is left out."""
    kept = targets >= 0
    return F.cross_entropy(logits[kept].float(), targets[kept], reduction="sum") / max(int(kept.sum()), 1)


def episodic_id_loss(
    features: Tensor, scale: Tensor, clips: Tensor, first: Tensor, slots: Tensor, count: int
) -> Tensor:
    """Ids learnt as a metric: class means of a clip's first frame classify the RoIs of its other frames.

    Unit `features` (R, D); `clips` (R,) clip of each RoI, `first` (R,) bool, `slots` (R,) slot of the object or 0 for
    background; `count` clips. Background is a class of its own.
    """
    classes = int(slots.max()) + 1 if len(slots) else 1
    rows = clips * classes + slots
    sums = features.new_zeros((count * classes, features.shape[1])).index_add(0, rows[first], features[first])
    amounts = torch.bincount(rows[first], minlength=count * classes)
    means = F.normalize(sums, dim=1, eps=1e-6).view(count, classes, -1)
    later = ~first & (amounts[rows] > 0)
    if not bool(later.any()):
        return features.sum() * 0
    logits = scale * torch.einsum("rd,rcd->rc", features[later], means[clips[later]])
    missing = (amounts == 0).view(count, classes)[clips[later]]
    return F.cross_entropy(logits.float().masked_fill(missing, -1e4), slots[later])


def mask_losses(logits: Tensor, targets: Tensor, known: Tensor) -> dict[str, Tensor]:
    """Cross-entropy per pixel and dice loss of masks (R, S, S) towards targets in [0, 1], where `known` is 1."""
    if not len(logits):
        return {"mask": logits.sum() * 0, "dice": logits.sum() * 0}
    weights = known.flatten(1)
    pixels = F.binary_cross_entropy_with_logits(logits, targets, reduction="none").flatten(1)
    probabilities, wanted = logits.sigmoid().flatten(1) * weights, targets.flatten(1) * weights
    overlap = 2 * (probabilities * wanted).sum(1) + 1
    dice = 1 - overlap / (probabilities.square().sum(1) + wanted.square().sum(1) + 1)
    return {"mask": ((pixels * weights).sum(1) / weights.sum(1).clamp(min=1)).mean(), "dice": dice.mean()}


def quality_loss(quality: Tensor, logits: Tensor, targets: Tensor, known: Tensor, share: Tensor) -> Tensor:
    """Cross-entropy of the predicted IoU, logits (R,), with the IoU that masks (R, S, S) have with their objects.

    `targets` and `known` (R, S, S) as for the masks; `share` (R,) in (0, 1] of the object lies inside its RoI.
    """
    if not len(quality):
        return quality.sum() * 0
    masks = (logits > 0).float() * known
    shared = (masks * targets).sum(dim=(1, 2))
    whole = (targets * known).sum(dim=(1, 2)) / share.clamp(min=0.05)
    overlap = shared / (masks.sum(dim=(1, 2)) + whole - shared).clamp(min=1e-3)
    return F.binary_cross_entropy_with_logits(quality, overlap.clamp(0, 1).detach())


def match_loss(found: Tensor, shares: Tensor) -> Tensor:
    """Cross-entropy of matched label shares (I, 1 + K, N) towards true ones, balanced between labels of a frame."""
    amounts = shares.sum(dim=2, keepdim=True)
    weights = (amounts > 0) / amounts.clamp(min=0.5)
    surprise = -(shares * weights * found.clamp(min=1e-4).log()).sum(dim=(1, 2))
    return (surprise / (amounts > 0).sum(dim=(1, 2)).clamp(min=1)).mean()


def _finite(loss: Tensor, anchor: Tensor) -> Tensor:
    """The mean over nothing is not a number; here it is 0, still connected to the predictions."""
    return loss if bool(torch.isfinite(loss)) else anchor.sum() * 0
