"""Snapshots: immutable pictures of parts of a project, made to be written while the project changes on."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class FrameSnapshot:
    """One frame: its label map (None if none was set) with its revision, and its cells in order of ids."""

    frame: int
    revision: int
    packed: PackedLabels | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Changes:
    """What changed since the last call: frames, and how many changed frames are left; and what is, changed or not.

    That is the record, the history of tuned weights, and by name those states that are in memory only.
    """

    record: ProjectRecord
    history: tuple[TunedWeights, ...]
    states: tuple[tuple[str, bytes], ...]
    frames: tuple[FrameSnapshot, ...]
    frames_left: int
