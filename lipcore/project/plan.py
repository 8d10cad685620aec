"""Plans of propagation: which frames to run, and from which annotated frames."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from lipcore.project.project import Project
from lipcore.project.provenance import Provenance

Direction = Literal["forward", "backward", "both"]


@dataclass(frozen=True)
class Segment:
    """Frames to run between annotated frames: `frames` in rising order and without the `sources` they start from."""

    frames: range
    sources: tuple[int, ...]
    direction: Direction


def frames_to_propagate(project: Project, from_frame: int, direction: Direction) -> range:
    """The frames, in rising order, that propagation from a frame reaches.

    It stops before the next annotated frame and at the end of the working range. `from_frame` itself is not among
    them, unless the direction is "both" and it is not annotated.
    """
    annotated = project.annotated_frames
    first, last = project.in_out
    before = max((frame + 1 for frame in annotated if frame < from_frame), default=0)
    after = min((frame for frame in annotated if frame > from_frame), default=project.frame_count)
    if direction == "forward":
        return _within(from_frame + 1, after, first, last)
    if direction == "backward":
        return _within(before, from_frame, first, last)
    if project.is_annotated(from_frame):
        raise ValueError("from an annotated frame, propagation in both directions is two ranges")
    return _within(before, after, first, last)


def all_segments(project: Project, direction: Direction = "both") -> list[Segment]:
    """All frames of the working range that propagation in this direction reaches, cut at the annotated frames.

    "both" runs from both ends between two annotated frames, and backward only before the first.
    """
    annotated = project.annotated_frames
    ends = [None, *annotated, None]
    found = [_segment(project, left, right, direction) for left, right in pairwise(ends)]
    return [segment for segment in found if segment is not None]


def segments_after_correction(project: Project, frame: int) -> list[Segment]:
    """What depends on a frame that was corrected: up to its neighbouring annotated frames, on both sides.

    Before the first annotated frame only if propagation ran there already. The frame must be annotated.
    """
    annotated = project.annotated_frames
    if frame not in annotated:
        raise ValueError(f"frame {frame} is not annotated")
    before = max((other for other in annotated if other < frame), default=None)
    after = min((other for other in annotated if other > frame), default=None)
    found = [_segment(project, before, frame, "both"), _segment(project, frame, after, "both")]
    if before is None and found[0] is not None:
        part = project.provenances[found[0].frames.start : found[0].frames.stop]
        if not (part == Provenance.MODEL).any():
            found[0] = None
    return [segment for segment in found if segment is not None]


def _segment(project: Project, left: int | None, right: int | None, direction: Direction) -> Segment | None:
    """The frames between two annotated frames; None stands for no annotated frame on that side."""
    if direction == "forward":
        right_source, left_source = None, left
    elif direction == "backward":
        right_source, left_source = right, None
    else:
        right_source, left_source = right, left
    sources = tuple(frame for frame in (left_source, right_source) if frame is not None)
    stop = project.frame_count if right is None else right
    frames = _within(0 if left is None else left + 1, stop, *project.in_out)
    if not sources or not frames:
        return None
    if len(sources) == 2:
        return Segment(frames, sources, "both")
    return Segment(frames, sources, "forward" if left_source is not None else "backward")


def _within(start: int, stop: int, first: int, last: int) -> range:
    return range(max(start, first), max(max(start, first), min(stop, last + 1)))
