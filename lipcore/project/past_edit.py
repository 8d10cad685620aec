"""Past edits: what a history keeps of an edit to take it back, as a plain value that outlives the window."""

from __future__ import annotations

from dataclasses import dataclass

from lipcore.project.objects import VideoObject
from lipcore.project.snapshots import FrameChange


@dataclass(frozen=True)
class PastEdit:
    """An edit that was made: its name for people, the changes of frames in order, and whether a run made them.

    `objects` are all objects and `weights` the weights in use before and after, None where the edit touched neither.
    """

    text: str
    changes: tuple[FrameChange, ...] = ()
    objects: tuple[tuple[VideoObject, ...], tuple[VideoObject, ...]] | None = None
    weights: tuple[str, str] | None = None
    by_run: bool = False
