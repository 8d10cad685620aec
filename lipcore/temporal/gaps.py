"""Masks where there are none: short gaps between two frames that have the object, and frames between painted ones."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from lipcore.temporal.motion import Motion
from lipcore.temporal.shapes import between, signed_distance
from lipcore.temporal.track import ChangedTrack, Track


def fill_gaps(track: Track, changed: ChangedTrack, motion: Motion, frames: range, longest: int) -> Iterator[int]:
    """Give masks to gaps of at most `longest` frames between two frames with masks; yields every frame of the range.

    Both neighbours are moved through the gap by optical flow, and the shape passes from one to the other. A frame on
    which a person says that the object is not there ends a gap, and the gap is left alone.
    """
    for start, stop in _gaps(track, frames):
        if 1 < stop - start <= longest + 1 and not any(map(track.is_fixed, range(start + 1, stop))):
            _pass_over(track, changed, motion, start, stop)
    yield from frames


def interpolate(track: Track, changed: ChangedTrack, motion: Motion, frames: range) -> Iterator[int]:
    """Let the shape pass from each annotated frame to the next one in the range; yields every frame.

    What is between them and was made by the network is replaced.
    """
    fixed = [frame for frame in frames if track.is_fixed(frame)]
    for start, stop in pairwise(fixed):
        if track.mask(start).any() and track.mask(stop).any():
            _pass_over(track, changed, motion, start, stop)
    yield from frames


def _pass_over(track: Track, changed: ChangedTrack, motion: Motion, start: int, stop: int) -> None:
    """Give every frame between two frames with masks the shape between theirs."""
    first, last = signed_distance(track.mask(start)), signed_distance(track.mask(stop))
    for frame in range(start + 1, stop):
        share = (frame - start) / (stop - start)
        here = motion.moved(first, start, frame), motion.moved(last, stop, frame)
        changed.change(frame, between(*here, share))


def _gaps(track: Track, frames: range) -> Iterator[tuple[int, int]]:
    """Each two frames with masks between which there is none, in order."""
    last = None
    for frame in frames:
        if np.any(track.mask(frame)):
            if last is not None and frame > last + 1:
                yield last, frame
            last = frame
