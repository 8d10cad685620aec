"""How far the quality that the network predicts of its masks can be trusted, against their true J."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from lipcore.errors import LipError
from lipcore.evaluation.davis import SequenceScore
from lipcore.files import read_json, safe_child
from lipcore.workflow.doubt import DOUBTFUL_SCORE, SURE_SCORE, THRESHOLD

DOUBTFUL = SURE_SCORE - THRESHOLD * (SURE_SCORE - DOUBTFUL_SCORE)  # predicted quality that asks for a look: 0.7
BAD, GOOD = 0.6, 0.8  # J under which a mask is bad, and from which on it is good
_LARGEST_REPORT = 200_000_000  # bytes of lip.json


@dataclass(frozen=True)
class QualityScore:
    """Predicted quality and true J, 0..1, of N masks of one sequence: (N,) float64 each."""

    sequence: str
    predicted: NDArray[np.float64]
    region: NDArray[np.float64]

    @property
    def rank_correlation(self) -> float:
        """Spearman's correlation of both, -1..1; NaN where all masks are equal."""
        if len(self.region) < 2 or np.ptp(self.region) == 0 or np.ptp(self.predicted) == 0:
            return float("nan")
        return float(spearmanr(self.predicted, self.region).statistic)

    def doubted(self, bad: bool) -> tuple[int, int]:
        """Number of bad (else good) masks that are doubtful, and of all of them."""
        chosen = self.region < BAD if bad else self.region >= GOOD
        return int((chosen & (self.predicted < DOUBTFUL)).sum()), int(chosen.sum())


def judge_quality(score: SequenceScore, results: Path, year: int) -> QualityScore:
    """Compare what `results/<sequence>/lip.json` says of the masks with their `score`.

    A mask that was not predicted has quality 0. In year 2016, where all objects are one foreground, the lowest quality
    of a frame's objects counts. LipError if the report is missing, damaged or of other frames.
    """
    path = safe_child(safe_child(results, score.sequence), "lip.json")
    reported = _reported(path)
    missing = [name for name in score.frames if name not in reported]
    if missing:
        raise LipError(f"Cannot judge the quality of {score.sequence}: {path} says nothing of frame {missing[0]}.")
    predicted, region = [], []
    for one in score.objects:
        for name, value in zip(score.frames, one.region, strict=True):
            qualities = reported[name]
            known = min(qualities.values(), default=0.0) if year == 2016 else qualities.get(one.object_id, 0.0)
            predicted.append(known)
            region.append(float(value))
    return QualityScore(score.sequence, np.array(predicted), np.array(region))


def join_qualities(scores: Sequence[QualityScore], name: str) -> QualityScore:
    """All masks of several sequences, at least one, as one."""
    predicted = np.concatenate([one.predicted for one in scores])
    return QualityScore(name, predicted, np.concatenate([one.region for one in scores]))


def _reported(path: Path) -> Mapping[str, Mapping[int, float]]:
    """Predicted quality by frame name and object id."""
    report = read_json(path, _LARGEST_REPORT)
    try:
        frames = report["frames"]  # type: ignore[index]
        return {
            str(frame["name"]): {int(item["id"]): float(item["quality"]) for item in frame["objects"]}
            for frame in frames
        }
    except (TypeError, KeyError, ValueError) as error:
        raise LipError(f"Cannot read {path}: it is not the report of a run.") from error
