"""All repairs of one object over a range of frames, one after the other, as a generator that tells how far it is."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lipcore.errors import LipError
from lipcore.temporal.edges import smooth_edges
from lipcore.temporal.flicker import remove_flicker
from lipcore.temporal.gaps import fill_gaps, interpolate
from lipcore.temporal.motion import Motion
from lipcore.temporal.specks import clean
from lipcore.temporal.track import ChangedTrack, Mask, Track

MOST_FRAMES = 30  # of a gap, of flicker and of what edges are smoothed over


@dataclass(frozen=True)
class RepairOptions:
    """What to do, in this order; 0 or False leaves it out. Raises LipError for numbers out of range.

    `gaps` and `flicker` are the most frames that lack a mask, or have a wrong one, in a row; `smooth` is how many
    frames on each side the edges are smoothed over.
    """

    interpolate: bool = False
    gaps: int = 0
    flicker: int = 0
    clean: bool = False
    smooth: int = 0

    def __post_init__(self) -> None:
        for name in ("gaps", "flicker", "smooth"):
            if not 0 <= getattr(self, name) <= MOST_FRAMES:
                raise LipError(f"The number of frames for {name} must be from 0 to {MOST_FRAMES}.")

    @property
    def anything(self) -> bool:
        """Whether there is something to do."""
        return self != RepairOptions()

    @property
    def reach(self) -> int:
        """How many frames beside a frame can decide about it, but for those between painted ones."""
        return self.gaps + 1 + (self.flicker + 1 if self.flicker else 0) + int(self.clean) + self.smooth


@dataclass(frozen=True)
class RepairReport:
    """`done` of `total` frames of all repairs are finished."""

    done: int
    total: int


def repair(track: Track, frames: range, options: RepairOptions) -> Generator[RepairReport, None, Mapping[int, Mask]]:
    """Repair the object in `frames`; returns the frames that change, with their new masks (H, W) bool.

    Nothing is written, and annotated frames never change. LipError if there is nothing to do.
    """
    if not options.anything:
        raise LipError("Choose at least one repair.")
    motion = Motion(track.picture)
    stages: list[Callable[[Track, ChangedTrack], Iterator[int]]] = []
    if options.interpolate:
        stages.append(lambda before, after: interpolate(before, after, motion, frames))
    if options.gaps:
        stages.append(lambda before, after: fill_gaps(before, after, motion, frames, options.gaps))
    if options.flicker:
        stages.append(lambda before, after: remove_flicker(before, after, motion, frames, options.flicker))
    if options.clean:
        stages.append(lambda before, after: clean(before, after, motion, frames))
    if options.smooth:
        stages.append(lambda before, after: smooth_edges(before, after, motion, frames, options.smooth))
    done, total, now = 0, len(frames) * len(stages), track
    for stage in stages:
        after = ChangedTrack(now)
        for _ in stage(now, after):
            done += 1
            yield RepairReport(done, total)
        now = after
    return RepairedMasks(now, [frame for frame in frames if _differs(now, track, frame)])


class RepairedMasks(Mapping[int, Mask]):
    """Masks (H, W) bool by frame, kept compressed until one is asked for."""

    def __init__(self, track: Track, frames: Sequence[int]) -> None:
        self._track, self._frames = track, dict.fromkeys(frames)

    def __getitem__(self, frame: int) -> Mask:
        if frame not in self._frames:
            raise KeyError(frame)
        return self._track.mask(frame)

    def __iter__(self) -> Iterator[int]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)


def _differs(after: Track, before: Track, frame: int) -> bool:
    return not before.is_fixed(frame) and bool((after.mask(frame) != before.mask(frame)).any())
