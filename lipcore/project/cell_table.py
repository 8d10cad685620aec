"""Cell table: provenance, id score, box and area of every cell (frame, object) as plain arrays."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from lipcore.masks import MAX_OBJECT_ID
from lipcore.project.snapshots import Box, Cell

_Kind = TypeVar("_Kind", bound=np.generic)


class CellTable:
    """Arrays over T frames and 256 ids: `provenances` uint8 0..4, `scores` float32 0..1, `boxes` float32 x1 y1 x2 y2 in
    pixels, `areas` int32 in pixels, `agreements` float32 0..1; what is not there is nan.
    """

    def __init__(self, frame_count: int) -> None:
        self.provenances = np.zeros((frame_count, 256), np.uint8)
        self.areas = np.zeros((frame_count, 256), np.int32)
        self.scores = np.full((frame_count, 256), np.nan, np.float32)
        self.boxes = np.full((frame_count, 256, 4), np.nan, np.float32)
        self.agreements = np.full((frame_count, 256), np.nan, np.float32)

    def cells(self, frame: int) -> tuple[Cell, ...]:
        """The frame's cells about which anything is known, in order of ids."""
        provenances, areas = self.provenances[frame], self.areas[frame]
        scores, boxes, agreements = self.scores[frame], self.boxes[frame], self.agreements[frame]
        parts = (provenances > 0, areas > 0, np.isfinite(scores), np.isfinite(boxes[:, 0]))
        known: NDArray[np.bool_] = np.logical_or.reduce(parts)
        return tuple(
            Cell(
                object_id,
                int(provenances[object_id]),
                float(scores[object_id]) if np.isfinite(scores[object_id]) else None,
                _box(boxes[object_id]),
                int(areas[object_id]),
                float(agreements[object_id]) if np.isfinite(agreements[object_id]) else None,
            )
            for object_id in np.flatnonzero(known).tolist()
        )

    def set_cells(self, frame: int, cells: tuple[Cell, ...]) -> None:
        """Replace all cells of the frame; what `cells` gave comes back."""
        self.provenances[frame], self.areas[frame] = 0, 0
        self.scores[frame], self.boxes[frame], self.agreements[frame] = np.nan, np.nan, np.nan
        for cell in cells:
            self.provenances[frame, cell.object_id] = cell.provenance
            self.areas[frame, cell.object_id] = cell.area
            self.agreements[frame, cell.object_id] = np.nan if cell.agreement is None else cell.agreement
            self.set_instance(frame, cell.object_id, cell.score, cell.box)

    def set_instance(self, frame: int, object_id: int, score: float | None, box: Box | None) -> None:
        """Set id score and box of one cell; None takes one away."""
        self.scores[frame, object_id] = np.nan if score is None else score
        self.boxes[frame, object_id] = np.nan if box is None else box

    def free_ids(self) -> list[int]:
        """The object ids 1..254 that have neither pixels nor provenance in any frame, in order."""
        used = {
            *np.flatnonzero(self.areas.any(axis=0)).tolist(),
            *np.flatnonzero(self.provenances.any(axis=0)).tolist(),
        }
        return [object_id for object_id in range(1, MAX_OBJECT_ID + 1) if object_id not in used]


def read_only(array: NDArray[_Kind]) -> NDArray[_Kind]:
    """A view of the array that cannot be written through."""
    view = array.view()
    view.setflags(write=False)
    return view


def _box(values: NDArray[np.float32]) -> Box | None:
    left, top, right, bottom = values.tolist()
    return (left, top, right, bottom) if np.isfinite(values).all() else None
