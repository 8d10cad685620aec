"""Which part of a propagated frame may be written: never what a person painted, corrected or verified."""

from __future__ import annotations

import numpy as np

from lipcore.project.project import Project
from lipcore.project.provenance import Provenance, is_annotated
from lipcore.propagation.result import FrameResult
from lipgui.document.changes import Cell, FrameChange, frame_change


def change_of_result(
    project: Project,
    result: FrameResult,
    objects: frozenset[int],
    only: frozenset[int] = frozenset(),
    locked: frozenset[int] = frozenset(),
) -> FrameChange:
    """The change that writes `result` where it may be written.

    `objects` are the ids that were propagated, `only` those of them that were asked for (all if empty). Cells that a
    person answers for and `locked` objects keep their pixels; whatever else the frame shows keeps its own.
    """
    before = project.labels(result.frame)
    rows = project.provenances[result.frame]
    wanted = (objects & only if only else objects) & project.objects.keys()
    writable = {each for each in wanted if not is_annotated(int(rows[each])) and each not in locked}
    own = np.zeros(256, bool)
    own[list(writable)] = True
    after = np.where(own[before], 0, before).astype(np.uint8)
    new = own[result.labels] & (after == 0)
    after[new] = result.labels[new]
    seen = {each.object_id: each for each in result.instances}
    cells = []
    for each in sorted(writable):
        instance = seen.get(each)
        score, box = (instance.quality, instance.box) if instance is not None else (None, None)
        cells.append((each, Cell(Provenance.MODEL, _stored(score), _stored_box(box))))
    return frame_change(project, result.frame, after, cells)


def _stored(score: float | None) -> float | None:
    """The value as the project keeps it, so that an equal one is no change."""
    return None if score is None else float(np.float32(score))


def _stored_box(box: tuple[float, float, float, float] | None) -> tuple[float, float, float, float] | None:
    if box is None:
        return None
    x1, y1, x2, y2 = (float(np.float32(value)) for value in box)
    return x1, y1, x2, y2
