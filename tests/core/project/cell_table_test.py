"""Tables of cells: what is set comes back, and only ids that nothing knows are free."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.project.cell_table import CellTable, read_only
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell

CELLS = (
    Cell(1, Provenance.MODEL, 0.5, (1.0, 2.0, 3.0, 4.0), 12, 0.25),
    Cell(7, Provenance.USER, None, None, 5, None),
    Cell(200, Provenance.NONE, 0.125, None, 0, None),
)


def test_cells_come_back_in_order_of_ids() -> None:
    table = CellTable(3)
    table.set_cells(1, CELLS[::-1])
    assert table.cells(1) == CELLS
    assert table.cells(0) == table.cells(2) == ()


def test_setting_cells_takes_away_all_others_of_the_frame() -> None:
    table = CellTable(2)
    table.set_cells(0, CELLS)
    table.set_cells(1, CELLS)
    table.set_cells(0, CELLS[1:2])
    assert table.cells(0) == CELLS[1:2]
    assert table.cells(1) == CELLS


def test_score_and_box_are_set_and_taken_away_alone() -> None:
    table = CellTable(1)
    table.set_cells(0, CELLS[:1])
    table.set_instance(0, 1, None, None)
    assert table.cells(0) == (Cell(1, Provenance.MODEL, None, None, 12, 0.25),)
    table.set_instance(0, 1, 0.75, (0.0, 0.0, 1.0, 1.0))
    assert table.cells(0)[0].score == 0.75


def test_an_id_is_free_without_pixels_and_provenance_in_every_frame() -> None:
    table = CellTable(2)
    assert table.free_ids() == list(range(1, 255))
    table.areas[1, 2], table.provenances[0, 3], table.scores[0, 4] = 1, Provenance.USER, 0.5
    assert table.free_ids() == [1, *range(4, 255)]


def test_a_read_only_view_shows_changes_and_allows_none() -> None:
    array = np.zeros(3)
    view = read_only(array)
    array[1] = 5
    assert view[1] == 5
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 1
