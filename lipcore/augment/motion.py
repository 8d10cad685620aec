"""Smooth motions of a camera and of instances over the frames of a clip, drawn from a random generator."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lipcore.augment.render import Bend

Generator = np.random.Generator


@dataclass(frozen=True, eq=False)
class Pose:
    """Where something is in each of T frames: centre x, y in pixels, logarithm of its scale, angle in radians."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    log_scale: NDArray[np.float64]
    angle: NDArray[np.float64]


def drift(random: Generator, frames: int, speed: float, anchor: float = 0.0, shake: float = 0.0) -> NDArray[np.float64]:
    """A smooth course (T,) that is near zero at the frame `anchor`: velocity of about `speed` a frame, acceleration.

    `shake` is the size of an additional trembling from frame to frame.
    """
    time = np.arange(frames) - anchor
    velocity = random.normal(0, speed)
    acceleration = random.normal(0, 1.2 * speed / max(frames, 4))
    course = velocity * time + 0.5 * acceleration * time**2
    return course + random.normal(0, shake, frames) if shake else course


def motion_from_pose(pose: Pose, centre: tuple[float, float], mirrored: bool = False) -> NDArray[np.float64]:
    """The motion (T, 2, 3) that turns and scales points about `centre` and puts the centre at the pose's place."""
    scale = np.exp(pose.log_scale)
    cosine, sine = scale * np.cos(pose.angle), scale * np.sin(pose.angle)
    linear = np.stack([np.stack([cosine, -sine], axis=1), np.stack([sine, cosine], axis=1)], axis=1)
    if mirrored:
        linear[:, :, 0] *= -1
    moved = np.stack([pose.x, pose.y], axis=1) - linear @ np.asarray(centre)
    return np.concatenate([linear, moved[:, :, None]], axis=2)


def hold_at_borders(pose: Pose, box: tuple[float, float, float, float], size: tuple[int, int]) -> Pose:
    """The pose changed so that an instance cut off by the border of its picture (H, W) does not show the cut.

    `box` is x1 y1 x2 y2 before the motion; a side at the border stays there or moves out, whatever the scale.
    """
    left, top, right, bottom = box
    height, width = size
    scale = np.exp(pose.log_scale)
    if (left <= 0 and right >= width) or (top <= 0 and bottom >= height):
        scale = np.maximum(scale, 1)
    centre = ((left + right) / 2, (top + bottom) / 2)
    x, y = pose.x, pose.y
    x = np.minimum(x, scale * (centre[0] - left)) if left <= 0 else x
    x = np.maximum(x, width - scale * (right - centre[0])) if right >= width else x
    y = np.minimum(y, scale * (centre[1] - top)) if top <= 0 else y
    y = np.maximum(y, height - scale * (bottom - centre[1])) if bottom >= height else y
    return Pose(x, y, np.log(scale), pose.angle)


def random_bend(random: Generator, frames: int, extent: float, strength: float) -> Bend:
    """Three slow waves over an instance of `extent` pixels that displace it by about `strength` times the extent."""
    waves = 3
    lengths = extent * random.uniform(0.7, 1.8, waves)
    directions = random.uniform(0, 2 * np.pi, waves)
    turns = random.uniform(0, 2 * np.pi, waves)
    frequencies = (2 * np.pi / lengths)[:, None] * np.stack([np.cos(directions), np.sin(directions)], axis=1)
    sizes = np.minimum(strength * extent / waves * random.uniform(0.3, 1.5, waves), 0.05 * lengths)
    swell = 1 + np.stack([drift(random, frames, 0.12) for _ in range(waves)], axis=1)
    swell = np.clip(swell, -1.5, 1.5)
    amplitudes = (swell * sizes)[:, :, None] * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    phases = random.uniform(0, 2 * np.pi, waves) + np.stack([drift(random, frames, 0.15) for _ in range(waves)], axis=1)
    return Bend(amplitudes, frequencies, phases)
