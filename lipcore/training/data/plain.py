"""Pictures and videos as they are, only resized: what the paper trains on (section 5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lipcore.errors import LipError
from lipcore.masks import IGNORE
from lipcore.training.data.scenes import renumbered, same_size
from lipcore.training.data.store import Still

PADDING = (124, 116, 104)  # RGB; the mean of ImageNet, which is zero to the network


class PlainClip(NamedTuple):
    """T resized frames: `images` (T, 3, h, w) and `labels` (T, h, w) uint8; `classes` by label, from 1."""

    images: Tensor
    labels: Tensor
    classes: dict[int, int]
    unlabelled_objects: bool


def plain_clip(
    stills: Sequence[Still], shorter: int, longer: int, most_objects: int, device: torch.device
) -> PlainClip:
    """Frames whose shorter side is `shorter` pixels, or less where the longer side would exceed `longer`.

    Nothing is cropped, turned, mirrored, moved or coloured. The largest `most_objects` keep labels, others become 255.
    """
    if not same_size(stills):
        raise LipError(f"Cannot train on {stills[0].source}: the frames of a video differ in size.")
    labels, numbers = renumbered(np.stack([still.labels for still in stills]), most_objects)
    height, width = labels.shape[1:]
    factor = min(shorter / min(height, width), longer / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    pictures = [np.asarray(cv2.resize(still.image, size, interpolation=cv2.INTER_LINEAR)) for still in stills]
    maps = [np.asarray(cv2.resize(one, size, interpolation=cv2.INTER_NEAREST)) for one in labels]
    return PlainClip(
        torch.from_numpy(np.stack(pictures)).to(device).permute(0, 3, 1, 2).contiguous(),
        torch.from_numpy(np.stack(maps)).to(device),
        {new: stills[0].classes.get(old, 0) for old, new in numbers.items()},
        any(still.unlabelled_objects for still in stills),
    )


def padded(images: Tensor, labels: Tensor, height: int, width: int) -> tuple[Tensor, Tensor]:
    """Images (T, 3, h, w) and labels (T, h, w) grown to the right and bottom: mean colour, nothing known."""
    down, right = height - images.shape[-2], width - images.shape[-1]
    if not (down or right):
        return images, labels
    colour = torch.tensor(PADDING, dtype=images.dtype, device=images.device).view(3, 1, 1)
    larger = colour.expand(len(images), 3, height, width).clone()
    larger[..., : images.shape[-2], : images.shape[-1]] = images
    return larger, F.pad(labels, (0, right, 0, down), value=IGNORE)
