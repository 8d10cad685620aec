"""Predicted quality against true J: what is read of a run, and what is counted."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.evaluation.davis import ObjectScore, SequenceScore
from lipcore.evaluation.quality import QualityScore, join_qualities, judge_quality

REGION = np.array([0.9, 0.5, 0.1])


def score(*ids: int) -> SequenceScore:
    return SequenceScore("car", ("1", "2", "3"), tuple(ObjectScore(number, REGION, REGION) for number in ids))


def report(results: Path, *qualities: dict[int, float]) -> Path:
    folder = results / "car"
    folder.mkdir()
    frames = [
        {"name": str(number), "objects": [{"id": key, "quality": value} for key, value in found.items()]}
        for number, found in enumerate(qualities)
    ]
    (folder / "lip.json").write_text(json.dumps({"frames": frames}))
    return folder / "lip.json"


def test_every_object_is_compared_with_its_own_quality(tmp_path: Path) -> None:
    report(tmp_path, {}, {1: 0.95, 2: 0.1}, {1: 0.65, 2: 0.2}, {1: 0.85})
    judged = judge_quality(score(1, 2), tmp_path, 2017)
    assert judged.predicted.tolist() == [0.95, 0.65, 0.85, 0.1, 0.2, 0]  # not found is quality 0
    assert judged.region.tolist() == [*REGION, *REGION]
    assert (judged.doubted(bad=True), judged.doubted(bad=False)) == ((3, 4), (1, 2))


def test_one_foreground_is_as_good_as_its_worst_object(tmp_path: Path) -> None:
    report(tmp_path, {}, {1: 0.95, 2: 0.1}, {1: 0.7, 2: 0.75}, {})
    assert judge_quality(score(1), tmp_path, 2016).predicted.tolist() == [0.1, 0.7, 0]


def test_the_rank_correlation() -> None:
    assert QualityScore("car", np.array([0.9, 0.6, 0.5]), REGION).rank_correlation == pytest.approx(1)
    assert QualityScore("car", np.array([0.5, 0.6, 0.9]), REGION).rank_correlation == pytest.approx(-1)
    assert math.isnan(QualityScore("car", np.ones(3), REGION).rank_correlation)
    both = join_qualities([QualityScore(name, REGION, REGION) for name in "ab"], "all")
    assert (both.sequence, len(both.region)) == ("all", 6)


def test_reports_that_do_not_fit(tmp_path: Path) -> None:
    path = report(tmp_path, {}, {1: 0.9}, {1: 0.8})
    with pytest.raises(LipError, match="says nothing of frame 3"):
        judge_quality(score(1), tmp_path, 2017)
    path.write_text('{"frames": [{"name": 1}]}')
    with pytest.raises(LipError, match="is not the report of a run"):
        judge_quality(score(1), tmp_path, 2017)
    path.unlink()
    with pytest.raises(LipError, match=r"lip\.json"):
        judge_quality(score(1), tmp_path, 2017)
