"""The compositor of synthetic clips: layers with their own motion over a moving background, drawn in tensors.

Coordinates are pixels with the origin at the corner of the first pixel, so that its centre is (0.5, 0.5). A motion is a
(T, 2, 3) float64 array that takes points (x, y, 1) of the clip's frame t to points of the source picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray
from torch import Tensor

from lipcore.masks import IGNORE


@dataclass(frozen=True, eq=False)
class Bend:
    """A smooth displacement of source points: sum over k of amplitude[t, k] * sin(frequency[k] . point + phase[t, k]).

    `amplitudes` (T, K, 2) source pixels, `frequencies` (K, 2) radians per source pixel, `phases` (T, K) radians.
    """

    amplitudes: NDArray[np.float64]
    frequencies: NDArray[np.float64]
    phases: NDArray[np.float64]

    @property
    def reach(self) -> float:
        """The largest displacement that can occur, in source pixels."""
        return float(np.abs(self.amplitudes).sum(axis=1).max())


@dataclass(frozen=True, eq=False)
class Background:
    """What lies behind all layers: `images` (1 or T, 3, h, w) float 0..255, `labels` (1 or T, 1, h, w) float ids."""

    images: Tensor
    labels: Tensor
    motion: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Layer:
    """One instance: `pixels` (1, 4, h, w) float, RGB 0..255 and alpha 0..1 that is zero along the border."""

    pixels: Tensor
    label: int
    motion: NDArray[np.float64]
    bend: Bend | None = None


def render(background: Background, layers: Sequence[Layer], size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Draw the layers in order, the last in front, for T frames of `size` (H, W).

    Gives images (T, 3, H, W) float 0..255 and labels (T, H, W) uint8; outside of the background picture the label is
    255 and the colour is the picture's mean. A pixel belongs to a layer where its alpha is above one half.
    """
    height, width = size
    pictures, motion, factor = _reduced(background.images, background.motion)
    grid = _grid(motion, (0, 0, height, width), pictures, None)
    frames = grid.shape[0]
    images = functional.grid_sample(_repeat(pictures, frames), grid, align_corners=False, padding_mode="border")
    ids = background.labels[:, :, : factor * pictures.shape[-2], : factor * pictures.shape[-1]]
    sampled = functional.grid_sample(_repeat(ids, frames), grid, mode="nearest", align_corners=False)
    outside = (grid.abs() > 1).any(dim=-1)
    mean = pictures.mean(dim=(0, 2, 3)).view(1, 3, 1, 1)
    images = torch.where(outside[:, None], mean, images)
    labels = sampled[:, 0].masked_fill_(outside, IGNORE).to(torch.uint8)
    for layer in layers:
        region = _region(layer, size)
        if region is not None:
            _draw(images, labels, layer, region)
    return images, labels


def _draw(images: Tensor, labels: Tensor, layer: Layer, region: tuple[int, int, int, int]) -> None:
    top, left, bottom, right = region
    pixels, motion, factor = _reduced(layer.pixels, layer.motion)
    bend = layer.bend
    if factor > 1:
        colours = functional.pad(pixels[:, :3], (1, 1, 1, 1), mode="replicate")
        pixels = torch.cat([colours, functional.pad(pixels[:, 3:], (1, 1, 1, 1))], dim=1)  # the border is clear again
        motion = motion + np.array([[0, 0, 1.0], [0, 0, 1.0]])
        if bend is not None:
            shift = bend.frequencies.sum(axis=1)
            bend = Bend(bend.amplitudes / factor, bend.frequencies * factor, bend.phases - shift * factor)
    grid = _grid(motion, region, pixels, bend)
    pixels = _repeat(pixels, grid.shape[0])
    drawn = functional.grid_sample(pixels, grid, align_corners=False, padding_mode="border")
    alpha = drawn[:, 3:]
    images[:, :, top:bottom, left:right].lerp_(drawn[:, :3], alpha)
    labels[:, top:bottom, left:right].masked_fill_(alpha[:, 0] > 0.5, layer.label)


def _reduced(pixels: Tensor, motion: NDArray[np.float64]) -> tuple[Tensor, NDArray[np.float64], int]:
    """The source and the motion into it at 1/factor of the size where the clip shows it that much smaller: no moire."""
    scale = float(np.sqrt(np.abs(np.linalg.det(motion[:, :, :2]))).min())
    factor = min(int(scale), pixels.shape[-2], pixels.shape[-1])
    if factor < 2:
        return pixels, motion, 1
    return functional.avg_pool2d(pixels, factor), motion / factor, factor


