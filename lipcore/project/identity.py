"""Identities over a range of frames: swap two objects, merge one into another, split one, remove one.

Pure functions from snapshots to snapshots. Each yields only the frames that change, with cells (provenance, id score,
box) that follow their pixels; `Project.restore` puts a frame in, and restoring the old snapshot takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError
from lipcore.project.provenance import Provenance, is_annotated
from lipcore.project.snapshots import Box, Cell, FrameSnapshot


def swap(frames: Iterable[FrameSnapshot], first: int, second: int) -> Iterator[FrameSnapshot]:
    """Exchange the objects `first` and `second` in every frame."""
    for before in frames:
        one, two = before.cell(first), before.cell(second)
        if one.is_empty and two.is_empty:
            continue
        table = np.arange(256, dtype=np.uint8)
        table[[first, second]] = second, first
        cells = (replace(one, object_id=second), replace(two, object_id=first))
        labels = _labels(before)
        yield before.changed(None if labels is None else table[labels], cells)


def merge(frames: Iterable[FrameSnapshot], source: int, target: int) -> Iterator[FrameSnapshot]:
    """Give the pixels of `source` to `target` in every frame; nothing of `source` stays."""
    if source == target:
        raise LipError("An object cannot be merged with itself.")
    for before in frames:
        one, two = before.cell(source), before.cell(target)
        if one.is_empty:
            continue
        labels = _labels(before)
        labels = labels if labels is None else np.where(labels == source, np.uint8(target), labels)
        scores = [score for score in (one.score, two.score) if score is not None]
        merged = Cell(target, _merged(one, two), max(scores, default=None), _around(one.box, two.box), 0)
        yield before.changed(labels, (_nothing(source), merged))


def remove(
    frames: Iterable[FrameSnapshot], object_ids: Iterable[int], keep_annotated: bool = False
) -> Iterator[FrameSnapshot]:
    """Clear the pixels and cells of some objects in every frame; with `keep_annotated`, only what the network made."""
    chosen = set(object_ids)
    for before in frames:
        cells = [before.cell(object_id) for object_id in sorted(chosen)]
        cells = [cell for cell in cells if not (cell.is_empty or (keep_annotated and is_annotated(cell.provenance)))]
        if cells:
            labels, ids = _labels(before), [cell.object_id for cell in cells]
            labels = labels if labels is None else np.where(np.isin(labels, ids), np.uint8(0), labels)
            yield before.changed(labels, [_nothing(cell.object_id) for cell in cells])


def split(
    frames: Iterable[FrameSnapshot], object_id: int, new_id: int, row: int, column: int
) -> Iterator[FrameSnapshot]:
    """Make one connected part of an object a new object, and follow both parts through the frames.

    `frames` are in the order in which the parts are followed, backwards too; the part is the one at (`row`, `column`)
    of the first frame. In each further frame, a connected part belongs to the new object if it covers more of the new
    object's last pixels than of the old one's. LipError if there is no pixel of the object at that place.
    """
    new_part: NDArray[np.bool_] | None = None
    old_part: NDArray[np.bool_] | None = None
    for before in frames:
        labels = _labels(before)
        if labels is None:
            continue
        parts = _parts(labels == object_id)
        if new_part is None or old_part is None:
            if not 0 <= row < labels.shape[0] or not 0 <= column < labels.shape[1] or parts[row, column] == 0:
                raise LipError("There is nothing of the object at this place to split off.")
            chosen: NDArray[np.bool_] = parts == parts[row, column]
        else:
            count = int(parts.max()) + 1
            in_new = np.bincount(parts[new_part], minlength=count)
            in_old = np.bincount(parts[old_part], minlength=count)
            belongs = in_new > in_old
            belongs[0] = False
            chosen = belongs[parts]
        rest: NDArray[np.bool_] = (parts > 0) & ~chosen
        new_part = chosen if chosen.any() or new_part is None else new_part
        old_part = rest if rest.any() or old_part is None else old_part
        if chosen.any():
            yield _split_frame(before, labels, object_id, new_id, chosen, bool(rest.any()))


@dataclass(frozen=True)
class Part:
    """One connected part of an object in one frame: a pixel of it, its area in pixels, and its (H, W) bool mask."""

    row: int
    column: int
    area: int
    mask: NDArray[np.bool_]


def connected_parts(labels: NDArray[np.uint8], object_id: int) -> list[Part]:
    """The parts of an object in a label map (H, W) uint8, largest first; parts that touch at corners are one."""
    found = _parts(labels == object_id)
    parts = []
    for number in range(1, int(found.max()) + 1):
        mask = found == number
        row, column = np.unravel_index(int(mask.argmax()), mask.shape)
        parts.append(Part(int(row), int(column), int(mask.sum()), mask))
    return sorted(parts, key=lambda part: -part.area)


def _split_frame(
    before: FrameSnapshot, labels: NDArray[np.uint8], object_id: int, new_id: int, chosen: NDArray[np.bool_], rest: bool
) -> FrameSnapshot:
    changed = labels.copy()
    changed[chosen] = new_id
    cell = before.cell(object_id)
    rows, columns = np.flatnonzero(chosen.any(axis=1)), np.flatnonzero(chosen.any(axis=0))
    box = (float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))
    new = Cell(new_id, cell.provenance, cell.score, box if cell.box is not None else None, 0)
    return before.changed(changed, (new, cell if rest else _nothing(object_id)))


def _labels(snapshot: FrameSnapshot) -> NDArray[np.uint8] | None:
    return None if snapshot.packed is None else snapshot.packed.unpack(f"of frame {snapshot.frame}")


def _parts(mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Connected parts, touching corners included: (H, W) int32, 0 outside, the parts from 1."""
    _, parts = cv2.connectedComponents(mask.astype(np.uint8), connectivity=8)
    return np.asarray(parts, np.int32)


def _nothing(object_id: int) -> Cell:
    return Cell(object_id, Provenance.NONE, None, None, 0)


def _merged(one: Cell, two: Cell) -> Provenance:
    """A person's cell stays a person's; what only partly is one counts as corrected."""
    values = {cell.provenance for cell in (one, two) if not cell.is_empty}
    if len(values) == 1:
        return Provenance(values.pop())
    return Provenance.CORRECTED if any(map(is_annotated, values)) else Provenance.MODEL


def _around(one: Box | None, two: Box | None) -> Box | None:
    if one is None or two is None:
        return one or two
    return min(one[0], two[0]), min(one[1], two[1]), max(one[2], two[2]), max(one[3], two[3])
