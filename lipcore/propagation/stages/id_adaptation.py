"""Fine-tuning of the id layer alone while propagating, so that id scores do not decay (paper, section 3.3)."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from lipcore.model.boxes import pairwise_iou
from lipcore.model.heads import RoiPredictions, ShortcutLinear


@dataclass(frozen=True)
class IdAdaptationConfig:
    """When and how far the id layer follows the video."""

    iterations: int = 500  # at most, per frame
    high_score: float = 0.7  # an object seen with a higher id score is taken as truth
    loss_floor: float = 0.05  # stop as soon as the loss is under this
    learning_rate: float = 0.02  # for features of unit length


class IdExamples(NamedTuple):
    """Kept tensors of one frame: what the id layer saw of R RoIs and what they turned out to be."""

    features: Tensor  # (R, D)
    roi_means: Tensor  # (R, C)
    slots: Tensor  # (R,) int64, 0 background


def id_examples(predictions: RoiPredictions, rois: Tensor, boxes: Tensor, certain: Tensor) -> IdExamples:
    """RoIs (R, 4) against the chosen boxes (K, 4) of objects, of which `certain` (K,) bool are seen with high scores.

    IoU of 0.5 with a certain object makes a RoI its example; one under 0.3 with every object is background; those
    near an uncertain object are left out.
    """
    overlaps = pairwise_iou(rois, boxes)
    best, owners = overlaps.max(dim=1)
    positive = (best >= 0.5) & certain[owners]
    kept = positive | (best < 0.3)
    slots = torch.where(positive, owners + 1, 0)[kept]
    return IdExamples(predictions.id_features[kept].detach(), predictions.roi_means[kept].detach(), slots)


def adapt_id_layer(
    layer: ShortcutLinear, reference: IdExamples, examples: IdExamples, config: IdAdaptationConfig
) -> ShortcutLinear:
    """A copy of the id layer trained until its loss on a frame's examples is low; the layer itself where it already is.

    `reference`, the examples of the annotated frame, are trained on as well, so that what is certain is not forgotten.
    Background weighs half, and each object the same share of the other half, however many RoIs it has.
    The learning rate is relative to the size of the features, so one rate suits every network. Computed in float32:
    autocast would keep its copy of the first weights through all iterations.
    """
    if not bool((examples.slots > 0).any()):
        return layer
    adapted = copy.deepcopy(layer)
    features, means, slots = (torch.cat(pair) for pair in zip(reference, examples, strict=True))
    features, means = features.float(), means.float()
    weights = _balanced(slots)
    rate = config.learning_rate / float(features.square().sum(dim=1).mean().clamp(min=1e-6))
    with torch.enable_grad(), torch.autocast(features.device.type, enabled=False):
        parameters = [parameter.requires_grad_(True) for parameter in adapted.layer.parameters()]
        optimizer = torch.optim.SGD(parameters, lr=rate, momentum=0.9)
        for iteration in range(config.iterations):
            logits = adapted(features, means)
            loss = (torch.nn.functional.cross_entropy(logits, slots, reduction="none") * weights).sum()
            if loss.item() < config.loss_floor:
                return layer if iteration == 0 else adapted.requires_grad_(False)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return adapted.requires_grad_(False)


def _balanced(slots: Tensor) -> Tensor:
    """Weights (R,) of examples of `slots` (R,), 0 for background: half for all background, half for all objects."""
    amounts = torch.bincount(slots)
    seen = int((amounts[1:] > 0).sum())
    shares = torch.full_like(amounts, 0.5 / max(seen, 1), dtype=torch.float32)
    shares[0] = 0.5
    return (shares / amounts.clamp(min=1))[slots]
