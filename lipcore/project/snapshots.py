"""Snapshots: immutable pictures of parts of a project, made to be written while the project changes on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lipcore.project.mask_store import PackedLabels
from lipcore.project.record import ProjectRecord
from lipcore.project.weights import TunedWeights

Box = tuple[float, float, float, float]  # x1 y1 x2 y2 in pixels of the video


@dataclass(frozen=True)
class Cell:
    """One object in one frame: provenance 0..4, id score 0..1 or None, box or None, area in pixels."""

    object_id: int
    provenance: int
    score: float | None
    box: Box | None
    area: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of the cell."""
        return self.provenance == 0 and self.score is None and self.box is None and self.area == 0


@dataclass(frozen=True)
class FrameSnapshot:
    """One frame: its label map (None if none was set), its cells in order of ids, and the label map's revision.

    It is what the writer writes and what `Project.restore` puts back; compressed, so some kilobytes.
    """

    frame: int
    packed: PackedLabels | None
    cells: tuple[Cell, ...]
    revision: int = 0

    def cell(self, object_id: int) -> Cell:
        """The cell of one object, an empty one if nothing is known of it."""
        return next((cell for cell in self.cells if cell.object_id == object_id), Cell(object_id, 0, None, None, 0))

    def changed(self, labels: NDArray[np.uint8] | None, cells: Iterable[Cell]) -> FrameSnapshot:
        """The frame with the label map `labels`, (H, W) uint8, and with `cells` in place of those of their objects.

        Areas are counted anew, those in `cells` do not matter; cells of which nothing is known any more vanish.
        Without `labels` the frame has no label map, before and after.
        """
        packed, areas = (None, np.zeros(256, np.int32)) if labels is None else PackedLabels.pack(labels)
        known = {cell.object_id: cell for cell in (*self.cells, *cells)}
        for object_id in np.flatnonzero(areas).tolist():
            known.setdefault(object_id, Cell(object_id, 0, None, None, 0))
        counted = [replace(known[object_id], area=int(areas[object_id])) for object_id in sorted(known)]
        return FrameSnapshot(self.frame, packed, tuple(cell for cell in counted if not cell.is_empty), self.revision)


@dataclass(frozen=True)
class Changes:
    """What changed since the last call: frames, and how many changed frames are left; and what is, changed or not.

    That is the record, the history of tuned weights, and by name those states that are in memory only. `is_whole`:
    the frames belong together, so that on disk all of them are to change or none.
    """

    record: ProjectRecord
    history: tuple[TunedWeights, ...]
    states: tuple[tuple[str, bytes], ...]
    frames: tuple[FrameSnapshot, ...]
    frames_left: int
    is_whole: bool = False
