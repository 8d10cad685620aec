"""The simulated user: which frame it corrects, what is run again, and what it reports."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lipcore.evaluation.measures import boundary_measure, region_similarity
from lipcore.evaluation.robot import CorrectionConfig, correct, worst_frame
from lipcore.propagation.propagator import PropagationConfig
from lipcore.propagation.result import FrameResult, InstanceResult
from lipcore.video import open_video
from tests.core.evaluation.standing import StandingSegmenter
from tests.helpers import Labels, MovingSquare, blank_video

CONFIG = CorrectionConfig("fast", None, PropagationConfig())


def test_the_worst_frame_has_the_lowest_mean_over_objects() -> None:
    region = np.array([[1.0, 0.9, 0.1, 0.5], [1.0, 0.0, 0.9, 0.5]])
    assert worst_frame(region, {0}) == 1
    assert worst_frame(region, {0, 1}) == 2  # (0.1 + 0.9) / 2 equals (0.5 + 0.5) / 2: the earlier one
    assert worst_frame(region, {0, 1, 2, 3}) is None


def found(labels: list[Labels]) -> dict[int, FrameResult]:
    """Results with these label maps, of whose quality the network is not sure."""
    instance = InstanceResult(1, (0.0, 0.0, 1.0, 1.0), 0.5, 0.5)
    return {frame: FrameResult(frame, each, (instance,), 0.0) for frame, each in enumerate(labels)}


def jf(truth: Labels, result: Labels) -> float:
    """J&F of id 1, averaged over all frames."""
    pairs = list(zip(truth == 1, result == 1, strict=True))
    return float(np.mean([(region_similarity(*pair) + boundary_measure(*pair)) / 2 for pair in pairs]))


@pytest.mark.parametrize("year", [2016, 2017])
def test_each_correction_repairs_the_worst_frame_and_what_depends_on_it(moving_square: MovingSquare, year: int) -> None:
    truth, segmenter = moving_square.truth, StandingSegmenter()
    with open_video(moving_square.path) as video:
        steps = list(correct(segmenter, video, truth, found([truth[0]] * 12), year=year, corrections=2, config=CONFIG))
    states, project = [state for state, _ in steps], steps[-1][1]
    assert [state.frame for state in states] == [None, 11, 5]  # 5 and 6 are as far from 0 as from 11
    assert segmenter.tuned_on == [(0, 11), (0, 5, 11)]
    assert segmenter.ranges == [(range(1, 12), "both"), (range(1, 11), "both")]
    assert [state.propagated for state in states] == [0, 11, 10]
    sources = ([0] * 12, [0] * 6 + [11] * 6, [0] * 3 + [5] * 6 + [11] * 3)
    for state, source in zip(states, sources, strict=True):
        assert state.mean == pytest.approx(jf(truth, truth[source]))
    assert states[0].mean < states[1].mean < states[2].mean
    assert states[0].seconds == 0
    np.testing.assert_array_equal(np.stack([project.labels(frame) for frame in range(12)]), truth[sources[-1]])


def test_the_user_stops_when_every_frame_is_annotated() -> None:
    truth = np.zeros((3, 48, 64), np.uint8)
    truth[:, 5:20, 5:20] = 1
    results = found([truth[0], np.zeros_like(truth[0]), truth[0]])
    states = [
        state
        for state, _ in correct(
            StandingSegmenter(), blank_video(3), truth, results, year=2016, corrections=9, config=CONFIG
        )
    ]
    assert [state.frame for state in states] == [None, 1, 2]
    assert states[-1].mean == 1.0


def test_nothing_is_tuned_without_corrections(tmp_path: Path) -> None:
    truth, segmenter = np.ones((3, 48, 64), np.uint8), StandingSegmenter()
    ((only, _),) = correct(
        segmenter, blank_video(3), truth, found(list(truth)), year=2017, corrections=0, config=CONFIG
    )
    assert (only.number, only.mean, segmenter.calls) == (0, 1.0, [])
