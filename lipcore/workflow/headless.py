"""Tuning and propagating a project without a window, by the rules and with the results of the window."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

from lipcore.learning.reports import TuneReport
from lipcore.masks import Labels
from lipcore.project.project import Project
from lipcore.propagation.result import FrameResult
from lipcore.video import Video
from lipcore.workflow.reach import starting_masks
from lipcore.workflow.run import PropagationRun, written


class SegmenterLike(Protocol):
    """What is needed of `lipcore.segmenter.Segmenter`; described here so that torch is not imported."""

    device_name: str

    def tune(self, video: Video, annotations: Mapping[int, Labels], quality: str = ...) -> Iterator[TuneReport]:
        """Adapt the network to the annotated frames."""
        ...

    def propagate(
        self,
        video: Video,
        annotations: Mapping[int, Labels],
        frames: range,
        direction: str = ...,
        *,
        done: Collection[int] = ...,
        masks: Mapping[int, Labels] | None = ...,
    ) -> Iterator[FrameResult]:
        """Carry the annotated frames' masks to `frames`, but for those that are done; `masks` are some of theirs."""
        ...

    def tuned_weights(self) -> bytes:
        """Everything tuning has changed."""
        ...

    def restore(self, weights: bytes) -> None:
        """Go back to these tuned weights; empty: untuned."""
        ...


def tune_project(project: Project, video: Video, segmenter: SegmenterLike, quality: str) -> Iterator[TuneReport]:
    """Tune on the annotated frames from the weights in use; what was tuned is the project's from then on. LipError."""
    annotations = starting_masks(project)
    segmenter.restore(project.weights.content(project.weights_in_use))
    yield from segmenter.tune(video, annotations, quality)
    project.add_weights(segmenter.tuned_weights(), tuple(annotations))
    project.prune_weights(())


def propagate_project(video: Video, segmenter: SegmenterLike, run: PropagationRun) -> Iterator[FrameResult]:
    """Carry masks through the frames of a run with the weights in use, and write what may be written. LipError."""
    project = run.project
    segmenter.restore(project.weights.content(project.weights_in_use))
    yield from written(run, segmenter.propagate(video, run.annotations, run.frames, run.direction))
