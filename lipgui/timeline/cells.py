"""The cells (frame, object) a timeline shows, and their reduction to one value per pixel column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lipcore.project.provenance import Provenance

# Code of a cell: its `Provenance`, plus PRESENT where the object has pixels.
# The greater code wins where several frames share a pixel column.
PRESENT = 8
CODES = 16
_GATHERED = 12  # frames in one pixel column up to which each is looked up


@dataclass(frozen=True)
class LaneLabel:
    """What a lane is called: the object's id (1..254), name and colour (red, green, blue).

    `keys` are the frames on which its curves have keys, `drawn` the first and last frames that each of them draws.
    """

    object_id: int
    name: str
    colour: tuple[int, int, int]
    keys: frozenset[int] = frozenset()
    drawn: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Columns:
    """Reduced cells, all (N, W): N lanes, W pixel columns."""

    codes: NDArray[np.uint8]
    scores: NDArray[np.uint8]  # the least certain frame of the column; 255 certain or without a score
    doubtful: NDArray[np.bool_]  # whether a frame of the column is


class LaneCells:
    """Compact copies of the document's arrays, one row per lane, kept up to date range by range."""

    def __init__(self) -> None:
        self.object_ids: NDArray[np.intp] = np.zeros(0, np.intp)
        self._sources: tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.int32]] | None = None
        self._doubt_source: NDArray[np.float32] | None = None
        self._threshold = 0.5
        self.frame_count = 0
        self._rebuild()

    def set_frame_count(self, frame_count: int) -> None:
        """Forget every cell; the video now has `frame_count` frames."""
        self.frame_count = frame_count
        self._sources = self._doubt_source = None
        self._rebuild()

    def set_objects(self, object_ids: Sequence[int]) -> None:
        """Choose which objects have lanes, in this order."""
        self.object_ids = np.asarray(object_ids, dtype=np.intp)
        self._rebuild()

    def set_cells(self, provenances: NDArray[np.uint8], scores: NDArray[np.float32], areas: NDArray[np.int32]) -> None:
        """Take the (T, 256) arrays; they are kept by reference and read again by `update`."""
        shape = (self.frame_count, 256)
        for values in (provenances, scores, areas):
            if values.shape != shape:
                raise ValueError(f"expected cells of shape {shape}, got {values.shape}")
        self._sources = (provenances, scores, areas)
        self.update(0, self.frame_count - 1)

    def set_doubts(self, doubts: NDArray[np.float32], threshold: float) -> None:
        """Take the (T, 256) doubts, 0..1, by reference; from `threshold` on a cell is doubtful."""
        if doubts.shape != (self.frame_count, 256):
            raise ValueError(f"expected doubts of shape {(self.frame_count, 256)}, got {doubts.shape}")
        self._doubt_source, self._threshold = doubts, threshold
        self.update(0, self.frame_count - 1)

    def update(self, first: int, last: int) -> None:
        """Read the frames `first` to `last` (inclusive) again."""
        frames = slice(max(0, first), max(0, min(self.frame_count, last + 1)))
        if not self.object_ids.size:
            return
        if self._sources is not None:
            provenances, scores, areas = (values[frames][:, self.object_ids].T for values in self._sources)
            self.codes[:, frames] = np.minimum(provenances, np.uint8(Provenance.VERIFIED)) + np.uint8(PRESENT) * (
                areas > 0
            )
            self.scores[:, frames] = np.nan_to_num(np.clip(scores, 0.0, 1.0), nan=1.0) * 255
        if self._doubt_source is not None:
            self.doubtful[:, frames] = self._doubt_source[frames][:, self.object_ids].T >= self._threshold

    def columns(self, lanes: range, first: float, frames_per_column: float, start: int, stop: int) -> Columns:
        """Reduce to the pixel columns `start` to `stop`; column c begins at frame `first + c * frames_per_column`."""
        rows = slice(lanes.start, lanes.stop)
        width = max(0, stop - start)
        shape = (len(lanes), width)
        result = Columns(np.zeros(shape, np.uint8), np.full(shape, 255, np.uint8), np.zeros(shape, np.bool_))
        edges = column_frames(first, frames_per_column, start, stop)
        used = int(np.searchsorted(edges, self.frame_count))  # columns that lie within the video
        if not used or not len(lanes):
            return result
        edges = edges[:used]
        many = frames_per_column > 1.0
        end = max(int(edges[-1]) + 1, min(self.frame_count, int(first + stop * frames_per_column)))
        for reduction, values, target in (
            (np.maximum, self.codes, result.codes),
            (np.minimum, self.scores, result.scores),
            (np.logical_or, self.doubtful, result.doubtful),
        ):
            if many:
                _reduce(reduction, values[rows, :end], edges, target[:, :used])
            else:
                target[:, :used] = values[rows][:, edges]
        return result

    def _rebuild(self) -> None:
        shape = (len(self.object_ids), self.frame_count)
        self.codes = np.zeros(shape, np.uint8)
        self.scores = np.full(shape, 255, np.uint8)
        self.doubtful = np.zeros(shape, np.bool_)
        self.update(0, self.frame_count - 1)


def _reduce(reduction: np.ufunc, values: NDArray[Any], edges: NDArray[np.intp], out: NDArray[Any]) -> None:
    """Reduce `values` (N, T) between each two `edges` (W,), and from the last one on, into `out` (N, W)."""
    stops = np.append(edges[1:], values.shape[1])
    widest = int((stops - edges).max())
    if widest > _GATHERED:
        reduction.reduceat(values, edges, axis=1, out=out)
        return
    values.take(edges, axis=1, out=out, mode="clip")  # a few frames in each column: several times faster like this
    for step in range(1, widest):
        reduction(out, values.take(np.minimum(edges + step, stops - 1), axis=1, mode="clip"), out=out)


def column_frames(first: float, frames_per_column: float, start: int, stop: int) -> NDArray[np.intp]:
    """(W,) the first frame of each pixel column from `start` to `stop`, or the one under it where frames are wider."""
    columns = np.arange(start, stop, dtype=np.float64)
    if frames_per_column <= 1.0:
        columns += 0.5
    return np.maximum(0, np.floor(first + columns * frames_per_column)).astype(np.intp)
