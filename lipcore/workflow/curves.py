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
from lipcore.curves.raster import Mask, curves_mask
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
    labels = project.unpacked(state)
    nothing = FrameChange(state, state)
    may = writable(project, frame, Writer.CURVE)
    if not may[object_id]:
        return Drawn(frame, nothing, Kept.VERIFIED)
    cell, own = state.cell(object_id), labels == object_id
    old, new = curves_mask(before, frame, size), curves_mask(after, frame, size)
    if is_shown:
        wanted = _or_empty(new, own) | (own & ~_or_empty(old, own))
        alone = not (wanted & ~_or_empty(new, own)).any()
    elif cell.provenance == Provenance.MODEL:
        if new is None:
            return Drawn(frame, nothing)
        wanted, alone = new, True
    elif _is_drawn(own, labels, old):
        wanted, alone = _or_empty(new, own), True
    else:
        return Drawn(frame, nothing, Kept.PAINTED)
    labels = labels.copy()
    if not covers:
        may[1:] = False
    labels[own & ~wanted] = 0
    labels[wanted & may[labels]] = object_id
    provenance = Provenance.USER if alone else after_stroke(cell.provenance)
    if new is None and not (labels == object_id).any():
        provenance = Provenance.NONE
    changed = state.changed(labels, [Cell(object_id, provenance)])
    return Drawn(frame, FrameChange(state, changed))


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
