"""Noise for previous-mask cues: true masks are made as wrong as the masks a network hands on to itself."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from lipcore.model.network import own_and_others


@torch.no_grad()
def doubtful_masks(masks: Tensor, boxes: Tensor, strength: float = 1.0, dropped: float = 0.25) -> Tensor:
    """Masks (M, 1, H, W) in [0, 1] at half resolution of masks (M, H, W) bool with boxes (M, 4) in pixels.

    Each is moved, scaled and rotated about its box by an amount relative to its size, its edge eaten or grown by
    smooth noise, with holes and leaks; some have blobs beside the object, as drift leaves them; a fraction
    `dropped` is empty, as after an occlusion.
    """
    count, height, width = masks.shape
    device = masks.device
    size = (height // 2, width // 2)
    soft = F.interpolate(masks[:, None].float(), size=size, mode="area")

    def normal(scale: float) -> Tensor:
        return torch.randn(count, device=device) * scale * strength

    extent = torch.tensor((width, height), device=device)
    centre = (boxes[:, :2] + boxes[:, 2:]) / extent - 1  # in [-1, 1]
    relative = (boxes[:, 2:] - boxes[:, :2]) / extent
    angle, zoom = normal(0.08), (normal(0.07)).exp()
    cosine, sine, aspect = angle.cos() / zoom, angle.sin() / zoom, width / height
    linear = torch.stack((torch.stack((cosine, -sine / aspect), 1), torch.stack((sine * aspect, cosine), 1)), 1)
    moved = centre + torch.stack((normal(0.08), normal(0.08)), 1) * relative * 2
    offset = centre - torch.einsum("mij,mj->mi", linear, moved)
    grid = F.affine_grid(torch.cat((linear, offset[:, :, None]), 2), [count, 1, *size], align_corners=False)
    soft = F.grid_sample(soft, grid, align_corners=False)

    # a blurred mask is a signed distance near its edge; adding smooth noise moves the edge there and leaks beyond it
    reach = 3
    blurred = F.avg_pool2d(soft, 2 * reach + 1, stride=1, padding=reach, count_include_pad=False)
    coarse = torch.randn(count, 1, max(size[0] // 16, 2), max(size[1] // 16, 2), device=device)
    noise = F.interpolate(coarse, size=size, mode="bilinear", align_corners=False)
    bias = normal(0.12).view(-1, 1, 1, 1)
    amount = torch.rand(count, 1, 1, 1, device=device) * 0.45 * strength
    doubtful = ((blurred - 0.5 + amount * noise + bias) * 12).sigmoid()
    doubtful = torch.maximum(doubtful, _leaks(boxes / 2, size, strength))
    kept = (torch.rand(count, 1, 1, 1, device=device) >= dropped).float()
    return doubtful * kept


def doubtful_previous(
    masks: Tensor, boxes: Tensor, there: Tensor, size: tuple[int, int], strength: float, dropped: float
) -> Tensor:
    """Doubtful masks (M, 1, H, W) of masks (M, H, W) bool with boxes (M, 4); zeros where an object is not `there`."""
    height, width = size
    own = torch.zeros(len(masks), 1, height // 2, width // 2, device=masks.device)
    own[there] = doubtful_masks(masks[there], boxes[there], strength, dropped)
    return F.interpolate(own, size=size, mode="bilinear", align_corners=False)


def match_cues(annotated: Tensor, before: Tensor, dropped: float) -> Tensor:
    """Matches as cues (I G, 4, h, w), of shares of labels (I, 1 + G, h, w) by annotated frames and the frame before.

    Of each of the two a fraction `dropped` is zero, as where nothing is known.
    """
    parts = [torch.stack([own_and_others(one) for one in shares]) for shares in (annotated, before)]
    cues = torch.cat(parts, dim=2).flatten(0, 1)
    kept = torch.rand(len(cues), 2, 1, 1, device=cues.device) >= dropped
    return cues * kept.repeat_interleave(2, dim=1)


def with_others(own: Tensor, slots: int) -> Tensor:
    """Cues (I G, 2, H, W): masks (I G, 1, H, W) of I images with G slots each, and those of all others."""
    every = own.unflatten(0, (-1, slots)).sum(dim=1, keepdim=True).expand(-1, slots, -1, -1, -1).flatten(0, 1)
    return torch.cat((own, (every - own).clamp(0, 1)), dim=1)


def _leaks(boxes: Tensor, size: tuple[int, int], strength: float) -> Tensor:
    """Blobs (M, 1, h, w) in [0, 1] near boxes (M, 4) in pixels of the map; most masks have none."""
    count, device = len(boxes), boxes.device
    sides = boxes[:, 2:] - boxes[:, :2]
    centres = boxes[:, :2] + sides * (torch.rand(count, 2, device=device) * 1.4 - 0.2)
    radii = (sides * (torch.rand(count, 2, device=device) * 0.25 + 0.05)).clamp(min=1.0)
    rows = torch.arange(size[0], device=device, dtype=torch.float32) + 0.5
    columns = torch.arange(size[1], device=device, dtype=torch.float32) + 0.5
    across = ((columns[None] - centres[:, :1]) / radii[:, :1]).square()
    down = ((rows[None] - centres[:, 1:]) / radii[:, 1:]).square()
    chosen = (torch.rand(count, 1, 1, device=device) < 0.4 * strength).float()
    return (((1 - down[:, :, None] - across[:, None, :]) * 6).sigmoid() * chosen)[:, None]
