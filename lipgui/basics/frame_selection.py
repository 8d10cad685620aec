"""Frames that are marked on the timeline, as a plain value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FrameSelection:
    """A chosen range of frames, both ends inclusive, of some `objects` by id; none of them means all."""

    first: int
    last: int
    objects: tuple[int, ...] = ()

    @property
    def count(self) -> int:
        """How many frames."""
        return self.last - self.first + 1

    def holds(self, frame: int, object_id: int) -> bool:
        """Whether it covers this frame of this object."""
        return self.first <= frame <= self.last and (not self.objects or object_id in self.objects)

    @classmethod
    def between(cls, start: int, end: int, objects: tuple[int, ...] = ()) -> FrameSelection:
        """From whichever end comes first."""
        return cls(min(start, end), max(start, end), objects)
