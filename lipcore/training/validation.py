"""Figures of a network on held-out clips: loss, proposal recall and mask IoU, and a picture to look at."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from lipcore.augment.batch import ClipBatch
from lipcore.learning.recipe import LossConfig
from lipcore.learning.targets import objects_of_labels
from lipcore.machine.device import precision
from lipcore.model import LipNetwork
from lipcore.model.boxes import pairwise_iou
from lipcore.model.paste import paste_masks
from lipcore.training.clip_loss import classes_of, clip_losses, make_cues, seen_clips
from lipcore.training.told_clips import OBJECT_SLOTS

_COLOURS = ((240, 80, 60), (60, 160, 240), (90, 200, 90), (240, 190, 50), (190, 100, 230), (60, 210, 210))


@torch.no_grad()
def validate(network: LipNetwork, batches: Sequence[ClipBatch], config: LossConfig) -> dict[str, float]:
    """Means over held-out clips: `loss`, `proposal_recall` (box IoU of 0.5) and `mask_iou` in the true boxes.

    Everything random follows from the number of the batch alone, so that figures of two networks compare.
    """
    losses, recalls, overlaps = [], [], []
    device = network.device
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        for number, batch in enumerate(batches):
            torch.manual_seed(number)
            on_device = batch.to(device)
            with precision(device):
                losses.append(sum(float(value) for value in clip_losses(network, on_device, config).values()))
                seen = _Seen(network, on_device, config)
                recalls += seen.found(network)
            overlaps += seen.overlaps()
    return {
        "loss": float(np.mean(losses)),
        "proposal_recall": float(np.mean(recalls)) if recalls else float("nan"),
        "mask_iou": float(np.mean(overlaps)) if overlaps else float("nan"),
    }


class _Seen:
    """What a network says of a batch of clips, given the true boxes for masks."""

    def __init__(self, network: LipNetwork, batch: ClipBatch, config: LossConfig) -> None:
        self.frame, batch = seen_clips(network, batch, config)
        self.clips = batch
        clips, length = batch.labels.shape[:2]
        labels = batch.labels.flatten(0, 1)
        partly = batch.unlabelled_objects.repeat_interleave(length)
        self.objects = objects_of_labels(labels, partly, OBJECT_SLOTS, config.box_widening)
        self.size = (labels.shape[-2], labels.shape[-1])
        self.image, self.rows = torch.nonzero(self.objects.present, as_tuple=True)
        boxes = self.objects.boxes[self.image, self.rows]
        cues, _ = make_cues(network, self.frame, self.objects, labels, clips, config)
        rois = torch.cat((self.image[:, None].to(boxes.dtype), boxes), dim=1)
        outputs = classes_of(batch)[self.image, self.rows].clamp(min=1)
        maps = self.image * OBJECT_SLOTS + self.rows
        logits = network.segment(self.frame, rois, outputs, cues, maps).logits
        self.masks = paste_masks(logits.sigmoid(), boxes, self.size) > 0.5  # (R, H, W), of every object of every frame

    def found(self, network: LipNetwork) -> list[float]:
        """1 for every object of every frame that a proposal has found, 0 for the others."""
        proposals = network.proposal_head.choose(network.propose(self.frame), self.size)
        found: list[float] = []
        for boxes, truth, there in zip(proposals, self.objects.boxes, self.objects.present, strict=True):
            overlaps = F.pad(pairwise_iou(truth[there], boxes), (0, 1)).amax(dim=1)  # none where nothing is proposed
            found += (overlaps >= 0.5).float().tolist()
        return found

    def overlaps(self) -> list[float]:
        """IoU of every predicted mask, over the pixels that are known."""
        truth, known = self.objects.masks[self.image, self.rows], self.objects.known[self.image]
        shared = (self.masks & truth & known).flatten(1).sum(dim=1)
        either = ((self.masks | truth) & known).flatten(1).sum(dim=1)
        return [float(value) for value in shared / either.clamp(min=1)]


@torch.no_grad()
def sample_picture(network: LipNetwork, batch: ClipBatch, config: LossConfig) -> NDArray[np.uint8]:
    """A picture (H, W, 3) RGB: a row for each clip, frames side by side, predicted masks tinted, true ones outlined."""
    device = network.device
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []), precision(device):
        torch.manual_seed(0)
        on_device = batch.to(device)
        seen = _Seen(network, on_device, config)
    pictures = seen.clips.images.flatten(0, 1).float()
    labels = seen.clips.labels.flatten(0, 1)
    for number, row, mask in zip(seen.image.tolist(), seen.rows.tolist(), seen.masks, strict=True):
        colour = torch.tensor(_COLOURS[row % len(_COLOURS)], device=device, dtype=torch.float32)[:, None, None]
        pictures[number] = torch.where(mask, 0.5 * pictures[number] + 0.5 * colour, pictures[number])
        truth = (labels[number] == row + 1).float()[None]
        edge = (F.max_pool2d(truth, 3, 1, 1) > truth)[0]
        pictures[number] = torch.where(edge, colour, pictures[number])
    clips, length, _, height, width = seen.clips.images.shape
    grid = pictures.unflatten(0, (clips, length)).permute(0, 3, 1, 4, 2).reshape(clips * height, length * width, 3)
    return np.asarray(grid.clamp(0, 255).to(torch.uint8).cpu().numpy())
