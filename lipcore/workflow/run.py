"""One propagation through a project: what it starts from, how far it has come, and which of its results are written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lipcore.masks import IGNORE, Labels, object_ids
from lipcore.project.mask_store import PackedLabels
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell, FrameChange, FrameSnapshot
from lipcore.project.stopped_run import StoppedRun, stretches
from lipcore.propagation.plan import report_count, ways
from lipcore.propagation.result import FrameResult
from lipcore.workflow.merging import change_of_result
from lipcore.workflow.reach import starting_masks

WORSE = 0.1  # expected IoU by which a mask must be worse than the one there is, to be left out by a correction


@dataclass(frozen=True)
class Offer:
    """A mask that a correction did not write, since the one there is looks better: frame, object, both qualities."""

    frame: int
    object_id: int
    kept: float
    offered: float
    after: FrameSnapshot  # the frame with the mask that was found


class PropagationRun:
    """A run through `frames`, for `only` these objects or all; the label maps it starts from are those of now.

    What is edited while it runs is left alone, cell by cell. A `correction` does not replace a mask by one that is
    expected to be worse: what it leaves out is in `offers`. Frames that are `done` have got theirs from a run that was
    stopped.
    """

    def __init__(
        self,
        project: Project,
        frames: range,
        direction: str,
        only: frozenset[int] = frozenset(),
        correction: bool = False,
        done: Collection[int] = (),
    ) -> None:
        self.project, self.frames, self.direction = project, frames, direction
        self.only, self.correction = only, correction
        self.done = set(done)  # frames whose final result was taken
        self.changed: set[int] = set()  # frames with other pixels than before
        self.offers: dict[tuple[int, int], Offer] = {}  # by frame and object
        self._edited: dict[int, frozenset[int]] = {}
        self.begin()

    def begin(self) -> None:
        """Start from what the project shows now; after a stop this goes on: what is done stays done. LipError."""
        project = self.project
        self.annotations: dict[int, Labels] = starting_masks(project)
        shown = {frame: frozenset(object_ids(labels)) for frame, labels in self.annotations.items()}
        self.objects = frozenset[int]().union(*shown.values())
        ids = sorted(self.objects)
        self.done = {frame for frame in self.done if project.provenances[frame, ids].any()}  # not what was undone
        self._plan = ways(shown, self.frames, self.direction, project.frame_count)
        self._seen = {frame: _Seen.of(project, frame) for frame in self.frames}
        self._before: dict[int, FrameSnapshot] = {}
        self.reports = self.total - report_count(self._plan, self.done)

    @property
    def total(self) -> int:
        """How many results there are in all; between two annotated frames a run both ways gives two for a frame."""
        return report_count(self._plan)

    @property
    def left(self) -> int:
        """How many frames have no final result yet."""
        return len({frame for way in self._plan for frame in way.frames} - self.done)

    @property
    def stopped(self) -> StoppedRun:
        """What has to be kept to go on with this run another time."""
        first, last = self.frames[0], self.frames[-1]
        only = tuple(sorted(self.only))
        return StoppedRun(self.direction, first, last, stretches(self.done), only, self.correction)

    def masks_before(self) -> dict[int, Labels]:
        """The label maps of the done frames at which a way breaks off, by frame: what it can go on from. LipError."""
        found = {}
        for way in self._plan:
            wanted = next((frame for frame in way.frames if frame not in self.done), None)
            before = None if wanted is None else wanted - way.frames.step
            if way.between is None and before in self.done and before not in self.annotations:
                found[before] = self.project.labels(before)
        return found

    @property
    def edited(self) -> int:
        """How many masks were left as they are, because they were edited meanwhile."""
        return sum(map(len, self._edited.values()))

    def take(self, result: FrameResult) -> FrameChange | None:
        """The edit that a result makes, None if it makes none; the caller makes it in the project before the next."""
        frame = result.frame
        if frame not in self.frames:
            return None
        self.reports += 1
        now = self.project.snapshot(frame)
        before = self._before.setdefault(frame, now)
        edited = self._edited.get(frame, frozenset()) | self._seen[frame].edited_since(self.project, frame)
        if edited:
            self._edited[frame] = edited
        objects = (self.objects & self.only if self.only else self.objects) - edited
        if result.sought is not None:
            objects &= result.sought
        if frame in self.annotations:  # what the run starts from keeps its pixels, and its true scores
            objects -= set(object_ids(self.annotations[frame]))
        change = change_of_result(self.project, result, objects)
        if self.correction:
            change = self._without_worse(change, before)
        if result.is_final:
            self.done.add(frame)
            del self._before[frame]
        if change.changes_pixels:
            self.changed.add(frame)
        self._seen[frame] = _Seen(change.after.packed, _provenances(change.after))
        return None if change.is_empty() else change

    def _without_worse(self, change: FrameChange, before: FrameSnapshot) -> FrameChange:
        """The edit without the masks that are expected to be worse than those from before the run."""
        kept: list[Cell] = []
        frame = change.frame
        for cell in change.after.cells:
            old = before.cell(cell.object_id)
            self.offers.pop((frame, cell.object_id), None)
            if cell.provenance != Provenance.MODEL or old.provenance != Provenance.MODEL or not old.area:
                continue
            quality = cell.score or 0.0 if cell.area else 0.0
            if old.score is not None and quality < old.score - WORSE:
                kept.append(old)
                self.offers[frame, cell.object_id] = Offer(frame, cell.object_id, old.score, quality, change.after)
        if not kept:
            return change
        labels = self.project.unpacked(change.after).copy()
        old_labels = self.project.unpacked(before)
        ids = [cell.object_id for cell in kept]
        labels[np.isin(labels, ids)] = 0
        place = np.isin(old_labels, ids) & (labels == 0)
        labels[place] = old_labels[place]
        return self.project.change(frame, labels, [*change.after.cells, *kept])


class _Seen:
    """A frame as a run has seen or left it: its label map and the provenance of its cells, (256,) uint8."""

    def __init__(self, packed: PackedLabels | None, provenances: NDArray[np.uint8]) -> None:
        self._packed, self._provenances = packed, provenances

    @classmethod
    def of(cls, project: Project, frame: int) -> _Seen:
        """The frame as it is now."""
        return cls(project.packed(frame), project.provenances[frame].copy())

    def edited_since(self, project: Project, frame: int) -> frozenset[int]:
        """The objects that were edited since: another provenance, more pixels, or pixels that became background.

        An object that lost pixels to another one was not edited itself.
        """
        ids = set(np.flatnonzero(project.provenances[frame] != self._provenances).tolist())
        if project.packed(frame) is not self._packed:
            now = project.labels(frame)
            then = np.zeros_like(now) if self._packed is None else self._packed.unpack(f"of frame {frame}")
            differ = now != then
            ids |= {*np.unique(now[differ]).tolist(), *np.unique(then[differ & (now == 0)]).tolist()}
        return frozenset(ids - {0, IGNORE})


def written(run: PropagationRun, results: Iterator[FrameResult]) -> Iterator[FrameResult]:
    """Write what the results of a run may write into the project, one by one, and pass them on."""
    for result in results:
        change = run.take(result)
        if change is not None:
            run.project.restore(change.after)
        yield result


def _provenances(snapshot: FrameSnapshot) -> NDArray[np.uint8]:
    found = np.zeros(256, np.uint8)
    for cell in snapshot.cells:
        found[cell.object_id] = cell.provenance
    return found
