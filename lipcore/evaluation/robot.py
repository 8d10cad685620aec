"""A simulated user: looks at every frame, paints the true mask of the worst, has it tuned and propagated again."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lipcore.evaluation.davis import ids_of_truth, measure_frame
from lipcore.propagation.propagator import PropagationConfig
from lipcore.segmenter import Segmenter
from lipcore.tuning.config import TuneConfig
from lipcore.video import Video

Labels = NDArray[np.uint8]


@dataclass(frozen=True)
class Correction:
    """The state after a correction; `number` 0 is the state before the first."""

    number: int
    frame: int | None  # that was corrected
    mean: float  # J&F over all frames and objects, annotated frames included, 0..1
    tune_seconds: float = 0.0
    propagation_seconds: float = 0.0
    propagated: int = 0  # frames that were run again

    @property
    def seconds(self) -> float:
        """What the user waits for."""
        return self.tune_seconds + self.propagation_seconds


@dataclass(frozen=True)
class Retuning:
    """How the segmenter tunes and propagates after a correction."""

    quality: str
    budget: TuneConfig | None
    config: PropagationConfig


def correct(
    segmenter: Segmenter,
    video: Video,
    truths: Sequence[Labels],
    results: dict[int, Labels],
    year: int,
    corrections: int,
    retuning: Retuning,
) -> Iterator[Correction]:
    """Correct the worst frame `corrections` times; yields the state before, then one after each correction.

    `segmenter` is tuned on frame 0 of T frames, `results` holds the label map of every frame and is kept up to date,
    `truths` are the true ones. Tuning goes on from the current weights with all annotated frames. What can change is
    run again alone: the frames between the annotated frames on either side. Ends early when every frame is annotated.
    """
    ids = ids_of_truth(truths, year)
    annotations: dict[int, Labels] = {0: truths[0]}
    figures = np.stack([measure_frame(truths[frame], results[frame], ids, year) for frame in range(len(truths))], -1)
    yield Correction(0, None, float(figures.mean()))
    for number in range(1, corrections + 1):
        frame = worst_frame(figures[0], annotations.keys())
        if frame is None:
            return
        annotations[frame] = truths[frame]
        started = time.perf_counter()
        for _ in segmenter.tune(video, annotations, retuning.quality, retuning.budget):
            pass
        tuned = time.perf_counter()
        propagated = 0
        for result in segmenter.propagate(
            video, annotations, affected(frame, annotations, len(video)), "both", retuning.config
        ):
            results[result.frame] = result.labels
            propagated += 1
        finished = time.perf_counter()
        for changed in affected(frame, annotations, len(truths)):
            figures[..., changed] = measure_frame(truths[changed], results[changed], ids, year)
        yield Correction(number, frame, float(figures.mean()), tuned - started, finished - tuned, propagated)


def worst_frame(region: NDArray[np.float64], annotated: Set[int]) -> int | None:
    """The frame with the lowest J, averaged over K objects, of `region` (K, T); None if all are annotated."""
    means = region.mean(axis=0)
    means[sorted(annotated)] = np.inf
    frame = int(means.argmin())
    return frame if np.isfinite(means[frame]) else None


def affected(frame: int, annotations: Mapping[int, Labels], count: int) -> range:
    """The frames whose masks depend on an annotated `frame`: those between its annotated neighbours."""
    before = max((other for other in annotations if other < frame), default=-1)
    after = min((other for other in annotations if other > frame), default=count)
    return range(before + 1, after)
