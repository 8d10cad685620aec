"""Repairs of a project's object: what is read of the project, and what the repaired masks make of a frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance, is_annotated
from lipcore.project.snapshots import Cell, FrameSnapshot
from lipcore.temporal.track import FunctionTrack, Mask
from lipcore.video import Video


def track_of(project: Project, video: Video, object_id: int) -> FunctionTrack:
    """The object as it is now; edits that are made while it is repaired do not reach the track.

    LipError if there is no such object, or it is locked.
    """
    known = project.objects.get(object_id)
    if known is None:
        raise LipError(f"The project has no object {object_id}.")
    if known.locked:
        raise LipError(f"{known.name} is locked: unlock it to change it.")
    packed = {frame: project.packed(frame) for frame in np.flatnonzero(project.areas[:, object_id]).tolist()}
    fixed = [frame for frame, value in enumerate(project.provenances[:, object_id].tolist()) if is_annotated(value)]
    empty = np.zeros((project.height, project.width), np.bool_)

    def mask(frame: int) -> Mask:
        kept = packed.get(frame)
        return empty if kept is None else np.equal(kept.unpack(f"of frame {frame}"), object_id)

    return FunctionTrack(project.frame_count, mask, video.__getitem__, frozenset(fixed))


def repaired(frames: Iterable[FrameSnapshot], object_id: int, masks: Mapping[int, Mask]) -> Iterator[FrameSnapshot]:
    """The frames with the object's repaired `masks` (H, W) bool, by frame; only frames that change are given.

    Other objects keep their pixels, and masks that a person answers for stay. A mask that is new counts as the
    network's, without a score.
    """
    for before in frames:
        cell, mask = before.cell(object_id), masks.get(before.frame)
        if mask is None or is_annotated(cell.provenance):
            continue
        labels = np.zeros(mask.shape, np.uint8) if before.packed is None else before.packed.unpack()
        after = with_mask(labels, object_id, mask)
        if not np.array_equal(labels, after):
            rows, columns = np.nonzero(after == object_id)
            box = None
            if len(rows):
                box = (float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
            yield before.changed(after, [Cell(object_id, Provenance.MODEL, cell.score if box else None, box, 0)])


def with_mask(labels: NDArray[np.uint8], object_id: int, mask: Mask) -> NDArray[np.uint8]:
    """A label map (H, W) uint8 in which the object is `mask` (H, W) bool where no other object is."""
    after = np.where(labels == object_id, np.uint8(0), labels)
    after[mask & (after == 0)] = object_id
    return after
