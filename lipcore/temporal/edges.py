"""Edges that tremble: the edge of a frame drawn to the mean of the edges beside it, moved along with the picture."""

from __future__ import annotations

from collections.abc import Iterator
from math import comb

import numpy as np

from lipcore.temporal.motion import Motion
from lipcore.temporal.shapes import overlap, signed_distance
from lipcore.temporal.track import ChangedTrack, Mask, Track

_ALIKE = 0.5  # intersection over union with the frame from which a frame beside takes part
_REACH = 8.0  # pixels from an edge beyond which all distances count alike


def smooth_edges(track: Track, changed: ChangedTrack, motion: Motion, frames: range, radius: int) -> Iterator[int]:
    """Draw every edge to the mean of those up to `radius` frames away; yields every frame when it is done.

    The nearer a frame, the more it counts; what looks quite different there does not count at all.
    """
    for frame in frames:
        mask = track.mask(frame)
        if mask.any() and not track.is_fixed(frame):
            changed.change(frame, _smoothed(track, motion, frame, mask, radius))
        yield frame


def _smoothed(track: Track, motion: Motion, frame: int, mask: Mask, radius: int) -> Mask:
    total = np.zeros(mask.shape, np.float32)
    for other in range(max(frame - radius, 0), min(frame + radius, track.count - 1) + 1):
        distances = signed_distance(mask if other == frame else track.mask(other))
        here = motion.moved(np.clip(distances, -_REACH, _REACH), other, frame)
        if other == frame or overlap(mask, np.asarray(here > 0, np.bool_)) >= _ALIKE:
            total += comb(2 * radius, radius + other - frame) * here
    return np.asarray(total > 0, np.bool_)
