"""Masks of a project's objects mended over frames: what is read of it, and what new masks make of a frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance, after_stroke, is_annotated
from lipcore.project.snapshots import Cell, FrameSnapshot
from lipcore.temporal.track import FunctionTrack, Mask
from lipcore.video import Video
from lipcore.workflow.permission import Writer, kept_frames, refuse_locked

Mended = Mapping[int, Mapping[int, Mask]]
"""New masks (H, W) bool by object and frame."""


def track_of(project: Project, video: Video, object_id: int, by: Writer = Writer.MODEL) -> FunctionTrack:
    """The object as it is now; edits that are made meanwhile do not reach the track.

    Frames in which `by` may not write the object are fixed. LipError if there is no such object, or it is locked.
    """
    if object_id not in project.objects:
        raise LipError(f"The project has no object {object_id}.")
    refuse_locked(project, object_id)
    packed = {frame: project.packed(frame) for frame in np.flatnonzero(project.areas[:, object_id]).tolist()}
    empty = np.zeros((project.height, project.width), np.bool_)

    def mask(frame: int) -> Mask:
        kept = packed.get(frame)
        return empty if kept is None else np.equal(kept.unpack(f"of frame {frame}"), object_id)

    return FunctionTrack(project.frame_count, mask, video.__getitem__, kept_frames(project, object_id, by))


def mended(
    project: Project, frames: Iterable[FrameSnapshot], masks: Mended, by: Writer = Writer.MODEL
) -> Iterator[FrameSnapshot]:
    """The frames with the objects' new masks, as far as `by` may write them; only frames that change are given.

    Other objects keep their pixels. A mask that a person answered for is one that was corrected, any other counts as
    the network's; one that is new has no score.
    """
    kept = {object_id: kept_frames(project, object_id, by) for object_id in masks}
    for before in frames:
        changed = {each: masks[each][before.frame] for each in masks if before.frame in masks[each]}
        changed = {each: mask for each, mask in changed.items() if before.frame not in kept[each]}
        if not changed:
            continue
        labels = before.packed.unpack() if before.packed else np.zeros((project.height, project.width), np.uint8)
        after = with_masks(labels, changed)
        cells = [_cell(before.cell(each), after == each) for each in changed if _differs(labels, after, each)]
        if cells:
            yield before.changed(after, cells)


def with_masks(labels: NDArray[np.uint8], masks: Mapping[int, Mask]) -> NDArray[np.uint8]:
    """A label map (H, W) uint8 in which each object is its mask (H, W) bool where no other object is or was."""
    after = labels.copy()
    for object_id, mask in masks.items():
        after[(labels == object_id) & ~mask] = 0
        after[mask & (labels == 0) & (after == 0)] = object_id
    return after


def _differs(before: NDArray[np.uint8], after: NDArray[np.uint8], object_id: int) -> bool:
    return not np.array_equal(before == object_id, after == object_id)


def _cell(before: Cell, mask: Mask) -> Cell:
    if is_annotated(before.provenance):
        return Cell(before.object_id, after_stroke(before.provenance))
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return Cell(before.object_id, Provenance.MODEL)
    box = (float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
    return Cell(before.object_id, Provenance.MODEL, before.score, box)
