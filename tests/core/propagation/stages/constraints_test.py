"""The paper's rules for choosing detections (section 3.3), on detections made by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from lipcore.propagation.stages.constraints import Previous, choose, resolve_overlaps

HERE = torch.tensor([10.0, 10.0, 20.0, 20.0])
NOWHERE = Previous(torch.zeros(1, 4), torch.zeros(1))


def scored(*scores: float) -> torch.Tensor:
    """Scores (R, 1) of R candidates for one object."""
    return torch.tensor(scores)[:, None]


def at(*boxes: torch.Tensor) -> torch.Tensor:
    """Boxes (R, 1, 4) of R candidates for one object."""
    return torch.stack(boxes)[:, None]


def moved(box: torch.Tensor, overlap: float) -> torch.Tensor:
    """A box of the same size, moved right until its IoU with `box` is `overlap`."""
    width = float(box[2] - box[0])
    shift = width * (1 - 2 * overlap / (1 + overlap))
    return box + torch.tensor([shift, 0.0, shift, 0.0])


def test_the_best_candidate_is_the_one_maximum() -> None:
    choice = choose(scored(0.3, 0.9, 0.6), HERE.expand(3, 1, 4), NOWHERE)
    assert (choice.rows.item(), choice.found.item()) == (1, True)
    assert choice.scores.item() == pytest.approx(0.9)


@pytest.mark.parametrize(("score", "found"), [(0.2, False), (0.2001, True), (0.1999, False)])
def test_a_candidate_must_exceed_two_tenths(score: float, found: bool) -> None:
    choice = choose(scored(score), at(HERE), NOWHERE)
    assert choice.found.item() is found
    assert choice.scores.item() == pytest.approx(score if found else 0.0)


@pytest.mark.parametrize(("overlap", "found"), [(0.31, True), (0.29, False), (0.0, False), (1.0, True)])
def test_who_was_seen_well_must_be_near(overlap: float, found: bool) -> None:
    previous = Previous(HERE[None], torch.tensor([0.41]))
    assert choose(scored(0.9), at(moved(HERE, overlap)), previous).found.item() is found


def test_an_overlap_of_exactly_three_tenths_is_near() -> None:
    previous = Previous(torch.tensor([[0.0, 0.0, 10.0, 10.0]]), torch.tensor([0.9]))
    inside = torch.tensor([0.0, 0.0, 10.0, 3.0])  # 30 of 100 pixels
    assert choose(scored(0.9), at(inside), previous).found.item() is True
    inside[3] = 2.99
    assert choose(scored(0.9), at(inside), previous).found.item() is False


@pytest.mark.parametrize(("score", "found"), [(0.41, False), (0.4, True), (0.39, True), (0.0, True)])
def test_who_was_hardly_seen_may_be_anywhere(score: float, found: bool) -> None:
    previous = Previous(HERE[None], torch.tensor([score]))
    assert choose(scored(0.9), at(HERE + 100), previous).found.item() is found


def test_of_the_near_candidates_the_best_is_taken() -> None:
    previous = Previous(HERE[None], torch.tensor([0.9]))
    boxes = at(HERE + 100, moved(HERE, 0.8), moved(HERE, 0.5))
    choice = choose(scored(0.99, 0.5, 0.6), boxes, previous)
    assert choice.rows.item() == 2
    assert choice.scores.item() == pytest.approx(0.6)


def test_no_more_than_ten_candidates_are_kept() -> None:
    previous = Previous(HERE[None], torch.tensor([0.9]))
    far = [HERE + 20 * number for number in range(1, 11)]  # ten different ones
    scores = [0.9 - 0.01 * row for row in range(11)]
    assert choose(scored(*scores), at(*far, HERE), previous).found.item() is False
    choice = choose(scored(*scores), at(*far[:9], HERE, far[9]), previous)
    assert (choice.rows.item(), choice.found.item()) == (9, True)


def test_duplicates_of_a_distractor_do_not_crowd_out_the_object() -> None:
    """Ten detected objects, not ten boxes of one: detections come after non-maximum suppression (Mask R-CNN)."""
    previous = Previous(HERE[None], torch.tensor([0.9]))
    distractors = [HERE + 100 + 0.1 * number for number in range(30)]
    scores = [0.9 - 0.001 * number for number in range(30)]
    choice = choose(scored(*scores, 0.6), at(*distractors, moved(HERE, 0.7)), previous)
    assert (choice.rows.item(), choice.found.item()) == (30, True)
    assert choice.scores.item() == pytest.approx(0.6)


@pytest.mark.parametrize(("overlap", "row"), [(0.51, 0), (0.49, 1)])
def test_of_two_detections_that_overlap_by_half_the_better_one_stays(overlap: float, row: int) -> None:
    """However much the track prefers the other."""
    boxes, bonus = at(HERE, moved(HERE, overlap)), torch.tensor([[0.0], [0.5]])
    assert choose(scored(0.9, 0.8), boxes, NOWHERE, bonus).rows.item() == row


def test_detections_of_one_object_do_not_suppress_those_of_another() -> None:
    scores = torch.tensor([[0.9, 0.1], [0.1, 0.8]])
    choice = choose(scores, HERE.expand(2, 2, 4), Previous(torch.zeros(2, 4), torch.zeros(2)))
    assert choice.rows.tolist() == [0, 1]
    torch.testing.assert_close(choice.scores, torch.tensor([0.9, 0.8]))


def test_objects_are_chosen_independently() -> None:
    scores = torch.tensor([[0.9, 0.1, 0.7], [0.8, 0.15, 0.75]])
    boxes = torch.stack((torch.stack((HERE, HERE, HERE)), torch.stack((HERE, HERE, HERE + 100))))
    previous = Previous(HERE.expand(3, 4), torch.tensor([0.9, 0.9, 0.9]))
    choice = choose(scores, boxes, previous)
    assert choice.rows[[0, 2]].tolist() == [0, 0]
    assert choice.found.tolist() == [True, False, True]
    torch.testing.assert_close(choice.scores, torch.tensor([0.9, 0.0, 0.7]))


def test_a_bonus_changes_the_choice_but_not_the_score() -> None:
    choice = choose(scored(0.5, 0.6), at(HERE, HERE + 20), NOWHERE, torch.tensor([[0.3], [0.0]]))
    assert choice.rows.item() == 0
    assert choice.scores.item() == pytest.approx(0.5)
    assert choose(scored(0.1), at(HERE), NOWHERE, torch.ones(1, 1)).found.item() is False


def test_without_candidates_nothing_is_found() -> None:
    choice = choose(torch.zeros(0, 2), torch.zeros(0, 2, 4), Previous(torch.zeros(2, 4), torch.ones(2)))
    assert choice.found.tolist() == [False, False]
    assert choice.scores.tolist() == [0.0, 0.0]


def test_every_pixel_goes_to_the_strongest_object_over_one_half() -> None:
    first, second = [0.9, 0.6, 0.5, 0.2, 0.75], [0.1, 0.8, 0.4, 0.3, 0.75]
    slots = resolve_overlaps(np.array([[first], [second]], np.float32))
    assert slots.dtype == np.uint8
    assert slots.tolist() == [[1, 2, 0, 0, 1]]
    assert resolve_overlaps(np.array([[first], [second]], np.float32), 0.7).tolist() == [[1, 2, 0, 0, 1]]
    assert resolve_overlaps(np.array([[first]], np.float32), 0.6).tolist() == [[1, 0, 0, 0, 1]]
    assert resolve_overlaps(np.zeros((0, 2, 3), np.float32)).tolist() == [[0, 0, 0], [0, 0, 0]]
