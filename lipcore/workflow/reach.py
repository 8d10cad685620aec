"""What a run starts from and how far it goes: annotated frames, and the frames up to the next one."""

from __future__ import annotations

import numpy as np

from lipcore.errors import LipError
from lipcore.masks import IGNORE, Labels
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance, is_annotated
from lipcore.propagation.plan import partial_frames


def painted_ids(project: Project, frame: int) -> frozenset[int]:
    """Objects with pixels that a person painted, corrected or verified on a frame."""
    ids = np.flatnonzero((project.areas[frame] > 0) & (project.provenances[frame] > 0)).tolist()
    return frozenset(each for each in ids if is_annotated(int(project.provenances[frame, each])))


def partial_annotations(project: Project) -> dict[int, frozenset[int]]:
    """The annotated objects of each partial annotation, which brings a new object and lacks some of those before."""
    painted = {frame: painted_ids(project, frame) for frame in project.annotated_frames}
    return {frame: painted[frame] for frame in sorted(partial_frames(painted, painted))}


def starting_masks(project: Project) -> dict[int, Labels]:
    """Label maps (H, W) uint8 to tune on and to start from, by frame; LipError if nothing is painted.

    On a partial annotation the others' pixels are left out, so that they are carried through it.
    """
    partial, found = partial_annotations(project), {}
    for frame in project.annotated_frames:
        labels = project.labels(frame)
        if frame in partial:
            labels = np.where(np.isin(labels, [*partial[frame], IGNORE]), labels, 0).astype(np.uint8)
        if np.isin(labels, list(project.objects)).any():
            found[frame] = labels
    if not found:
        raise LipError("Paint at least one object on a frame first.")
    return found


def reach(project: Project, frame: int, direction: str) -> range:
    """Frames, in rising order, to run from the annotated frame nearest to `frame` against the direction.

    A run ends before the next complete annotation, and at the end of the working range;
    "both" is the whole working range. The range is empty if there is nothing to run.
    """
    first, last = project.in_out
    if direction == "both":
        return range(first, last + 1)
    partial = partial_annotations(project)
    stops = [each for each in project.annotated_frames if each not in partial] or project.annotated_frames
    if not stops:
        return range(0)
    if direction == "forward":
        start = max((each for each in stops if each <= frame), default=stops[0])
        end = min((each for each in stops if each > start), default=last + 1)
        return range(max(start, first), min(end, last + 1))
    start = min((each for each in stops if each >= frame), default=stops[-1])
    end = max((each for each in stops if each < start), default=first - 1)
    return range(max(end + 1, first), min(start, last) + 1)


def dependents(project: Project, frame: int) -> tuple[str, range]:
    """Direction and frames, in rising order, of what depends on the masks of an annotated frame.

    That is all up to the next complete annotation, or the end of the working range, and
    backward what was propagated there since the one before. LipError unless the frame is annotated.
    """
    if not project.is_annotated(frame):
        raise LipError(f"Correct the masks of frame {frame} first, or go to one you corrected.")
    first, last = project.in_out
    partial = partial_annotations(project)
    stops = [each for each in project.annotated_frames if each not in partial]
    earlier = max((each for each in stops if each < frame), default=-1)
    end = min((each for each in stops if each > frame), default=last + 1)
    made = np.flatnonzero((project.provenances[earlier + 1 : frame] == Provenance.MODEL).any(axis=1))
    start = max(earlier + 1 + int(made[0]) if made.size else frame, first)
    return "both" if made.size and start < frame else "forward", range(start, min(end, last + 1))
