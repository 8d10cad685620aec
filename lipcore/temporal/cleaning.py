"""Cleaning: holes, specks, size and jags of masks, the same on every frame, without looking at the frames beside."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, fields

import cv2
import numpy as np

from lipcore.errors import LipError
from lipcore.mask_operations import fill_holes, grow, remove_islands, shrink, smooth
from lipcore.temporal.repair import RepairedMasks, RepairReport
from lipcore.temporal.track import ChangedTrack, Mask, Track

MOST_ACROSS, MOST_PIXELS = 500, 100


@dataclass(frozen=True)
class CleanOptions:
    """What to do, in this order; 0 leaves it out. Raises LipError for numbers out of range.

    Holes and specks are as large as a square of `holes` and `specks` pixels across, 0..500, at most; the largest piece
    of a mask is no speck. `grow`, `shrink` and `smooth` are pixels, 0..100: of the edge, and of the jags rounded off.
    """

    holes: int = 0
    specks: int = 0
    grow: int = 0
    shrink: int = 0
    smooth: int = 0

    def __post_init__(self) -> None:
        for field in fields(self):
            most = MOST_ACROSS if field.name in ("holes", "specks") else MOST_PIXELS
            if not 0 <= getattr(self, field.name) <= most:
                raise LipError(f"The pixels for {field.name} must be from 0 to {most}.")

    @property
    def anything(self) -> bool:
        """Whether there is something to do."""
        return self != CleanOptions()


def cleaned(mask: Mask, options: CleanOptions) -> Mask:
    """The mask (H, W) bool, cleaned."""
    left, top, width, height = cv2.boundingRect(mask.astype(np.uint8))
    if not width:
        return mask.copy()
    room = options.grow + options.smooth + 1  # around the mask, which alone changes
    rows = slice(max(top - room, 0), top + height + room)
    columns = slice(max(left - room, 0), left + width + room)
    part = mask[rows, columns]
    if options.holes:
        part = fill_holes(part, options.holes**2)
    if options.specks:
        part = _without_specks(part, options.specks**2)
    if options.grow:
        part = grow(part, options.grow)
    if options.shrink:
        part = shrink(part, options.shrink)
    if options.smooth:
        part = smooth(part, options.smooth)
    result = np.zeros_like(mask)
    result[rows, columns] = part
    return result


def clean_frames(
    track: Track, frames: range, options: CleanOptions
) -> Generator[RepairReport, None, Mapping[int, Mask]]:
    """Clean the object in `frames`; returns the frames that change, with their new masks (H, W) bool.

    Nothing is written, and fixed frames never change. LipError if there is nothing to do.
    """
    if not options.anything:
        raise LipError("Choose at least one way to clean.")
    after, changed = ChangedTrack(track), []
    for done, frame in enumerate(frames, start=1):
        if not track.is_fixed(frame):
            before = track.mask(frame)
            mask = cleaned(before, options)
            if not np.array_equal(mask, before):
                after.change(frame, mask)
                changed.append(frame)
        yield RepairReport(done, len(frames))
    return RepairedMasks(after, changed)


def _without_specks(mask: Mask, largest: int) -> Mask:
    """The mask without pieces of at most `largest` pixels, but with its largest piece."""
    _, _, statistics, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    return remove_islands(mask, min(largest + 1, int(statistics[1:, cv2.CC_STAT_AREA].max())))
