"""Previous-mask cues that the network made itself, carried along by the motion of the boxes (beyond the paper).

In use the network sees its own last mask, with its own errors; made-up errors are a poor likeness of those. So the
masks of a clip are predicted once without gradients, and some objects get their own mask of the frame before as cue.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from lipcore.learning.targets import Objects, mask_rois
from lipcore.model.boxes import box_sides
from lipcore.model.network import Cues, Frame, LipNetwork
from lipcore.model.paste import paste_masks


@torch.no_grad()
def with_own_masks(
    network: LipNetwork, frame: Frame, objects: Objects, cues: Cues, outputs: Tensor, length: int, fraction: float
) -> Cues:
    """Cues of I images and G slots in which a `fraction` of the previous masks are the network's own.

    `frame` holds clips of `length` frames in order; `outputs` (I, G) int64 is the mask output of every object. A
    mask of frame t-1 is moved and scaled as the object's true box is from t-1 to t; first frames keep their cue.
    """
    slots = objects.present.shape[1]
    rois, slot = mask_rois(objects, slots)
    image = rois[:, 0].long()
    after = torch.arange(len(objects.present), device=rois.device).remainder(length) < length - 1
    chosen = after[image] & (torch.rand(len(rois), device=rois.device) < fraction)
    chosen &= objects.present[(image + 1).clamp(max=len(after) - 1), slot]
    rois, slot, image = rois[chosen], slot[chosen], image[chosen]
    if not len(rois):
        return cues
    logits = network.segment(frame, rois, outputs[image, slot], cues, image * slots + slot)
    moved = _move(rois[:, 1:], objects.boxes[image, slot], objects.boxes[image + 1, slot])
    height, width = cues.previous.shape[-2:]
    pasted = paste_masks(logits.sigmoid(), moved / 2, (height // 2, width // 2))[:, None]
    previous = cues.previous.clone()
    resized = F.interpolate(pasted, size=(height, width), mode="bilinear", align_corners=False)
    previous[(image + 1) * slots + slot] = resized.to(previous.dtype)
    return cues._replace(previous=previous)


def _move(boxes: Tensor, before: Tensor, after: Tensor) -> Tensor:
    """Boxes (R, 4) as they lie to `after` (R, 4) when they lay so to `before` (R, 4)."""
    scale = box_sides(after) / box_sides(before).clamp(min=1.0)
    corners: Tensor = (boxes.unflatten(1, (2, 2)) - before[:, None, :2]) * scale[:, None] + after[:, None, :2]
    return corners.flatten(1)
