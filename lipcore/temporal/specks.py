"""Specks and holes that come and go: small pieces, and small gaps within, that the frames beside do not have."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.temporal.flicker import moved_mask
from lipcore.temporal.motion import Motion
from lipcore.temporal.track import ChangedTrack, Mask, Track

_SMALL = 0.05  # of the largest piece: a piece or hole of at least this size is meant
_SUPPORTED = 0.5  # of a piece that a frame beside has to have too


def clean(track: Track, changed: ChangedTrack, motion: Motion, frames: range) -> Iterator[int]:
    """Remove small pieces and fill small holes that a frame beside, moved here, does not have; yields every frame."""
    for frame in frames:
        mask = track.mask(frame)
        if mask.any() and not track.is_fixed(frame):
            beside = [each for each in (frame - 1, frame + 1) if 0 <= each < track.count]
            moved = [moved_mask(track, motion, each, frame) for each in beside]
            changed.change(frame, _cleaned(mask, [each for each in moved if each.any()]))
        yield frame


def _cleaned(mask: Mask, beside: list[Mask]) -> Mask:
    pieces, areas = _parts(mask, 8)
    small = _SMALL * areas[1:].max()
    result = mask.copy()
    for number in np.flatnonzero(areas < small):
        if number and not all(_share(pieces == number, other) >= _SUPPORTED for other in beside):
            result[pieces == number] = False
    holes, areas = _parts(~result, 4)
    at_border = set(np.unique(np.concatenate((holes[0], holes[-1], holes[:, 0], holes[:, -1]))).tolist())
    for number in np.flatnonzero(areas < small):
        if number and number not in at_border and all(_share(holes == number, other) >= _SUPPORTED for other in beside):
            result[holes == number] = True
    return result


def _parts(mask: Mask, connectivity: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Connected parts (H, W) int32, 0 outside, and the pixels of each."""
    _, parts, statistics, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=connectivity)
    return np.asarray(parts, np.int32), np.asarray(statistics[:, cv2.CC_STAT_AREA], np.int32)


def _share(part: Mask, other: Mask) -> float:
    """Which part of `part` lies in `other`."""
    return int(np.count_nonzero(part & other)) / max(int(np.count_nonzero(part)), 1)
