"""Changes of light, sharpness and noise over a clip: each has a size for the clip and a slight drift along it."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lipcore.augment.motion import Generator, drift
from lipcore.augment.render import blur, filter_frames

_LUMINANCE = np.array([0.299, 0.587, 0.114])


def colour_change(random: Generator, frames: int, strength: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Matrices (T, 3, 3) and offsets (T, 3) for RGB 0..255: brightness, contrast, colour cast and saturation."""

    def course(size: float) -> NDArray[np.float64]:
        return strength * (random.normal(0, size) + drift(random, frames, 0.05 * size))

    contrast = np.exp(course(0.13))
    brightness = course(14.0)
    saturation = np.clip(1 + course(0.2), 0, 2)
    gains = np.exp(np.stack([course(0.06) for _ in range(3)], axis=1))
    grey = (1 - saturation)[:, None, None] * _LUMINANCE[None, None, :] + saturation[:, None, None] * np.eye(3)
    matrices = contrast[:, None, None] * gains[:, :, None] * grey
    offsets = 128 * (1 - contrast)[:, None] + brightness[:, None]
    return matrices, np.repeat(offsets, 3, axis=1)


def change_light(images: Tensor, random: Generator, strength: float = 1.0) -> Tensor:
    """Change (T, 3, H, W) float 0..255 as another camera, another light and a moving lens would; gives uint8."""
    frames, _, height, width = images.shape
    device = images.device
    if random.random() < 0.15 * strength:
        images = _motion_blur(images, random)
    elif random.random() < 0.2 * strength:
        images = blur(images, np.clip(random.uniform(0.3, 1.4) + drift(random, frames, 0.08), 0.05, 1.8))
    matrices, offsets = (
        torch.as_tensor(values, dtype=torch.float32, device=device)
        for values in colour_change(random, frames, strength)
    )
    images = torch.baddbmm(offsets[:, :, None], matrices, images.flatten(2)).view(images.shape)
    curve = np.clip(strength * random.normal(0, 0.25) + drift(random, frames, 0.02), -0.8, 0.8)
    if random.random() < 0.5:
        images = images.clamp_(0, 255)
        bow = torch.as_tensor(curve / 255, dtype=torch.float32, device=device).view(-1, 1, 1, 1)
        images = images + bow * images * (255 - images)
    if random.random() < 0.5:
        images = images + _noise(random, frames, (height, width), device) * float(random.exponential(2.5) * strength)
    return images.clamp_(0, 255).round_().to(torch.uint8)


def _motion_blur(images: Tensor, random: Generator) -> Tensor:
    """Blur along one direction, as when the camera moves while the shutter is open."""
    length = random.uniform(2, 8)
    angle = random.uniform(0, np.pi)
    count = 2 * int(np.ceil(length / 2)) + 1
    kernel = torch.zeros(count, count)
    for step in np.linspace(-0.5, 0.5, 4 * count):
        x = count // 2 + step * length * np.cos(angle)
        y = count // 2 + step * length * np.sin(angle)
        kernel[round(y), round(x)] += 1
    return filter_frames(images, (kernel / kernel.sum())[None])


def _noise(random: Generator, frames: int, size: tuple[int, int], device: torch.device) -> Tensor:
    """Noise (T, 3, H, W) of unit size: parts of one noise picture, so that it costs little."""
    height, width = size
    generator = torch.Generator().manual_seed(int(random.integers(2**62)))
    picture = torch.randn(3, height + 32, width + 32, generator=generator).to(device)
    starts = random.integers(0, 33, (frames, 2))
    return torch.stack([picture[:, y : y + height, x : x + width] for y, x in starts])
