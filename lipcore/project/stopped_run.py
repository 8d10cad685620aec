"""A propagation that was stopped: what has to be kept of it so that it can go on, in this session or a later one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lipcore.errors import LipError

DIRECTIONS = ("forward", "backward", "both")


@dataclass(frozen=True)
class StoppedRun:
    """Frames `first` to `last`, inclusive, in a direction, for `only` these objects (none: all); a correction or not.

    `done` are the stretches of frames, both ends inclusive and in rising order, that have their final masks. LipError
    for a direction that there is not, or stretches that are out of order or outside `first` to `last`.
    """

    direction: str
    first: int
    last: int
    done: tuple[tuple[int, int], ...] = ()
    only: tuple[int, ...] = ()
    correction: bool = False

    def __post_init__(self) -> None:
        if self.direction not in DIRECTIONS:
            raise LipError(f"There is no direction {self.direction[:50]!r} in which a run can be stopped.")
        ends = [self.first - 1, *(end for stretch in self.done for end in stretch), self.last + 1]
        if any(start <= before for before, start in zip(ends[::2], ends[1::2], strict=True)) or any(
            end < start for start, end in self.done
        ):
            raise LipError("The frames that a stopped run has done are out of order.")

    @property
    def frames(self) -> range:
        """All frames of the run."""
        return range(self.first, self.last + 1)

    @property
    def done_frames(self) -> frozenset[int]:
        """The frames that are done."""
        return frozenset(frame for start, end in self.done for frame in range(start, end + 1))


def stretches(frames: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Frames as stretches without a gap, both ends inclusive, in rising order."""
    found: list[tuple[int, int]] = []
    for frame in sorted(frames):
        if found and frame == found[-1][1] + 1:
            found[-1] = found[-1][0], frame
        else:
            found.append((frame, frame))
    return tuple(found)
