from __future__ import annotations

import numpy as np
import pytest

from lipcore.project.provenance import Provenance
from lipcore.workflow.doubt import box_iou, doubtful_frames, doubts_of, mask_boxes, next_frame


class Cells:
    """Six frames of object 1, a steady 10 x 10 square the network is sure of."""

    def __init__(self) -> None:
        self.provenances = np.zeros((6, 256), np.uint8)
        self.provenances[:, 1] = Provenance.MODEL
        self.scores = np.full((6, 256), np.nan, np.float32)
        self.scores[:, 1] = 0.95
        self.boxes = np.full((6, 256, 4), np.nan, np.float32)
        self.boxes[:, 1] = (10, 10, 20, 20)
        self.own_boxes = self.boxes.copy()
        self.areas = np.zeros((6, 256), np.int32)
        self.areas[:, 1] = 100

    def doubts(self) -> np.ndarray:
        parts = (self.provenances, self.scores, self.boxes, self.own_boxes, self.areas)
        return doubts_of(*parts, 0, 5)[:, 1]


def test_a_steady_sure_object_is_not_doubtful() -> None:
    assert Cells().doubts().tolist() == [0] * 6


def test_a_low_score_is_doubtful_on_its_frame_only() -> None:
    cells = Cells()
    cells.scores[3, 1] = 0.3
    assert cells.doubts().round(3).tolist() == [0, 0, 0, 1, 0, 0]


def test_a_box_that_does_not_fit_its_mask_is_doubtful() -> None:
    cells = Cells()
    cells.boxes[2, 1] = (30, 30, 50, 50)
    assert cells.doubts().tolist() == [0, 0, 1, 0, 0, 0]


def test_a_jump_of_the_area_is_doubtful_in_both_directions() -> None:
    cells = Cells()
    cells.areas[3:, 1] = 300
    cells.areas[5, 1] = 100
    assert cells.doubts().tolist() == [0, 0, 0, 1, 0, 1]


def test_a_mask_that_leaps_away_is_doubtful() -> None:
    cells = Cells()
    cells.boxes[4:, 1] = cells.own_boxes[4:, 1] = (40, 10, 50, 20)
    assert cells.doubts().tolist() == [0, 0, 0, 0, 1, 0]


def test_an_object_that_vanishes_is_doubtful_once() -> None:
    cells = Cells()
    cells.areas[4:, 1] = 0
    cells.own_boxes[4:, 1] = np.nan
    assert cells.doubts().tolist() == pytest.approx([0, 0, 0, 0, 0.8, 0])


@pytest.mark.parametrize("value", [Provenance.USER, Provenance.CORRECTED, Provenance.VERIFIED, Provenance.NONE])
def test_only_the_networks_cells_are_doubtful(value: Provenance) -> None:
    cells = Cells()
    cells.scores[:, 1] = 0.1
    cells.provenances[:, 1] = value
    assert not cells.doubts().any()


def test_part_of_the_frames_gives_the_same_doubts() -> None:
    cells = Cells()
    cells.areas[3, 1] = 300
    parts = (cells.provenances, cells.scores, cells.boxes, cells.own_boxes, cells.areas)
    assert np.array_equal(doubts_of(*parts, 2, 4)[:, 1], cells.doubts()[2:5])


def test_mask_boxes_and_their_overlap() -> None:
    labels = np.zeros((20, 30), np.uint8)
    labels[5:10, 3:13] = 7
    boxes = mask_boxes(labels, [7, 9])
    assert boxes[7].tolist() == [3, 5, 13, 10]
    assert np.isnan(boxes[9]).all()
    assert box_iou(boxes[7], np.float32([3, 5, 8, 10])) == pytest.approx(0.5)


def test_walking_the_doubtful_frames() -> None:
    doubts = np.zeros((6, 256), np.float32)
    doubts[[1, 4], 3] = 0.6
    frames = doubtful_frames(doubts, 0.5)
    assert frames == [1, 4]
    assert [next_frame(frames, 1, 1), next_frame(frames, 4, 1), next_frame(frames, 4, -1)] == [4, None, 1]
