"""Pictures made of known colours and a known alpha: a disc blurred by motion, and a head with hair."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

HEIGHT, WIDTH = 120, 180


@dataclass(frozen=True)
class Scene:
    """A composite and what it was made of; `mask` is what a rough mask of it would be."""

    image: NDArray[np.uint8]  # (H, W, 3)
    alpha: NDArray[np.float32]  # (H, W) 0..1
    own: NDArray[np.float32]  # (H, W, 3) 0..1
    mask: NDArray[np.bool_]


def motion_blur(centre: float = 90.0, seed: int = 1, noise: float = 0.0) -> Scene:
    """A disc of 30 pixels' radius about the column `centre`, blurred over 17 pixels sideways."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    disc = (np.hypot(rows - 60, columns - centre) < 30).astype(np.float32)
    alpha = cv2.blur(disc, (17, 3))
    return _composed(alpha, alpha > 0.5, seed, noise)


def hair(seed: int = 1) -> Scene:
    """A disc of 24 pixels' radius with thin lines that stand out from it by up to 12 pixels; few are in the mask."""
    random = np.random.default_rng(seed)
    canvas = np.zeros((HEIGHT * 4, WIDTH * 4), np.uint8)
    cv2.circle(canvas, (360, 240), 96, 255, -1)
    for angle in random.uniform(0, 2 * np.pi, 60):
        length, bend = random.uniform(105, 140), random.uniform(-0.15, 0.15)
        tip = round(360 + length * np.cos(angle + bend)), round(240 + length * np.sin(angle + bend))
        root = round(360 + 90 * np.cos(angle)), round(240 + 90 * np.sin(angle))
        cv2.line(canvas, root, tip, 255, 4)
    alpha = cv2.resize(canvas, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    rough = cv2.morphologyEx((alpha > 0.5).astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    return _composed(alpha, rough > 0, seed, 0.0)


def _composed(alpha: NDArray[np.float32], mask: NDArray[np.bool_], seed: int, noise: float) -> Scene:
    random = np.random.default_rng(seed)
    grain = [cv2.GaussianBlur(random.uniform(-1, 1, (HEIGHT, WIDTH, 3)), (0, 0), 3) for _ in range(2)]
    own = np.clip(np.array((0.75, 0.45, 0.2)) + 0.3 * grain[0], 0, 1)
    behind = np.clip(np.array((0.15, 0.3, 0.55)) + 0.6 * grain[1], 0, 1)
    mixed = alpha[..., None] * own + (1 - alpha[..., None]) * behind
    mixed += noise * np.random.default_rng(round(1000 * float(alpha.sum()))).normal(size=mixed.shape)
    image = np.rint(np.clip(mixed, 0, 1) * 255).astype(np.uint8)
    return Scene(image, alpha, own.astype(np.float32), mask)
