"""The whole method over a data set in DAVIS layout: segment, evaluate and correct, sequence by sequence."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from lipcore.errors import LipError
from lipcore.evaluation.davis import SequenceScore, evaluate, truth_files
from lipcore.evaluation.robot import Correction, CorrectionConfig, correct
from lipcore.files import make_folder, safe_child, write_atomic
from lipcore.masks import read_label_map, write_label_map
from lipcore.presets import find_preset
from lipcore.project.project import Project
from lipcore.project.provenance import is_annotated
from lipcore.propagation.result import FrameResult
from lipcore.runs.results_folder import REPORT
from lipcore.runs.segment_run import SegmentRequest, SegmentSummary, load_segmenter, segment, switched, tuning_of
from lipcore.segmenter import Segmenter
from lipcore.video import Video, open_video

FIRST_FRAMES = 5  # whose mean J says how good masks are before anything drifts


@dataclass(frozen=True)
class SequenceJob:
    """One sequence with one seed; `method` holds fields of a SegmentRequest by name, as far as they are given.

    Masks go to `out/<sequence>`, those after correction k to `out/corrections-<k>/<sequence>`.
    """

    davis: Path
    sequence: str
    out: Path
    year: int = 2016
    corrections: int = 0
    chosen: tuple[int, ...] = ()  # frames to correct first, instead of the worst
    method: Mapping[str, Any] = field(default_factory=dict)

    @property
    def seed(self) -> int:
        """The seed of the run."""
        return int(self.method.get("seed", 0))


@dataclass(frozen=True)
class SequenceRun:
    """What a job gave: scores as `lip evaluate` gives them, times and memory, and the state after each correction."""

    sequence: str
    seed: int
    score: SequenceScore
    summary: SegmentSummary
    corrections: tuple[Correction, ...]

    @property
    def first_frames(self) -> float:
        """Mean J over the first five measured frames and all objects, 0..1."""
        return self._drift(slice(None, FIRST_FRAMES))

    @property
    def last_quarter(self) -> float:
        """Mean J over the last quarter of the measured frames and all objects, 0..1."""
        return self._drift(slice(-max(1, len(self.score.frames) // 4), None))

    def _drift(self, part: slice) -> float:
        return float(np.mean([one.region[part].mean() for one in self.score.objects]))

    @property
    def lowered(self) -> tuple[int, ...]:
        """The numbers of the corrections after which J&F over all frames was lower than before."""
        pairs = zip(self.corrections, self.corrections[1:], strict=False)
        return tuple(after.number for before, after in pairs if after.mean < before.mean)


def check_job(job: SequenceJob) -> None:
    """Find out before any work that a sequence is not whole; LipError."""
    truths = truth_files(job.davis, job.sequence)
    with open_video(pictures(job)) as video:
        names = list(video.frame_names)
        strange = [path.name for path in truths if path.stem not in names]
        if strange or names[0] != truths[0].stem:
            wrong = strange[0] if strange else truths[0].name
            raise LipError(f"Cannot run {job.sequence}: the mask {wrong} does not fit the pictures of {pictures(job)}.")
        if job.corrections and len(truths) != len(names):
            raise LipError(f"Cannot correct {job.sequence}: it has {len(names)} frames, but {len(truths)} true masks.")
        if max(job.chosen, default=0) >= len(names):
            raise LipError(f"Cannot correct frame {max(job.chosen)} of {job.sequence}, which has {len(names)} frames.")


def run_sequence(job: SequenceJob) -> SequenceRun:
    """Segment from the first true mask, evaluate, and correct as often as the job says; LipError."""
    truths = truth_files(job.davis, job.sequence)
    request = SegmentRequest(pictures(job), truths[0], safe_child(job.out, job.sequence), **job.method)
    make_folder(job.out)
    summary = SegmentSummary()
    started = time.perf_counter()
    segmenter = load_segmenter(request)
    load_seconds = time.perf_counter() - started
    results: dict[int, FrameResult] = {}
    for report in segment(request, segmenter=segmenter):
        if isinstance(report, SegmentSummary):
            summary = replace(report, load_seconds=load_seconds)
        elif isinstance(report, FrameResult) and job.corrections:
            results[report.frame] = report
    score = next(evaluate(job.out, job.davis, job.year, sequences=[job.sequence]))
    corrections: tuple[Correction, ...] = ()
    if job.corrections:
        with open_video(request.video) as video:
            corrections = _correct(job, request, segmenter, video, truths, results)
    return SequenceRun(job.sequence, job.seed, score, summary, corrections)


def _correct(
    job: SequenceJob,
    request: SegmentRequest,
    segmenter: Segmenter,
    video: Video,
    truths: Sequence[Path],
    results: Mapping[int, FrameResult],
) -> tuple[Correction, ...]:
    """Let the simulated user work; write all masks after each correction, and what quality is expected of them."""
    rules = switched(find_preset(segmenter.preset).propagation, request.switches)
    config = CorrectionConfig(request.quality, tuning_of(request, segmenter.preset), rules)
    true_maps = [read_label_map(path) for path in truths]
    done = []
    steps = correct(
        segmenter,
        video,
        true_maps,
        results,
        year=job.year,
        corrections=job.corrections,
        config=config,
        chosen=job.chosen,
    )
    for correction, project in steps:
        done.append(correction)
        if correction.number:
            folder = make_folder(safe_child(job.out / f"corrections-{correction.number}", job.sequence))
            for frame, name in enumerate(video.frame_names):
                write_label_map(folder / f"{name}.png", project.labels(frame))
            write_atomic(folder / REPORT, json.dumps(_qualities(video, project)).encode())
    return tuple(done)


def _qualities(video: Video, project: Project) -> dict[str, object]:
    """The part of a run's report that tells the quality of masks; what a person painted has 1."""
    frames = []
    for frame, name in enumerate(video.frame_names):
        cells = [cell for cell in project.snapshot(frame).cells if cell.area and cell.object_id in project.objects]
        sure = {cell.object_id: 1.0 if is_annotated(cell.provenance) else cell.score or 0.0 for cell in cells}
        frames.append({"name": name, "objects": [{"id": each, "quality": value} for each, value in sure.items()]})
    return {"frames": frames}


def pictures(job: SequenceJob) -> Path:
    """The folder of a sequence's frames."""
    return safe_child(job.davis / "JPEGImages" / "480p", job.sequence)


def correction_means(runs: Sequence[SequenceRun]) -> list[tuple[float, float]]:
    """J&F over all frames after 0, 1, 2, ... corrections and seconds waited for the last, averaged over the runs.

    A run whose every frame was annotated before the others' counts with its last state.
    """
    length = max((len(run.corrections) for run in runs), default=0)
    rows = [[run.corrections[min(number, len(run.corrections) - 1)] for run in runs] for number in range(length)]
    return [(float(np.mean([one.mean for one in row])), float(np.mean([one.seconds for one in row]))) for row in rows]


def run_to_json(run: SequenceRun) -> dict[str, object]:
    """Every figure of a run but those per frame; shares 0..1, seconds, bytes."""
    return {
        "sequence": run.sequence,
        "seed": run.seed,
        "scores": {
            str(one.object_id): {"J": vars(one.region_statistics), "F": vars(one.boundary_statistics)}
            for one in run.score.objects
        },
        "J_first_five_frames": run.first_frames,
        "J_last_quarter": run.last_quarter,
        **asdict(run.summary),
        "corrections": [asdict(one) | {"seconds": one.seconds} for one in run.corrections],
        "lowered": list(run.lowered),
    }
