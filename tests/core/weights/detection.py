"""Detection in single frames as a plain Mask R-CNN does it, to compare LIP's network with that of torchvision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor
from torchvision.models.detection.roi_heads import paste_masks_in_image
from torchvision.ops import batched_nms

from lipcore.model.boxes import box_sides, clip_boxes
from lipcore.model.network import Features, LipNetwork

SMALLEST_SIDE = 1e-2  # pixels; thinner boxes are left out


@dataclass(frozen=True)
class DetectionConfig:
    """Which detections are kept; the defaults are torchvision's."""

    score_floor: float = 0.05
    overlap: float = 0.5  # box IoU above which the weaker detection of a class is suppressed
    kept: int = 100  # best detections of an image


class Detections(NamedTuple):
    """What is found in one image, best first."""

    boxes: Tensor  # (D, 4) pixels
    scores: Tensor  # (D,) in (0, 1]
    classes: Tensor  # (D,) int64 from 1
    masks: Tensor  # (D, S, S) probabilities inside the boxes


@torch.no_grad()
def detect_instances(
    network: LipNetwork, features: Features, config: DetectionConfig | None = None
) -> list[Detections]:
    """Instances of every class of the id layer in each image of the features that `network.step` gave.

    Softmax over classes, boxes decoded for each class, non-maximum suppression within a class, then masks of what is
    left: torchvision's order of things, so that its weights give its results.
    """
    config = config or DetectionConfig()
    size = (features.images.shape[-2], features.images.shape[-1])
    proposals = network.proposal_head.choose(network.propose(features), size)
    return [_detect_in_image(network, features, number, boxes, config) for number, boxes in enumerate(proposals)]


def pasted_masks(detections: Detections, size: tuple[int, int]) -> Tensor:
    """Mask probabilities (D, H, W) of detections in an image of `size` = (H, W), pasted as torchvision does."""
    masks: Tensor = paste_masks_in_image(detections.masks[:, None], detections.boxes, size)
    return masks[:, 0]


def _detect_in_image(
    network: LipNetwork, features: Features, number: int, proposals: Tensor, config: DetectionConfig
) -> Detections:
    height, width = features.images.shape[-2:]
    rois = torch.cat((torch.full_like(proposals[:, :1], number), proposals), dim=1)
    predictions = network.describe(features, rois)
    scores = predictions.id_logits.float().softmax(dim=1)[:, 1:]
    rows, columns = torch.nonzero(scores > config.score_floor, as_tuple=True)
    best, classes = scores[rows, columns], columns + 1
    deltas = predictions.box_deltas[rows, network.instance_output(classes)].float()
    boxes = clip_boxes(network.box_coder.decode_single(deltas, proposals[rows]), height, width)
    large = (box_sides(boxes) >= SMALLEST_SIDE).all(dim=1)
    boxes, best, classes = boxes[large], best[large], classes[large]
    kept = batched_nms(boxes, best, classes, config.overlap)[: config.kept]
    boxes, best, classes = boxes[kept], best[kept], classes[kept]
    found = torch.cat((torch.full_like(boxes[:, :1], number), boxes), dim=1)
    return Detections(boxes, best, classes, network.segment(features, found, classes).logits.sigmoid())
