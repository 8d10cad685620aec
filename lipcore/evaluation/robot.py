"""A simulated user: paints the true mask of the worst frame, and corrects by the rules of the window."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lipcore.evaluation.davis import ids_of_truth, measure_frame
from lipcore.masks import Labels, object_ids
from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import after_stroke
from lipcore.project.snapshots import Cell
from lipcore.propagation.propagator import PropagationConfig
from lipcore.propagation.result import FrameResult
from lipcore.segmenter import Segmenter
from lipcore.tuning.config import TuneConfig
from lipcore.video import Video
from lipcore.workflow.merging import change_of_result
from lipcore.workflow.reach import dependents, starting_masks
from lipcore.workflow.run import PropagationRun, written

GOOD_REGION, HARM = 0.6, 0.2  # J of a frame that is right, and what a correction elsewhere must not take of it


@dataclass(frozen=True)
class Correction:
    """The state after a correction; `number` 0 is the state before the first."""

    number: int
    frame: int | None  # that was corrected
    mean: float  # J&F over all frames and objects, annotated frames included, 0..1
    tune_seconds: float = 0.0
    propagation_seconds: float = 0.0
    propagated: int = 0  # frames that were run again
    harmed: int = 0  # other frames that had a J over 0.6 and lost more than 0.2 of it
    emptied: int = 0  # other frames that had a J over 0.6 and show no right pixel now
    kept: int = 0  # masks that were kept because the new ones look worse
    region: tuple[float, ...] = ()  # J of every frame, the mean over the objects

    @property
    def seconds(self) -> float:
        """What the user waits for."""
        return self.tune_seconds + self.propagation_seconds


@dataclass(frozen=True)
class CorrectionConfig:
    """How the segmenter tunes and propagates after a correction."""

    quality: str
    tuning: TuneConfig | None  # None: as the quality says
    propagation: PropagationConfig


def correct(
    segmenter: Segmenter,
    video: Video,
    truths: Sequence[Labels],
    results: Mapping[int, FrameResult],
    *,
    year: int,
    corrections: int,
    config: CorrectionConfig,
    chosen: Sequence[int] = (),
) -> Iterator[tuple[Correction, Project]]:
    """Correct the worst frame `corrections` times; yields the state before, then one after each, with the project.

    The first frames that are corrected are those `chosen`, if any.

    `segmenter` is tuned on frame 0 of T frames, `results` holds what it found in every frame, `truths` are the true
    label maps. Tuning goes on from the current weights with all annotated frames; what is run again, and what of it is
    written, is what the window does with the key R. Ends early when every frame is annotated.
    """
    ids = ids_of_truth(truths, year)
    project = _project(video, truths, results)
    regions = measured(project, truths, ids, year)
    yield Correction(0, None, float(regions.mean()), region=_by_frame(regions)), project
    for number in range(1, corrections + 1):
        annotated = set(project.annotated_frames)
        frame = chosen[number - 1] if number <= len(chosen) else worst_frame(regions[0], annotated)
        if frame is None:
            return
        paint_truth(project, frame, truths[frame])
        started = time.perf_counter()
        for _ in segmenter.tune(video, starting_masks(project), config.quality, config.tuning):
            pass
        tuned = time.perf_counter()
        direction, frames = dependents(project, frame)
        run = PropagationRun(project, frames, direction, correction=True)
        found = segmenter.propagate(video, run.annotations, frames, direction, config.propagation)
        for _ in written(run, found):
            pass
        finished = time.perf_counter()
        before, regions = regions, measured(project, truths, ids, year)
        others = np.arange(len(truths)) != frame
        loss = (before[0] - regions[0]).mean(axis=0)
        good = (before[0].mean(axis=0) > GOOD_REGION) & others
        yield (
            Correction(
                number,
                frame,
                float(regions.mean()),
                tuned - started,
                finished - tuned,
                len(run.done),
                int((good & (loss > HARM)).sum()),
                int((good & (regions[0].mean(axis=0) == 0)).sum()),
                len(run.offers),
                _by_frame(regions),
            ),
            project,
        )


def _project(video: Video, truths: Sequence[Labels], results: Mapping[int, FrameResult]) -> Project:
    """A project in memory with the masks that were found, and the first frame as the user painted it."""
    project = Project.create(video)
    ids = sorted({object_id for truth in truths for object_id in object_ids(truth)})
    for object_id in ids:
        project.set_object(default_object(object_id))
    for result in results.values():
        project.restore(change_of_result(project, result, frozenset(ids)).after)
    paint_truth(project, 0, truths[0])
    return project


def paint_truth(project: Project, frame: int, truth: Labels) -> None:
    """Paint the true masks (H, W) uint8 of all objects on a frame."""
    cells = [Cell(each, after_stroke(project.provenance(frame, each))) for each in project.objects]
    project.restore(project.change(frame, truth, cells).after)


def measured(project: Project, truths: Sequence[Labels], ids: list[int], year: int) -> NDArray[np.float64]:
    """J and F (2, K, T) of the masks of a project."""
    figures = [measure_frame(truth, project.labels(frame), ids, year) for frame, truth in enumerate(truths)]
    return np.stack(figures, -1)


def _by_frame(figures: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(figures[0].mean(axis=0).round(4).tolist())


def worst_frame(region: NDArray[np.float64], annotated: Set[int]) -> int | None:
    """The frame with the lowest J, averaged over K objects, of `region` (K, T); None if all are annotated."""
    means = region.mean(axis=0)
    means[sorted(annotated)] = np.inf
    frame = int(means.argmin())
    return frame if np.isfinite(means[frame]) else None
