"""Tracking: a shape carried along from frame to frame by the optical flow of the picture inside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.curves.editing import transformed
from lipcore.curves.raster import polygon_mask
from lipcore.curves.shape import Shape

SURE = 0.5  # share of the features that must move as one for a step to count as sure
_FEATURES = 400  # that are followed at most
_AFFINE = 16  # that must agree before shear and two scales are fitted; else a turn and one scale
_FEWEST = 3
_BACK = 1.0  # pixels that a feature may miss its start by when it is followed back
_AGREE = 1.0  # pixels that a feature may be off the common motion
_GROWTH = (0.8, 1.25)  # least and largest scale of one step that is believed
_WINDOW = (15, 15)  # pixels about a feature that are compared
_LEVELS = 4


@dataclass(frozen=True)
class TrackedShape:
    """A shape on a frame, and which share 0..1 of the features inside it moved as it does."""

    frame: int
    shape: Shape
    agreement: float

    @property
    def is_sure(self) -> bool:
        """Whether enough features agree; where they do not, a person must look."""
        return self.agreement >= SURE


def track(shape: Shape, frames: Sequence[int], image: Callable[[int], NDArray[np.uint8]]) -> Iterator[TrackedShape]:
    """Carry `shape` from `frames[0]` through the others in their order and yield it on each of them.

    `image` gives a frame (H, W, 3) uint8 RGB. Where nothing inside can be followed the shape stays where it was, with
    an agreement of 0.
    """
    previous = _grey(image(frames[0]))
    for frame in frames[1:]:
        current = _grey(image(frame))
        matrix, agreement = _motion(shape, previous, current)
        shape = transformed(shape, matrix)
        yield TrackedShape(frame, shape, agreement)
        previous = current


def _grey(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)


def _motion(shape: Shape, before: NDArray[np.uint8], after: NDArray[np.uint8]) -> tuple[NDArray[np.float64], float]:
    """The affine map (2, 3) of the picture inside the shape, and the share of its features that agree."""
    still = np.eye(2, 3)
    size = (before.shape[0], before.shape[1])
    places = _features(before, polygon_mask(size, shape.outline()).astype(np.uint8))
    if not len(places):
        return still, 0.0
    there, arrived = _follow(before, after, places)
    back, returned = _follow(after, before, there)
    kept = arrived & returned & (np.linalg.norm(back - places, axis=2)[:, 0] < _BACK)
    start, end = places[kept, 0].astype(np.float64) + 0.5, there[kept, 0].astype(np.float64) + 0.5  # pixel centres
    if len(start) < _FEWEST:
        return still, 0.0
    matrix, agrees = _fitted(start, end, len(start) >= _AFFINE)
    return (still, 0.0) if matrix is None else (matrix, agrees / len(places))


def _features(picture: NDArray[np.uint8], inside: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Places (N, 1, 2) that can be followed: well inside, where nothing behind the object is seen, or else inside."""
    found = None
    for mask in (cv2.erode(inside, _kernel(_WINDOW[0])), cv2.dilate(inside, _kernel(3))):
        if found is None or len(found) < _AFFINE:
            found = cv2.goodFeaturesToTrack(picture, _FEATURES, 0.01, 3, mask=mask)
    return np.zeros((0, 1, 2), np.float32) if found is None else np.asarray(found, np.float32).reshape(-1, 1, 2)


def _kernel(side: int) -> NDArray[np.uint8]:
    return np.ones((side, side), np.uint8)


def _follow(
    before: NDArray[np.uint8], after: NDArray[np.uint8], places: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    there, status, _ = cv2.calcOpticalFlowPyrLK(
        before, after, places, np.empty_like(places), winSize=_WINDOW, maxLevel=_LEVELS
    )
    return np.asarray(there, np.float32), np.asarray(status).ravel() > 0


def _fitted(
    start: NDArray[np.float64], end: NDArray[np.float64], affine: bool
) -> tuple[NDArray[np.float64] | None, int]:
    """The map that most features follow, and how many do; None if there is none that can be believed."""
    fit = cv2.estimateAffine2D if affine else cv2.estimateAffinePartial2D
    cv2.setRNGSeed(0)
    found, agrees = fit(start, end, ransacReprojThreshold=_AGREE)
    if found is None or not np.isfinite(found).all():
        return None, 0
    matrix = np.asarray(found, np.float64)
    scales = np.linalg.svd(matrix[:, :2], compute_uv=False)
    if not _GROWTH[0] <= scales[-1] <= scales[0] <= _GROWTH[1]:
        return None, 0
    return matrix, int(np.count_nonzero(agrees))
