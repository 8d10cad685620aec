"""What edits keep: the memory they really take is what the budget of the history counts."""

from __future__ import annotations

import gc
import tracemalloc

import numpy as np
import pytest

from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell, FrameChange
from tests.helpers import Labels, blank_video

MADE = 20


@pytest.mark.parametrize("count", [1, 10, 30])
@pytest.mark.parametrize("with_cells", [False, True])
def test_a_change_counts_the_memory_it_takes(count: int, with_cells: bool) -> None:
    project = Project.create(blank_video(1, 270, 480))
    changes = [change_number(0, project, count, with_cells)]  # what is made once for all is made here
    project.restore(changes[0].after)
    changes.clear()
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(MADE):
            changes.append(change_number(number + 1, project, count, with_cells))
            project.restore(changes[-1].after)
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    counted = sum(change.size for change in changes)
    assert 0.8 * counted < taken < 1.1 * counted


def change_number(number: int, project: Project, count: int, with_cells: bool) -> FrameChange:
    """Every mask a pixel further to the right; and new scores and boxes, if asked for."""
    labels: Labels = np.zeros((270, 480), np.uint8)
    cells = []
    for each in range(1, count + 1):
        top, left = 8 * each, each + number
        labels[top : top + 6, left : left + 30] = each
        box = (left + 0.25, top + 0.25, left + 30.25, top + 6.25)
        cells.append(Cell(each, Provenance.MODEL, 0.9 - 0.01 * number - 0.001 * each, box))
    return project.change(0, labels, cells if with_cells else [])
