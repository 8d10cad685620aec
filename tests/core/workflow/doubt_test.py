from __future__ import annotations

import numpy as np
import pytest

from lipcore.project.provenance import Provenance
from lipcore.workflow.doubt import WORDS, Doubts, Side, Sign, box_iou, mask_boxes, next_frame


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
        self.agreements = np.full((6, 256), np.nan, np.float32)

    def all_doubts(self, first: int = 0, last: int = 5) -> Doubts:
        doubts = Doubts(6)
        doubts.own_boxes[:] = self.own_boxes
        doubts.update(self, first, last)
        return doubts

    def doubts(self) -> np.ndarray:
        return self.all_doubts().values[:, 1]

    def reasons(self) -> dict[int, tuple[Sign, Side]]:
        """Sign and side of the frames that are doubted at all."""
        found = self.all_doubts().doubtful(0.01)
        return {each.frame: (each.sign, each.side) for each in found}


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


def test_the_frame_after_a_single_leak_is_right_again() -> None:
    cells = Cells()
    cells.areas[3, 1] = 300
    cells.own_boxes[3, 1] = cells.boxes[3, 1] = (10, 10, 40, 20)
    assert cells.reasons() == {3: (Sign.LEAK, Side.RIGHT)}


@pytest.mark.parametrize(("reach", "reason"), [(20, (Sign.QUALITY, Side.NOWHERE)), (30, (Sign.PART, Side.RIGHT))])
def test_a_low_quality_is_told_only_where_nothing_says_what_is_wrong(reach: int, reason: tuple[Sign, Side]) -> None:
    cells = Cells()
    cells.scores[3, 1] = 0.3
    cells.boxes[3, 1] = (10, 10, reach, 20)
    assert cells.doubts().round(3).tolist() == [0, 0, 0, 1, 0, 0]
    assert cells.reasons() == {3: reason}


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
    assert np.array_equal(cells.all_doubts(2, 4).values[2:5, 1], cells.doubts()[2:5])


def test_mask_boxes_and_their_overlap() -> None:
    labels = np.zeros((20, 30), np.uint8)
    labels[5:10, 3:13] = 7
    boxes = mask_boxes(labels, [7, 9])
    assert boxes[7].tolist() == [3, 5, 13, 10]
    assert np.isnan(boxes[9]).all()
    assert box_iou(boxes[7], np.float32([3, 5, 8, 10])) == pytest.approx(0.5)


def test_walking_the_doubtful_frames() -> None:
    cells = Cells()
    cells.scores[[1, 4], 1] = 0.7
    frames = [each.frame for each in cells.all_doubts().doubtful(0.5)]
    assert frames == [1, 4]
    assert [next_frame(frames, 1, 1), next_frame(frames, 4, 1), next_frame(frames, 4, -1)] == [4, None, 1]


def test_runs_that_disagree_are_doubtful() -> None:
    cells = Cells()
    cells.agreements[:, 1] = (1, 0.9, 0.3, 0.75, 0, np.nan)
    assert cells.doubts().tolist() == pytest.approx([0, 0, 0.6, 0, 1, 0])
    assert cells.reasons() == {2: (Sign.DIRECTIONS, Side.NOWHERE), 4: (Sign.DIRECTIONS, Side.NOWHERE)}


@pytest.mark.parametrize(
    ("box", "area", "side"),
    [
        ((0, 10, 20, 20), 200, Side.LEFT),
        ((10, 0, 20, 20), 200, Side.TOP),
        ((10, 10, 31, 20), 200, Side.RIGHT),
        ((10, 9, 21, 30), 200, Side.BOTTOM),
    ],
)
def test_a_mask_that_grows_leaks_to_the_side_on_which_its_box_grows(
    box: tuple[int, ...], area: int, side: Side
) -> None:
    cells = Cells()
    cells.own_boxes[5, 1] = cells.boxes[5, 1] = box
    cells.areas[5, 1] = area
    assert cells.reasons() == {5: (Sign.LEAK, side)}


def test_how_much_of_an_object_is_gone_and_where() -> None:
    cells = Cells()
    cells.own_boxes[2, 1] = cells.boxes[2, 1] = (13, 10, 20, 20)
    cells.areas[2, 1] = 70
    cells.own_boxes[3:, 1] = cells.boxes[3:, 1] = (13, 10, 20, 13)
    cells.areas[3:, 1] = 21
    assert cells.reasons() == {2: (Sign.PART, Side.LEFT), 3: (Sign.HALF_GONE, Side.BOTTOM)}


def test_a_mask_larger_or_smaller_than_its_box_says_so() -> None:
    cells = Cells()
    cells.boxes[1, 1] = (10, 10, 14, 20)
    cells.boxes[4, 1] = (10, 4, 20, 24)
    assert cells.reasons() == {1: (Sign.LEAK, Side.RIGHT), 4: (Sign.PART, Side.TOP)}


def test_the_worse_of_two_that_are_wholly_doubtful_ranks_first() -> None:
    cells = Cells()
    cells.scores[[1, 3], 1] = 0.35, 0.55
    cells.agreements[5, 1] = 0
    cells.scores[5, 1] = 0.85
    ranked = sorted(cells.all_doubts().doubtful(0.5), key=lambda each: -each.rank)
    assert [each.frame for each in ranked] == [1, 3, 5]
    assert [each.doubt for each in ranked] == [1, 1, 1]


def test_a_mask_that_a_correction_kept_is_looked_at() -> None:
    cells = Cells()
    cells.scores[3, 1] = 0.5
    found = cells.all_doubts().doubtful(0.5, {(2, 1): None, (3, 1): None})
    assert [(each.frame, each.sign) for each in found] == [(2, Sign.KEPT), (3, Sign.QUALITY)]


def test_every_reason_has_words() -> None:
    sided = {Sign.LEAK, Sign.PART, Sign.HALF_GONE}
    expected = {(sign, side) for sign in Sign for side in (Side if sign in sided else [Side.NOWHERE])}
    assert set(WORDS) == expected