def _grid(motion: NDArray[np.float64], region: tuple[int, int, int, int], source: Tensor, bend: Bend | None) -> Tensor:
    """Where the pixels of a region of all frames lie in the source: (T, h, w, 2) in -1..1 as grid_sample wants it."""
    top, left, bottom, right = region
    device = source.device
    scale = np.array([2 / source.shape[-1], 2 / source.shape[-2]])
    columns = torch.arange(left, right, device=device, dtype=torch.float32) + 0.5
    rows = torch.arange(top, bottom, device=device, dtype=torch.float32) + 0.5
    if bend is None:
        steps = motion * scale[:, None]
        steps[:, :, 2] -= 1
        return _affine(steps, rows, columns)
    points = _affine(motion, rows, columns)
    flat = points.flatten(1, 2)
    frequencies, phases, amplitudes = (
        torch.as_tensor(values, dtype=torch.float32, device=device)
        for values in (bend.frequencies, bend.phases, bend.amplitudes * scale)
    )
    waves = (flat @ frequencies.T).add_(phases[:, None]).sin_() @ amplitudes
    scales = torch.as_tensor(scale, dtype=torch.float32, device=device)
    return flat.mul_(scales).sub_(1).add_(waves).view(points.shape)


def _affine(motion: NDArray[np.float64], rows: Tensor, columns: Tensor) -> Tensor:
    steps = torch.as_tensor(motion, dtype=torch.float32, device=rows.device)[:, None, None]
    along = columns.view(1, 1, -1, 1) * steps[..., 0]
    down = rows.view(1, -1, 1, 1) * steps[..., 1] + steps[..., 2]
    return along + down


