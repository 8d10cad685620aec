"""Masks drawn from an object's curves: what an edit of them changes on which frames, and what it must leave.

On a frame where the object's mask is what its curves drew, or where nothing is or the network's mask, new curves draw
the new mask. A frame that was painted, cleaned or cleared by hand since keeps its mask, and so does one that was
verified. Only on the frame in view, where the person sees it, the curve's part of a mask that was painted follows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from lipcore.curves.curve import Curve, changed_frames
from lipcore.curves.raster import Mask, Region, curves_mask, curves_region
from lipcore.errors import LipError
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance, after_stroke
from lipcore.project.snapshots import Cell, FrameChange, FrameSnapshot
from lipcore.workflow.permission import Writer, refuse_locked, writable


class Kept(Enum):
    """Why a frame keeps its mask."""

    PAINTED = auto()  # a person has changed it since
    VERIFIED = auto()


@dataclass(frozen=True)
class Drawn:
    """One frame under new curves: its edit, which may be empty, or why it keeps its mask."""

    frame: int
    change: FrameChange
    kept: Kept | None = None


def curves_of(project: Project, object_id: int) -> tuple[Curve, ...]:
    """The curves of an object, none if there is no such object."""
    item = project.objects.get(object_id)
    return item.curves if item is not None else ()


def draw(
    project: Project, object_id: int, curves: Sequence[Curve], shown: int | None = None, covers: bool = True
) -> Iterator[Drawn]:
    """What it takes to put `curves` in the place of the object's own, for each frame on which the shapes differ.

    `shown` is the frame in view; with `covers` the curves take pixels of other objects, else the background alone.
    Nothing is written. LipError if the object is locked.
    """
    refuse_locked(project, object_id)
    before = curves_of(project, object_id)
    for frame in changed_frames(before, curves):
        yield drawn_on(project, project.snapshot(frame), object_id, before, curves, frame == shown, covers)


def drawn_on(
    project: Project,
    state: FrameSnapshot,
    object_id: int,
    before: Sequence[Curve],
    after: Sequence[Curve],
    is_shown: bool,
    covers: bool = True,
) -> Drawn:
    """The edit of one frame, as it is in `state`, that replaces the curves `before` of the object by those `after`."""
    frame, size = state.frame, (project.height, project.width)
    may = writable(project, frame, Writer.CURVE)
    if not may[object_id]:
        return Drawn(frame, FrameChange(state, state), Kept.VERIFIED)
    cell, labels = state.cell(object_id), project.unpacked(state).copy()
    region = curves_region((*before, *after), frame, size) or (0, 0, 0, 0)
    part, outside = _part(labels, region, cell)
    if outside and cell.provenance == Provenance.MODEL:  # the network's mask goes wherever it is
        region = (0, 0, *size)
        part, outside = _part(labels, region, cell)
    own = part == object_id
    old, new = curves_mask(before, frame, size, region), curves_mask(after, frame, size, region)
    drawn = _or_empty(new, own)
    if is_shown:
        wanted = drawn | (own & ~_or_empty(old, own))
    elif cell.provenance == Provenance.MODEL:
        if new is None:
            return Drawn(frame, FrameChange(state, state))
        wanted = drawn
    elif not outside and _is_drawn(own, part, old):
        wanted = drawn
    else:
        return Drawn(frame, FrameChange(state, state), Kept.PAINTED)
    alone = not outside and not (wanted & ~drawn).any()
    if not covers:
        may[1:] = False
    part[own & ~wanted] = 0
    part[wanted & may[part]] = object_id
    provenance = Provenance.USER if alone else after_stroke(cell.provenance)
    if new is None and not outside and not (part == object_id).any():
        provenance = Provenance.NONE
    return Drawn(frame, FrameChange(state, state.changed(labels, [Cell(object_id, provenance)])))


def _part(labels: NDArray[np.uint8], region: Region, cell: Cell) -> tuple[NDArray[np.uint8], int]:
    """The region of a label map, as a view, and how many pixels the cell's object has elsewhere."""
    top, left, bottom, right = region
    part = labels[top:bottom, left:right]
    return part, cell.area - int(np.count_nonzero(part == cell.object_id))


def refuse_verified(project: Project, object_id: int, frame: int) -> None:
    """LipError if the object's mask on the frame was verified, so that no curve may change it."""
    if project.provenance(frame, object_id) == Provenance.VERIFIED:
        raise LipError(
            f"{project.objects[object_id].name} is verified on frame {frame}: take the verification back to change it."
        )


def _or_empty(mask: Mask | None, like: Mask) -> Mask:
    return np.zeros_like(like) if mask is None else mask


def _is_drawn(own: Mask, labels: NDArray[np.uint8], curves: Mask | None) -> bool:
    """Whether a mask is what the curves drew, apart from what other objects have of it since."""
    if curves is None:
        return not own.any()
    return not ((own & ~curves) | (curves & (labels == 0))).any()
