"""A benchmark run: masks where `lip evaluate` finds them, the figures it gives, and data sets that are not whole."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.evaluation import benchmark
from lipcore.evaluation.benchmark import (
    SequenceJob,
    SequenceRun,
    check_job,
    correction_means,
    run_sequence,
    run_to_json,
)
from lipcore.evaluation.davis import ObjectScore, SequenceScore, evaluate
from lipcore.evaluation.quality import judge_quality
from lipcore.evaluation.robot import Correction
from lipcore.masks import read_label_map
from lipcore.runs.segment_run import SegmentSummary
from tests.core.evaluation.standing import StandingSegmenter, write_davis


@pytest.fixture
def davis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_davis(tmp_path / "davis")
    monkeypatch.setattr(benchmark, "load_segmenter", lambda request: StandingSegmenter())
    return tmp_path / "davis"


def test_masks_and_figures(davis: Path, tmp_path: Path) -> None:
    run = run_sequence(SequenceJob(davis, "square", tmp_path / "out", 2016, method={"seed": 3}))
    truth = read_label_map(davis / "Annotations/480p/square/00000.png")
    for frame in range(12):
        np.testing.assert_array_equal(read_label_map(tmp_path / f"out/square/{frame:05d}.png"), truth)
    (again,) = evaluate(tmp_path / "out", davis, 2016)
    np.testing.assert_array_equal(run.score.objects[0].region, again.objects[0].region)
    overlap = [(12 - step) ** 2 / (288 - (12 - step) ** 2) for step in range(1, 11)]
    np.testing.assert_allclose(run.score.objects[0].region, overlap)
    assert run.first_frames == pytest.approx(np.mean(overlap[:5]))
    assert run.last_quarter == pytest.approx(np.mean(overlap[-2:]))
    assert (run.seed, run.corrections, run.summary.tune_iterations) == (3, (), 5)
    assert (run.summary.seconds_per_frame, run.summary.frames, run.summary.objects) == (0.25, 12, 1)
    assert run.summary.load_seconds > 0
    assert run.summary.peak_memory > 0


def test_corrections_get_folders_of_their_own(davis: Path, tmp_path: Path) -> None:
    run = run_sequence(SequenceJob(davis, "square", tmp_path / "out", 2017, corrections=2))
    assert [state.frame for state in run.corrections] == [None, 11, 5]
    assert run.lowered == ()
    first, last = (read_label_map(davis / f"Annotations/480p/square/{frame:05d}.png") for frame in (0, 11))
    np.testing.assert_array_equal(read_label_map(tmp_path / "out/square/00010.png"), first)
    np.testing.assert_array_equal(read_label_map(tmp_path / "out/corrections-1/square/00010.png"), last)
    scores = [next(evaluate(tmp_path / "out" / name, davis, 2017)) for name in ("", "corrections-1", "corrections-2")]
    means = [float(score.objects[0].region.mean()) for score in scores]
    assert means[0] < means[1] < means[2]
    judged = judge_quality(
        next(evaluate(tmp_path / "out/corrections-1", davis, 2017)), tmp_path / "out/corrections-1", 2017
    )
    assert len(judged.predicted) == len(judged.region) == 10
    assert 0 < judged.predicted.min() < 1
    reported = json.loads((tmp_path / "out/corrections-1/square/lip.json").read_text())["frames"]
    assert all([item["id"] for item in frame["objects"]] == [1] for frame in reported)  # the background is no mask
    figures = json.loads(json.dumps(run_to_json(run)))
    assert [state["number"] for state in figures["corrections"]] == [0, 1, 2]
    assert figures["J_last_quarter"] == run.last_quarter
    assert figures["scores"]["1"]["J"] == vars(run.score.objects[0].region_statistics)
    assert (figures["objects"], figures["tune_iterations"]) == (1, 5)


def test_a_truth_of_black_and_white_is_id_one(davis: Path, tmp_path: Path) -> None:
    import cv2

    for path in (davis / "Annotations/480p/square").iterdir():
        cv2.imwrite(str(path), (read_label_map(path) > 0).astype(np.uint8) * 255)
    run = run_sequence(SequenceJob(davis, "square", tmp_path / "out"))
    assert run.score.objects[0].region[0] == pytest.approx(121 / 167)
    assert int(read_label_map(tmp_path / "out/square/00003.png").max()) == 1


def states(*means: float) -> tuple[Correction, ...]:
    return tuple(Correction(number, None, mean, 2.0 * number, 1.0) for number, mean in enumerate(means))


def made_run(corrections: tuple[Correction, ...]) -> SequenceRun:
    values = np.linspace(1, 0.5, 10)
    score = SequenceScore("made", tuple(map(str, range(10))), (ObjectScore(1, values, values),))
    return SequenceRun("made", 0, score, SegmentSummary(), corrections)


def test_a_correction_that_lowers_the_mean_is_named() -> None:
    assert made_run(states(0.5, 0.7, 0.6, 0.6, 0.4)).lowered == (2, 4)
    assert made_run(()).lowered == ()


def test_means_over_runs_of_different_length() -> None:
    means = correction_means([made_run(states(0.4, 0.6, 0.8)), made_run(states(0.6, 1.0))])
    assert [mean for mean, _ in means] == pytest.approx([0.5, 0.8, 0.9])
    assert [seconds for _, seconds in means] == pytest.approx([1.0, 3.0, 4.0])
    assert correction_means([made_run(())]) == []


def test_data_sets_that_are_not_whole(davis: Path, tmp_path: Path) -> None:
    check_job(SequenceJob(davis, "square", tmp_path, corrections=1))
    with pytest.raises(LipError, match="the data set has no folder"):
        check_job(SequenceJob(davis, "circle", tmp_path))
    masks, pictures = davis / "Annotations/480p/square", davis / "JPEGImages/480p/square"
    (masks / "00007.png").unlink()
    check_job(SequenceJob(davis, "square", tmp_path))
    with pytest.raises(LipError, match="it has 12 frames, but 11 true masks"):
        check_job(SequenceJob(davis, "square", tmp_path, corrections=1))
    (pictures / "00003.png").unlink()
    with pytest.raises(LipError, match=r"the mask 00003.png does not fit"):
        check_job(SequenceJob(davis, "square", tmp_path))
    (masks / "00003.png").unlink()
    (masks / "00000.png").unlink()
    with pytest.raises(LipError, match=r"the mask 00001.png does not fit"):
        check_job(SequenceJob(davis, "square", tmp_path))
