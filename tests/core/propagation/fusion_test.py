"""Two results for one frame become one: agreement stays, elsewhere the nearer and surer side wins."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.propagation.fusion import fuse
from lipcore.propagation.result import FrameResult, InstanceResult

BOX = (0.0, 0.0, 1.0, 1.0)


def result(frame: int, labels: list[int], **scores: float) -> FrameResult:
    """A frame of one row with instances o<id>=score, found in 1 second."""
    instances = tuple(InstanceResult(int(name[1:]), BOX, score, score) for name, score in scores.items())
    return FrameResult(frame, np.array([labels], np.uint8), instances, 1.0)


@pytest.mark.parametrize(("frame", "winner"), [(1, [1, 2, 1]), (9, [1, 2, 2])])
def test_the_nearer_annotated_frame_wins(frame: int, winner: list[int]) -> None:
    forward = result(frame, [1, 2, 1], o1=0.8, o2=0.8)
    backward = result(frame, [1, 2, 2], o1=0.8, o2=0.8)
    assert fuse(forward, backward, 0, 10).labels.tolist() == [winner]


def test_in_the_middle_the_surer_side_wins() -> None:
    forward, backward = result(5, [1, 1], o1=0.9), result(5, [1, 2], o1=0.3, o2=0.5)
    assert fuse(forward, backward, 0, 10).labels.tolist() == [[1, 1]]
    backward = result(5, [1, 2], o1=0.3, o2=0.95)
    assert fuse(forward, backward, 0, 10).labels.tolist() == [[1, 2]]


def test_a_sure_object_wins_against_background_and_an_unsure_one_does_not() -> None:
    empty = result(5, [0])
    assert fuse(empty, result(5, [3], o3=0.9), 0, 10).labels.tolist() == [[3]]
    assert fuse(empty, result(5, [3], o3=0.3), 0, 10).labels.tolist() == [[0]]


def test_instances_of_what_is_left_in_the_frame() -> None:
    fused = fuse(result(1, [1, 1], o1=0.6), result(1, [2, 1], o1=0.9, o2=0.9), 0, 10)
    assert [(one.object_id, one.score) for one in fused.instances] == [(1, pytest.approx(0.6 * 0.9))]
    assert (fused.frame, fused.seconds) == (1, 2.0)


@pytest.mark.parametrize(("frame", "score"), [(5, 0.8 / 3), (1, 0.8 * (1 - 0.2 * 2 / 3))])
def test_sides_that_disagree_lower_the_score_most_in_the_middle(frame: int, score: float) -> None:
    forward, backward = result(frame, [1, 1, 0], o1=0.8), result(frame, [0, 1, 1], o1=0.8)
    assert fuse(forward, backward, 0, 10).instances[0].score == pytest.approx(score)
    assert fuse(forward, forward, 0, 10).instances[0].score == 0.8


def test_mirrored_runs_fuse_to_the_same_labels() -> None:
    random = np.random.default_rng(0)
    for frame in (1, 2, 3):
        one, other = (random.integers(0, 3, (8, 8)).astype(np.uint8) for _ in range(2))
        instances = tuple(InstanceResult(number, BOX, float(random.random()), 1.0) for number in (1, 2))
        forward = FrameResult(frame, one, instances, 1.0)
        backward = FrameResult(frame, other, tuple(reversed(instances)), 1.0)
        if frame != 2:
            mirrored = fuse(
                FrameResult(4 - frame, other, backward.instances, 1.0),
                FrameResult(4 - frame, one, forward.instances, 1.0), 0, 4,
            )  # fmt: skip
            np.testing.assert_array_equal(fuse(forward, backward, 0, 4).labels, mirrored.labels)


HELD = frozenset({1})


def test_what_one_side_has_lost_stays_where_both_annotated_frames_show_it() -> None:
    for frame in (1, 5, 9):
        fused = fuse(result(frame, [1, 1, 0], o1=0.6), result(frame, [0, 0, 0]), 0, 10, HELD)
        assert fused.labels.tolist() == [[1, 1, 0]]
        fused = fuse(result(frame, [0, 0, 0]), result(frame, [1, 1, 0], o1=0.6), 0, 10, HELD)
        assert fused.labels.tolist() == [[1, 1, 0]]


def test_an_unsure_sight_counts_where_the_object_is_there_before_and_after() -> None:
    sides = result(5, [1, 1, 0], o1=0.3), result(5, [0, 0, 0])
    assert fuse(*sides, 0, 10, HELD).labels.tolist() == [[0, 0, 0]]
    assert fuse(*sides, 0, 10, HELD, beside=frozenset({1})).labels.tolist() == [[1, 1, 0]]


def square(frame: int, right: int = 50) -> FrameResult:
    """A frame of 60 by 60 with a square object 1 of 40 by 40, whose right side is moved."""
    labels = np.zeros((60, 60), np.uint8)
    labels[10:50, 10:right] = 1
    return FrameResult(frame, labels, (InstanceResult(1, BOX, 0.9, 0.9),), 1.0)


@pytest.mark.parametrize("held", [frozenset[int](), HELD])
def test_the_edge_of_an_object_is_that_of_the_nearer_side(held: frozenset[int]) -> None:
    near, far = square(3), square(3, right=52)
    assert np.array_equal(fuse(near, far, 0, 10, held).labels, near.labels)
    assert np.array_equal(fuse(far, near, 0, 10, held).labels, far.labels)


def test_a_part_that_the_nearer_side_has_lost_stays_where_both_annotated_frames_show_the_object() -> None:
    lost, whole = square(4, right=38), square(4)
    assert np.array_equal(fuse(lost, whole, 0, 10, HELD).labels, whole.labels)
    assert np.array_equal(fuse(lost, whole, 0, 10).labels, lost.labels)


def test_an_object_as_thin_as_an_edge_is_not_lost_where_one_side_alone_sees_it() -> None:
    labels = np.zeros((8, 2000), np.uint8)
    labels[4] = 1
    thin = FrameResult(9, labels, (InstanceResult(1, BOX, 0.9, 0.9),), 1.0)
    gone = FrameResult(9, np.zeros_like(labels), (), 1.0)
    assert np.array_equal(fuse(thin, gone, 0, 10, HELD).labels, labels)


def test_two_parts_of_an_object_that_was_torn_become_one() -> None:
    fused = fuse(result(7, [1, 1, 1, 0], o1=0.8), result(7, [0, 0, 0, 1], o1=0.6), 0, 10, HELD)
    assert fused.labels.tolist() == [[1, 1, 1, 1]]
    assert fused.instances[0].agreement == 0
    assert fused.instances[0].quality == pytest.approx((3 * 0.8 + 0.6) / 4)


def test_the_quality_of_a_fused_mask_is_that_of_the_side_it_resembles() -> None:
    fused = fuse(result(1, [1, 1, 0, 0], o1=0.8), result(1, [1, 1, 1, 1], o1=0.9), 0, 10, HELD)
    assert fused.labels.tolist() == [[1, 1, 0, 0]]
    assert fused.instances[0].quality == pytest.approx(0.8 * 0.9**0.5)  # they share half, near an annotated frame
    assert fused.instances[0].agreement == 0.5
