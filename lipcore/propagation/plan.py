"""How propagation goes through a video: the objects that annotated frames settle, and the ways walked. Sets alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

Shown = Mapping[int, frozenset[int]]
"""The objects that each annotated frame shows, by frame."""


class Way(NamedTuple):
    """Frames in order of travel. Those between two annotated frames are walked from both: `between` names the two.

    Of two such ways the forward one comes first, and what it finds is not final until the backward one has passed.
    """

    frames: range
    between: tuple[int, int] | None = None


def partial_frames(shown: Shown, order: Iterable[int]) -> set[int]:
    """Annotated frames that bring an object and leave out one that was brought before, in `order`.

    Such a frame is a partial annotation, which settles the objects that it shows alone: a person adds one object on
    a later frame. Any other is complete: an object that it does not show is absent there.
    """
    known: set[int] = set()
    partial = set()
    for frame in order:
        if shown[frame] - known and known - shown[frame]:
            partial.add(frame)
        known |= shown[frame]
    return partial


def partial_either_way(shown: Shown) -> set[int]:
    """Annotated frames that are partial whichever way one comes to them."""
    order = sorted(shown)
    return partial_frames(shown, order) | partial_frames(shown, order[::-1])


def ways(shown: Shown, frames: range, direction: str, count: int) -> list[Way]:
    """The ways of a run through `frames` of a video of `count` frames, as far as an annotated frame reaches.

    Going both ways, it is backward before the first complete annotation, both between each two, forward after the last.
    """
    starts = sorted(shown)
    if not starts:
        return []
    if direction == "forward":
        return _kept([Way(_clip(range(starts[0], count), frames))])
    if direction == "backward":
        return _kept([Way(_clip(range(starts[-1], -1, -1), frames))])
    partial = partial_either_way(shown)
    complete = [frame for frame in starts if frame not in partial] or starts[:1]
    found = [Way(_clip(range(complete[0] - 1, -1, -1), frames))]
    for left, right in pairwise(complete):
        found.append(Way(_clip(range(left, right), frames), (left, right)))
        found.append(Way(_clip(range(right - 1, left, -1), frames), (left, right)))
    return _kept([*found, Way(_clip(range(complete[-1], count), frames))])


def report_count(plan: Iterable[Way], done: Collection[int] = ()) -> int:
    """How many results the ways give in all, without those for frames that are `done`."""
    return sum(sum(frame not in done for frame in way.frames) for way in plan)


def _kept(found: Iterable[Way]) -> list[Way]:
    return [way for way in found if len(way.frames)]


def _clip(order: range, frames: range) -> range:
    """The part of `order` (direction 1 or -1) that lies in `frames` (direction 1)."""
    if order.step > 0:
        return range(max(order.start, frames.start), min(order.stop, frames.stop))
    return range(min(order.start, frames.stop - 1), max(order.stop, frames.start - 1), -1)
