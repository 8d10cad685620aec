"""A square on a still or moving textured ground, frame by frame, for the single steps of repairs over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.temporal.motion import Motion
from lipcore.temporal.track import ChangedTrack, FunctionTrack, Mask

HEIGHT, WIDTH = 48, 64
NOTHING: Mask = np.zeros((HEIGHT, WIDTH), np.bool_)


def square(left: int = 20, top: int = 16, side: int = 16) -> Mask:
    """A square's mask (48, 64) bool."""
    mask = NOTHING.copy()
    mask[top : top + side, left : left + side] = True
    return mask


def pictures(count: int, step: int = 0) -> NDArray[np.uint8]:
    """Smooth noise (T, 48, 64, 3) that moves `step` pixels right a frame."""
    noise = np.random.default_rng(5).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    smooth = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 2), None, 0, 255, cv2.NORM_MINMAX)
    return np.stack([np.roll(smooth, step * frame, axis=1) for frame in range(count)])


class Scene:
    """A track of masks over pictures, what changes it, and how its pixels move."""

    def __init__(self, masks: Sequence[Mask], fixed: Sequence[int] = (), step: int = 0) -> None:
        shown = pictures(len(masks), step)
        self.track = FunctionTrack(len(masks), masks.__getitem__, shown.__getitem__, frozenset(fixed))
        self.changed = ChangedTrack(self.track)
        self.motion = Motion(shown.__getitem__)
        self.frames = range(len(masks))

    def after(self, steps: Iterator[int]) -> list[Mask]:
        """All masks when the steps are done, each of which has named its frame."""
        assert list(steps) == list(self.frames)
        return [self.changed.mask(frame) for frame in self.frames]
