"""Snapshots: what a frame or a project held at one moment, to be written while work goes on, or to undo an edit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lipcore.project.mask_store import PackedLabels
from lipcore.project.record import ProjectRecord
from lipcore.project.weights import TunedWeights

Box = tuple[float, float, float, float]  # x1 y1 x2 y2 in pixels of the video


# Bytes of each part of a change as Python keeps it
_CHANGE_BYTES = 450  # two snapshots and what holds them together
_MAP_BYTES = 200  # besides the compressed data
_CELL_BYTES = 95  # without score and box
_BOX_BYTES = 235  # and score


@dataclass(frozen=True, slots=True)
class Cell:
    """One object in one frame: provenance 0..4, score 0..1 or None, box or None, area in pixels.

    `agreement` is the IoU of the masks that a forward and a backward run gave, None for what one run gave.
    """

    object_id: int
    provenance: int = 0
    score: float | None = None
    box: Box | None = None
    area: int = 0
    agreement: float | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of the cell."""
        return self.provenance == 0 and self.score is None and self.box is None and self.area == 0


@dataclass(frozen=True, slots=True)
class FrameSnapshot:
    """One frame: its label map (None if none was set), its cells in order of ids, and the label map's revision.

    It is what the writer writes, what an edit keeps to be undone, and what `Project.restore` puts back; compressed, so
    some kilobytes.
    """

    frame: int
    packed: PackedLabels | None
    cells: tuple[Cell, ...]
    revision: int = 0

    def cell(self, object_id: int) -> Cell:
        """The cell of one object, an empty one if nothing is known of it."""
        return next((cell for cell in self.cells if cell.object_id == object_id), Cell(object_id))

    def changed(self, labels: NDArray[np.uint8] | None = None, cells: Iterable[Cell] = ()) -> FrameSnapshot:
        """The frame with the label map `labels`, (H, W) uint8 or None for as it is, and with `cells` for their objects.

        Areas are counted anew, those in `cells` do not matter; scores and boxes are rounded to what a project keeps;
        cells of which nothing is known any more vanish.
        """
        packed, areas = self.packed, {cell.object_id: cell.area for cell in self.cells}
        if labels is not None:
            packed, counts = PackedLabels.pack(labels)
            areas = {int(object_id): int(counts[object_id]) for object_id in np.flatnonzero(counts)}
        known = {cell.object_id: cell for cell in self.cells} | {cell.object_id: _rounded(cell) for cell in cells}
        for object_id in areas:
            known.setdefault(object_id, Cell(object_id))
        counted = (_with_area(known[object_id], areas.get(object_id, 0)) for object_id in sorted(known))
        return FrameSnapshot(self.frame, packed, tuple(cell for cell in counted if not cell.is_empty), self.revision)


@dataclass(frozen=True, slots=True)
class FrameChange:
    """An edit of one frame, as the two states between which it leads; `Project.restore` puts either in."""

    before: FrameSnapshot
    after: FrameSnapshot

    @property
    def frame(self) -> int:
        """The frame that is edited."""
        return self.before.frame

    @property
    def changes_pixels(self) -> bool:
        """Whether the label map differs, not only what is known of it."""
        return self.before.packed is not self.after.packed

    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not self.changes_pixels and self.before.cells == self.after.cells

    @property
    def size(self) -> int:
        """Bytes that this change keeps in memory, roughly; the newer label map is shared with the project."""
        cells = {id(cell): cell for side in (self.before, self.after) for cell in side.cells}
        boxes = sum(cell.box is not None for cell in cells.values())
        pixels = len(self.before.packed.data) + _MAP_BYTES if self.changes_pixels and self.before.packed else 0
        return pixels + _CELL_BYTES * len(cells) + _BOX_BYTES * boxes + _CHANGE_BYTES


def _rounded(cell: Cell) -> Cell:
    """The cell with the float32 numbers that a project keeps."""
    score, agreement = (None if value is None else float(np.float32(value)) for value in (cell.score, cell.agreement))
    if cell.box is None:
        return replace(cell, score=score, agreement=agreement)
    left, top, right, bottom = (float(np.float32(side)) for side in cell.box)
    return replace(cell, score=score, agreement=agreement, box=(left, top, right, bottom))


def _with_area(cell: Cell, area: int) -> Cell:
    return cell if cell.area == area else replace(cell, area=area)


@dataclass(frozen=True)
class Changes:
    """What changed since the last call: frames, and how many changed frames are left; and what is, changed or not.

    That is the record, the history of tuned weights, and by name the weights that are in memory only. `is_whole`:
    the frames belong together, so that on disk all of them are to change or none.
    """

    record: ProjectRecord
    history: tuple[TunedWeights, ...]
    weights: tuple[tuple[str, bytes], ...]
    frames: tuple[FrameSnapshot, ...]
    frames_left: int
    is_whole: bool = False
