"""What every switch of propagation is worth: one tuning of a sequence, propagated by many sets of rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from lipcore.evaluation.benchmark import SequenceJob, pictures
from lipcore.evaluation.davis import ids_of_truth, measure_frame, truth_files
from lipcore.masks import read_label_map
from lipcore.presets import find_preset
from lipcore.propagation.propagator import PropagationConfig
from lipcore.runs.segment_run import SWITCHES, SegmentRequest, load_segmenter, switched, tuning_of
from lipcore.video import open_video

MEMORY = "static_memory"  # is tuned for, so it is compared by runs of its own
AS_IT_IS, PAPER = "as it is", "paper's rules"


@dataclass(frozen=True)
class VariantScore:
    """One set of rules on one sequence: mean J and F over measured frames and objects, 0..1, and median seconds."""

    name: str
    region: float
    boundary: float
    seconds_per_frame: float


@dataclass(frozen=True)
class AblationRun:
    """All sets of rules on one sequence with one seed, after one tuning."""

    sequence: str
    seed: int
    tune_seconds: float
    scores: tuple[VariantScore, ...]


def variants(config: PropagationConfig) -> dict[str, PropagationConfig]:
    """Rules by name: `config`, `config` without each switch it has, the paper's rules, and with each it has not."""
    paper = replace(PropagationConfig(), static_memory=config.static_memory)
    names = [name for name in SWITCHES if name != MEMORY]
    chosen = {AS_IT_IS: config}
    chosen |= {f"without {name}": switched(config, {name: False}) for name in names if getattr(config, name)}
    chosen[PAPER] = paper
    chosen |= {f"{PAPER} with {name}": switched(paper, {name: True}) for name in names if not getattr(paper, name)}
    return chosen


def run_ablation(job: SequenceJob) -> AblationRun:
    """Tune once on the first true mask, then propagate and measure every set of rules; writes nothing; LipError."""
    files = truth_files(job.davis, job.sequence)
    request = SegmentRequest(pictures(job), files[0], job.out, **job.method)
    truths = [read_label_map(path) for path in files]
    ids = ids_of_truth(truths, job.year)
    segmenter = load_segmenter(request)
    with open_video(request.video) as video:
        rows = {name: number for number, name in enumerate(video.frame_names)}
        annotations = {0: truths[0]}
        tune_seconds = 0.0
        for report in segmenter.tune(video, annotations, request.quality, tuning_of(request, segmenter.preset)):
            tune_seconds = report.seconds
        scores = []
        for name, rules in variants(switched(find_preset(segmenter.preset).propagation, request.switches)).items():
            found = {
                one.frame: one for one in segmenter.propagate(video, annotations, range(len(video)), "forward", rules)
            }
            measured = [
                measure_frame(truth, found[rows[path.stem]].labels, ids, job.year)
                for path, truth in zip(files[1:-1], truths[1:-1], strict=True)
            ]
            region, boundary = np.mean(measured, axis=(0, 2))
            seconds = float(np.median([one.seconds for one in found.values() if one.frame]))
            scores.append(VariantScore(name, float(region), float(boundary), seconds))
    return AblationRun(job.sequence, job.seed, tune_seconds, tuple(scores))


def variant_means(runs: Sequence[AblationRun]) -> Mapping[str, VariantScore]:
    """Every set of rules averaged over runs of the same sets."""
    means = {}
    for parts in zip(*(run.scores for run in runs), strict=True):
        region, boundary, seconds = np.mean(
            [(one.region, one.boundary, one.seconds_per_frame) for one in parts], axis=0
        )
        means[parts[0].name] = VariantScore(parts[0].name, float(region), float(boundary), float(seconds))
    return means
