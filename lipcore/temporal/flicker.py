"""Flicker: a frame, or a few, that disagrees with frames on both sides which agree with each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lipcore.temporal.motion import Motion
from lipcore.temporal.shapes import overlap
from lipcore.temporal.track import ChangedTrack, Mask, Track

_AGREEING = 0.6  # intersection over union of the two sides from which they can outvote a frame


def remove_flicker(track: Track, changed: ChangedTrack, motion: Motion, frames: range, longest: int) -> Iterator[int]:
    """Correct frames whose mask the frames before and after outvote; yields every frame when it is done.

    The neighbours, at most `longest` + 1 frames apart, are moved to the frame by optical flow. Where they agree with
    each other better than either does with the frame, each pixel is decided by the majority of the three.
    """
    for frame in frames:
        if not track.is_fixed(frame):
            voted = _voted(track, motion, frame, longest)
            if voted is not None:
                changed.change(frame, voted)
        yield frame


def _voted(track: Track, motion: Motion, frame: int, longest: int) -> Mask | None:
    """The mask (H, W) bool by majority, None where the frame is not outvoted."""
    own = track.mask(frame)
    for apart in range(2, longest + 2):
        for back in range(1, apart):
            before, after = frame - back, frame + apart - back
            if before < 0 or after >= track.count:
                continue
            one, other = moved_mask(track, motion, before, frame), moved_mask(track, motion, after, frame)
            if not one.any() and not other.any() and not _is_alone(track, frame, longest + 1):
                continue  # the neighbours may be what is wrong
            agreement = overlap(one, other)
            if agreement >= _AGREEING and agreement > max(overlap(own, one), overlap(own, other)):
                return np.asarray((one & other) | (own & (one | other)), np.bool_)
    return None


def _is_alone(track: Track, frame: int, reach: int) -> bool:
    """Whether no frame within `reach` has the object."""
    near = range(max(frame - reach, 0), min(frame + reach, track.count - 1) + 1)
    return not any(other != frame and track.mask(other).any() for other in near)


def moved_mask(track: Track, motion: Motion, source: int, target: int) -> Mask:
    """The mask (H, W) bool of one frame where its pixels are in another."""
    mask = track.mask(source)
    if not mask.any():
        return mask
    return np.asarray(motion.moved(mask.astype(np.float32), source, target) > 0.5, np.bool_)
