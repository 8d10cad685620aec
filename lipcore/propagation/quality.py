"""How good a mask is expected to be: what the network says of it as a whole, and how certain its pixels are."""

from __future__ import annotations

from torch import Tensor


def expected_iou(masks: Tensor, qualities: Tensor, scores: Tensor) -> Tensor:
    """The IoU (K,) in [0, 1] that masks (K, H, W) in [0, 1] are expected to have with their objects.

    `qualities` (K,) are what the network expects of the masks. They do not say whether it is the right object: the id
    `scores` (K,) do. Neither tells a frame from the next as the pixels do. So the geometric mean of both, times
    `pixel_certainty`, follows true IoU best, on held-out videos (docs/accuracy.md).
    """
    return (qualities * scores).sqrt() * pixel_certainty(masks)


def pixel_certainty(masks: Tensor) -> Tensor:
    """The IoU (K,) of masks (K, H, W), cut at a half, with objects that have each pixel as likely as its value says.

    1 where all pixels are certain, 0 for a mask without pixels.
    """
    inside = (masks > 0.5).to(masks.dtype)
    shared = (masks * inside).sum(dim=(1, 2))
    either = inside.sum(dim=(1, 2)) + masks.sum(dim=(1, 2)) - shared
    return shared / either.clamp(min=1)
