"""A picture that every network should find its way in."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def ball_and_ground(
    height: int = 480, width: int = 854, centre: tuple[int, int] = (500, 220), radius: int = 110
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A shaded red ball on green, patterned ground (H, W, 3) uint8 RGB, and where it is, (H, W) bool."""
    rows, columns = np.indices((height, width), np.float32)
    waves = 20 * np.sin(columns / 9) + 15 * np.sin(rows / 7)
    picture = np.stack((70 + waves, 120 + waves, 60 + 0.5 * waves), axis=2)
    distance = np.hypot(rows - centre[1], columns - centre[0]) / radius
    ball = distance < 1
    shade = np.sqrt(np.clip(1 - distance**2, 0, 1))[:, :, None]
    picture = np.where(ball[:, :, None], shade * (225, 50, 40) + 25, picture)
    blurred = cv2.GaussianBlur(picture, (0, 0), 1.0)
    return np.clip(blurred, 0, 255).astype(np.uint8), ball