def _region(layer: Layer, size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """The part of the frame (top, left, bottom, right) that the layer can touch in any frame, None if it is outside."""
    height, width = layer.pixels.shape[-2:]
    margin = 0.0 if layer.bend is None else layer.bend.reach
    corners = np.array([(x, y, 1.0) for x in (-margin, width + margin) for y in (-margin, height + margin)], np.float64)
    inverse = invert(layer.motion)
    points = np.einsum("tij,cj->tci", inverse, corners)
    low = np.floor(points.min(axis=(0, 1)))
    high = np.ceil(points.max(axis=(0, 1)))
    left, top = (int(value) for value in np.maximum(low, 0))
    right, bottom = (int(value) for value in np.minimum(high, (size[1], size[0])))
    return (top, left, bottom, right) if bottom > top and right > left else None


def invert(motion: NDArray[np.float64]) -> NDArray[np.float64]:
    """The motion (T, 2, 3) backwards: from points of the source to points of the frame."""
    linear = np.linalg.inv(motion[:, :, :2])
    return np.concatenate([linear, -linear @ motion[:, :, 2:]], axis=2)


def chain(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """The motion (T, 2, 3) that does `first`, then `second`."""
    linear = second[:, :, :2] @ first
    linear[:, :, 2] += second[:, :, 2]
    return linear


def _repeat(source: Tensor, frames: int) -> Tensor:
    return source.expand(frames, -1, -1, -1) if source.shape[0] == 1 else source


def fill_holes(pixels: Tensor, known: Tensor) -> Tensor:
    """Fill (N, C, h, w) where `known` (N, 1, h, w) is zero with a smooth continuation of what is known."""
    if min(pixels.shape[-2:]) <= 2:
        weight = known.sum(dim=(2, 3), keepdim=True).clamp(min=1e-6)
        return torch.where(known > 0, pixels, (pixels * known).sum(dim=(2, 3), keepdim=True) / weight)
    weight = functional.avg_pool2d(known, 2, ceil_mode=True)
    coarse = functional.avg_pool2d(pixels * known, 2, ceil_mode=True) / weight.clamp(min=1e-6)
    coarse = fill_holes(coarse, (weight > 0).to(known.dtype))
    smooth = functional.interpolate(coarse, size=pixels.shape[-2:], mode="bilinear", align_corners=False)
    return torch.where(known > 0, pixels, smooth)


def fill_with_texture(pixels: Tensor, known: Tensor) -> Tensor:
    """Fill holes as `fill_holes` does, and add fine texture from beside, so that the place does not stand out."""
    coarse = functional.interpolate(functional.avg_pool2d(known, 8, ceil_mode=True).floor(), size=known.shape[-2:])
    smooth = fill_holes(pixels, known)
    coarse_colours = functional.avg_pool2d(smooth, 4, ceil_mode=True)
    low = functional.interpolate(coarse_colours, size=known.shape[-2:], mode="bilinear", align_corners=False)
    texture = (pixels - low).clamp_(-20, 20) * coarse  # an outline copied whole would be a ghost
    missing = 1 - known
    added = torch.zeros_like(pixels)
    height, width = known.shape[-2:]
    for down, along in ((0, 0.23), (0, -0.23), (0, 0.47), (0.23, 0), (-0.23, 0), (0.37, 0.37)):
        shift = (round(down * height), round(along * width))
        there = torch.roll(coarse, shift, (2, 3)) * missing
        added = added + torch.roll(texture, shift, (2, 3)) * there
        missing = missing - there
    return (smooth + added).clamp_(0, 255)


def cut_out(
    image: NDArray[np.uint8], mask: NDArray[np.bool_], device: torch.device, feather: float = 1.0
) -> tuple[Tensor, tuple[int, int]]:
    """An instance of an image (H, W, 3) as layer pixels, and the point (x, y) of the image that is the layer's origin.

    The colours go on beyond the mask, so that its soft edge (`feather` pixels) shows nothing of the old surroundings.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, left = max(int(rows[0]) - 2, 0), max(int(columns[0]) - 2, 0)
    area = np.s_[top : rows[-1] + 3, left : columns[-1] + 3]
    picture = cv2.copyMakeBorder(image[area], 2, 2, 2, 2, cv2.BORDER_REPLICATE)
    inside = cv2.copyMakeBorder(mask[area].astype(np.uint8), 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
    known = cv2.erode(inside, np.ones((3, 3), np.uint8))
    alpha = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), max(feather * 0.6, 0.05))
    alpha[[0, -1]] = 0
    alpha[:, [0, -1]] = 0
    colours = torch.from_numpy(picture).to(device).permute(2, 0, 1)[None].float()
    colours = fill_holes(colours, torch.from_numpy(known if known.any() else inside).to(device)[None, None].float())
    return torch.cat([colours, torch.from_numpy(alpha).to(device)[None, None]], dim=1), (left - 2, top - 2)


def dilate(mask: NDArray[np.bool_], pixels: int) -> NDArray[np.bool_]:
    """The mask (H, W) grown by some pixels to all sides."""
    return cv2.dilate(mask.astype(np.uint8), np.ones((2 * pixels + 1,) * 2, np.uint8)) > 0


def blur(pictures: Tensor, sigmas: NDArray[np.float64]) -> Tensor:
    """Gaussian blur of (T, C, H, W), frame t with `sigmas[t]` pixels (from 0)."""
    radius = max(1, int(np.ceil(2.5 * sigmas.max())))
    offsets = np.arange(-radius, radius + 1)
    weights = np.exp(-0.5 * (offsets[None] / np.maximum(sigmas, 1e-3)[:, None]) ** 2)
    weights /= weights.sum(axis=1, keepdims=True)
    kernels = torch.as_tensor(weights, dtype=torch.float32)[:, None]
    return filter_frames(filter_frames(pictures, kernels), kernels.transpose(1, 2))


def filter_frames(pictures: Tensor, kernels: Tensor) -> Tensor:
    """Filter (T, C, H, W) with a kernel (1 or T, h, w) per frame, h and w odd; the border pixels go on outside."""
    frames, channels, height, width = pictures.shape
    down, along = kernels.shape[-2] // 2, kernels.shape[-1] // 2
    kernels = kernels.to(pictures.device).expand(frames, -1, -1).repeat_interleave(channels, dim=0)[:, None]
    flat = functional.pad(pictures, (along, along, down, down), mode="replicate").flatten(0, 1)[None]
    flat = flat.contiguous(memory_format=torch.channels_last)  # several times faster on the CPU
    filtered = functional.conv2d(flat, kernels, groups=frames * channels)
    return filtered.contiguous().view(frames, channels, height, width)
