"""What one edit changed in one frame, small enough to keep: its compressed label maps and its cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lipcore.project.mask_store import PackedLabels
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import FrameSnapshot

Labels = NDArray[np.uint8]

# Bytes of each part as Python keeps it
_CHANGE_BYTES = 100
_SIDE_BYTES = 150
_MAP_BYTES = 200  # besides the compressed data
_CELL_BYTES = 600  # an id and two cells with their boxes


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one object's mask in one frame comes from, its id score, and its box x1 y1 x2 y2 in pixels."""

    provenance: Provenance = Provenance.NONE
    score: float | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class PackedFrame:
    """A compressed label map, the ids that occur in it (uint8) and the pixels of each (int32)."""

    labels: PackedLabels
    ids: bytes
    areas: bytes

    @classmethod
    def keep(cls, labels: PackedLabels, areas: NDArray[np.int32]) -> PackedFrame:
        """A compressed label map with the pixels of each id, (256,) int32."""
        ids = np.flatnonzero(areas)
        return cls(labels, ids.astype(np.uint8).tobytes(), areas[ids].astype(np.int32).tobytes())

    @classmethod
    def pack(cls, labels: Labels) -> PackedFrame:
        """Compress a label map, (H, W) uint8."""
        return cls.keep(*PackedLabels.pack(labels))

    @classmethod
    def of(cls, project: Project, frame: int) -> PackedFrame:
        """The frame as the project holds it; no pixel is copied."""
        packed = project.packed(frame)
        if packed is None:
            return cls.pack(np.zeros((project.height, project.width), np.uint8))
        return cls.keep(packed, project.areas[frame])

    def write(self, project: Project, frame: int) -> None:
        """Make it the project's label map of `frame`."""
        areas = np.zeros(256, np.int32)
        areas[np.frombuffer(self.ids, np.uint8)] = np.frombuffer(self.areas, np.int32)
        project.set_packed(frame, self.labels, areas)


@dataclass(frozen=True, slots=True)
class FrameChange:
    """Two states of one frame: `before` and `after` are None if no pixel differs; `cells` holds (id, before, after)."""

    frame: int
    before: PackedFrame | None
    after: PackedFrame | None
    cells: tuple[tuple[int, Cell, Cell], ...]

    @property
    def size(self) -> int:
        """Bytes this change keeps in memory, roughly; the newer map is shared with the project."""
        sides = [side for side in (self.before, self.after) if side is not None]
        pixels = sum(_SIDE_BYTES + 5 * len(side.ids) for side in sides)
        if self.before is not None:
            pixels += len(self.before.labels.data) + _MAP_BYTES
        return pixels + _CELL_BYTES * len(self.cells) + _CHANGE_BYTES

    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return self.before is None and not self.cells

    def write(self, project: Project, forward: bool) -> None:
        """Put the later state into the project, or the earlier one."""
        packed = self.after if forward else self.before
        if packed is not None:
            packed.write(project, self.frame)
        for object_id, before, after in self.cells:
            cell = after if forward else before
            project.set_provenance(self.frame, object_id, cell.provenance)
            project.set_instance(self.frame, object_id, cell.score, cell.box)


def change_between(project: Project, before: FrameSnapshot, after: FrameSnapshot) -> FrameChange:
    """The change from one state of a frame to another, such as the functions of `lipcore.project.identity` give."""
    cells = []
    for object_id in sorted({each.object_id for each in (*before.cells, *after.cells)}):
        old, new = _cell_of(before, object_id), _cell_of(after, object_id)
        if old != new:
            cells.append((object_id, old, new))
    if after.packed is None or before.packed == after.packed:
        return FrameChange(before.frame, None, None, tuple(cells))
    areas = np.zeros(256, np.int32)
    for each in after.cells:
        areas[each.object_id] = each.area
    packed = PackedFrame.keep(after.packed, areas)
    return FrameChange(before.frame, PackedFrame.of(project, before.frame), packed, tuple(cells))


def read_cell(project: Project, frame: int, object_id: int) -> Cell:
    """Provenance, score and box of one object in one frame."""
    score, box = float(project.scores[frame, object_id]), project.boxes[frame, object_id]
    x1, y1, x2, y2 = box.tolist()
    return Cell(
        project.provenance(frame, object_id),
        None if np.isnan(score) else score,
        None if np.isnan(box).any() else (x1, y1, x2, y2),
    )


def _cell_of(snapshot: FrameSnapshot, object_id: int) -> Cell:
    cell = snapshot.cell(object_id)
    return Cell(Provenance(cell.provenance), cell.score, cell.box)


def frame_change(
    project: Project, frame: int, after: Labels | None, cells: Iterable[tuple[int, Cell]] = ()
) -> FrameChange:
    """The change that gives `frame` the labels `after`, (H, W) uint8 or None for as they are, and new `cells` by id."""
    kept = []
    for object_id, new in cells:
        old = read_cell(project, frame, object_id)
        if old != new:
            kept.append((object_id, old, new))
    if after is None or np.array_equal(project.labels(frame), after):
        return FrameChange(frame, None, None, tuple(kept))
    return FrameChange(frame, PackedFrame.of(project, frame), PackedFrame.pack(after), tuple(kept))
