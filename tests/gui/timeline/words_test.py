"""What the timeline says of cells and ranges."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.project.provenance import Provenance
from lipgui.basics.frame_selection import FrameSelection
from lipgui.timeline.cells import LaneCells, LaneLabel
from lipgui.timeline.words import cell_text, provenance_names, selection_text

DOG, CAT = LaneLabel(3, "Dog", (0, 0, 0)), LaneLabel(7, "Cat", (0, 0, 0))


@pytest.fixture
def cells(qapp: object) -> LaneCells:
    """The dog by the network on frame 1, looked for and not found on 2, verified on 3."""
    provenances, scores = np.zeros((5, 256), np.uint8), np.full((5, 256), np.nan, np.float32)
    areas, doubts = np.zeros((5, 256), np.int32), np.zeros((5, 256), np.float32)
    provenances[1:4, 3] = Provenance.MODEL, Provenance.MODEL, Provenance.VERIFIED
    scores[1, 3], areas[[1, 3], 3], doubts[1, 3] = 0.6, 9, 0.9
    cells = LaneCells()
    cells.set_frame_count(5)
    cells.set_objects([3])
    cells.set_cells(provenances, scores, areas)
    cells.set_doubts(doubts, 0.5)
    return cells


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (0, "Dog: no mask"),
        (1, "Dog: model, score 0.60, doubtful"),
        (2, "Dog: model, not on this frame"),
        (3, "Dog: verified"),
    ],
)
def test_a_cell_in_words(cells: LaneCells, frame: int, said: str) -> None:
    first, second = cell_text(frame, 25.0, DOG, 0, cells).splitlines()
    assert first == f"Frame {frame}  ·  00:00:00:0{frame}"
    assert second == f"3  {said}"


def test_beside_the_lanes_only_the_frame_is_told(cells: LaneCells) -> None:
    assert cell_text(26, 25.0, None, None, cells) == "Frame 26  ·  00:00:01:01"


@pytest.mark.parametrize(
    ("selection", "said"),
    [
        (None, ""),
        (FrameSelection(3, 9, (7,)), "3–9  (7 frames)  ·  Cat"),
        (FrameSelection(3, 3, (3, 7)), "Frame 3  ·  Dog, Cat"),
        (FrameSelection(0, 1), "0–1  (2 frames)  ·  all objects"),
    ],
)
def test_a_range_in_words(qapp: object, selection: FrameSelection | None, said: str) -> None:
    assert selection_text(selection, [DOG, CAT]) == said


def test_every_provenance_has_a_name(qapp: object) -> None:
    assert len(set(provenance_names())) == len(Provenance)
