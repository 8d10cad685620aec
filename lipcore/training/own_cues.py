"""Previous-mask cues that the network made itself, carried through whole clips (beyond the paper).

In use the network sees its own last mask, with its own errors, which add up; made-up errors are a poor likeness of
those. So the masks of a clip are predicted frame after frame without gradients, and some objects get them as cues.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from lipcore.learning.cue_noise import with_others
from lipcore.learning.targets import Objects, mask_rois
from lipcore.model.boxes import box_sides
from lipcore.model.network import Cues, Features, LipNetwork
from lipcore.model.paste import paste_masks


@torch.no_grad()
def with_own_masks(
    network: LipNetwork, features: Features, objects: Objects, cues: Cues, outputs: Tensor, length: int, fraction: float
) -> Cues:
    """Cues of I images and G slots in which the previous masks of a `fraction` of the objects are the network's own.

    `features` holds clips of `length` frames in order; `outputs` (I, G) int64 is the mask output of every object. From
    the second frame on (the first may lie far from it) the mask of frame t - 1, made with its own cue of frame t - 2,
    is moved and scaled as the object's true box is from t - 1 to t.
    """
    slots = objects.present.shape[1]
    rois, own_slots = mask_rois(objects, slots)
    row = own_slots - 1
    image = rois[:, 0].long()
    time = image.remainder(length)
    chosen = (torch.rand(len(objects.present) // length, slots, device=rois.device) < fraction)[image // length, row]
    chosen &= objects.present[(image + 1).clamp(max=len(objects.present) - 1), row]
    cues = cues._replace(previous=cues.previous.clone())
    for number in range(1, length - 1):
        rows = chosen & (time == number)
        if bool(rows.any()):
            _hand_on(network, features, objects, cues, outputs, rois[rows], row[rows])
    return cues


def _hand_on(
    network: LipNetwork, features: Features, objects: Objects, cues: Cues, outputs: Tensor, rois: Tensor, row: Tensor
) -> None:
    """Write masks predicted in RoIs (R, 5) of the objects in `row` (R,) into `cues`, for the frames after."""
    slots = objects.present.shape[1]
    image = rois[:, 0].long()
    logits = network.segment(features, rois, outputs[image, row], cues, image * slots + row).logits
    moved = _move(rois[:, 1:], objects.boxes[image, row], objects.boxes[image + 1, row])
    height, width = cues.previous.shape[-2:]
    pasted = paste_masks(logits.sigmoid(), moved / 2, (height // 2, width // 2))[:, None]
    resized = F.interpolate(pasted, size=(height, width), mode="bilinear", align_corners=False)
    previous = cues.previous.unflatten(0, (-1, slots))
    previous[image + 1, row, :1] = resized.to(previous.dtype)
    changed = torch.unique(image + 1)
    own = previous[changed, :, :1].flatten(0, 1)
    previous[changed] = with_others(own, slots).unflatten(0, (-1, slots))


def _move(boxes: Tensor, before: Tensor, after: Tensor) -> Tensor:
    """Boxes (R, 4) as they lie to `after` (R, 4) when they lay so to `before` (R, 4)."""
    scale = box_sides(after) / box_sides(before).clamp(min=1.0)
    corners: Tensor = (boxes.unflatten(1, (2, 2)) - before[:, None, :2]) * scale[:, None] + after[:, None, :2]
    return corners.flatten(1)
