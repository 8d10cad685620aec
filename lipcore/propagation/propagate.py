"""Propagation through a video from its annotated frames, as a generator of label maps."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lipcore.device import memory_advice
from lipcore.network_input import InputSize, ObjectSlots
from lipcore.propagation.annotations import Annotation, incomplete_frames
from lipcore.propagation.frames_ahead import FramesAhead
from lipcore.propagation.fusion import fuse
from lipcore.propagation.memory import RunStates
from lipcore.propagation.propagator import FrameOutput, PropagationState, Propagator
from lipcore.propagation.result import FrameResult, InstanceResult
from lipcore.video import Video


def propagate(
    propagator: Propagator,
    video: Video,
    annotations: Mapping[int, Annotation],
    ids: ObjectSlots,
    frames: range,
    direction: str,
    states: RunStates | None = None,
) -> Iterator[FrameResult]:
    """Yield every frame of `frames` that is reached from an annotated one, annotated frames with their own labels.

    `direction` is "forward", "backward" or "both". Going both ways, frames between two annotated ones are run from
    either side and fused; each frame is yielded once. `states` holds checkpoints of this very run, which change
    nothing but the time it takes.
    """
    run = _Run(propagator, video, annotations, ids, states)
    if direction == "forward":
        yield from run.along(sorted(annotations), frames)
    elif direction == "backward":
        yield from run.along(sorted(annotations, reverse=True), frames[::-1])
    else:
        yield from run.both_ways(frames)


class _Run:
    """The parts of one propagation; holds no state from frame to frame."""

    def __init__(
        self,
        propagator: Propagator,
        video: Video,
        annotations: Mapping[int, Annotation],
        ids: ObjectSlots,
        states: RunStates | None,
    ) -> None:
        self.propagator, self.video, self.annotations, self.ids = propagator, video, annotations, ids
        self.states = states
        order = sorted(annotations)  # a mask that speaks for its own objects does so whichever way one comes
        self.incomplete = incomplete_frames(annotations, order) | incomplete_frames(annotations, order[::-1])
        self.size: InputSize = propagator.size

    def along(self, starts: list[int], frames: range) -> Iterator[FrameResult]:
        """One way: annotated frames in the order of travel; frames before the first one are not reached."""
        step = frames.step
        incomplete = self.incomplete - set(starts[:1])
        before = [frame for frame in starts if frame not in incomplete and (frames.start - frame) * step >= 0]
        inside = [frame for frame in starts if (frame - frames.start) * step >= 0]
        if not len(frames) or not (before or inside):
            return
        first, state = self._start(range((before or inside[:1])[-1], frames.start, step))
        known = {slot for start in starts if (first - start) * step > 0 for slot in self.annotations[start].shown}
        order = range(first, frames.stop, step)
        with closing(FramesAhead(self.video, order, self.propagator.network.device.type == "cuda")) as pictures:
            for frame in order:
                known |= self.annotations[frame].shown if frame in self.annotations else frozenset()
                result, state = self._frame(frame, pictures, state, incomplete, known)
                if self.states is not None:
                    self.states.keep(step, frame, state)
                if frame in frames:
                    yield result

    def _start(self, lead: range) -> tuple[int, PropagationState | None]:
        """Where to start so as to pass all after `lead`, and the state before: the annotated frame or a checkpoint."""
        found = self.states.nearest(lead) if self.states is not None else None
        return (lead.start, None) if found is None else (found[0] + lead.step, found[1])

    def _frame(
        self,
        frame: int,
        pictures: FramesAhead,
        state: PropagationState | None,
        incomplete: set[int],
        known: set[int],
    ) -> tuple[FrameResult, PropagationState]:
        """A frame's result and the state after it; a complete annotation starts anew.

        Nothing is found but the `known` slots, those that some annotated frame has shown on the way.
        """
        started = time.perf_counter()
        annotation = self.annotations.get(frame)
        with memory_advice(self.propagator.network.device):
            if annotation is not None and (state is None or frame not in incomplete):
                lookup = self.states if frame not in incomplete else None
                kept = lookup.at(pictures.step, frame) if lookup is not None else None
                state = kept or self.propagator.start(self.size.image(pictures[frame]), annotation.slots)
                return self._annotated(annotation, None, time.perf_counter() - started), state
            assert state is not None
            output, state = self.propagator.advance(pictures[frame], state, known)
            if annotation is None:
                return self._found(frame, output, time.perf_counter() - started), state
            state = self.propagator.correct(state, annotation.slots, sorted(annotation.shown))
            return self._annotated(annotation, output, time.perf_counter() - started), state

    def _found(self, frame: int, output: FrameOutput, seconds: float) -> FrameResult:
        labels = self.ids.to_ids(output.slots)
        return FrameResult(frame, labels, self._instances(output, labels), seconds)

    def _annotated(self, annotation: Annotation, output: FrameOutput | None, seconds: float) -> FrameResult:
        """The annotation's own labels, over what was found of objects that it does not speak for."""
        labels = annotation.labels.copy()
        if output is not None:
            shown = {self.ids.ids[slot - 1] for slot in annotation.shown}
            found = self.ids.to_ids(output.slots)
            free = (labels == 0) & ~np.isin(found, list(shown))
            labels[free] = found[free]
        return FrameResult(annotation.frame, labels, _painted(labels, self.ids), seconds)

    def _instances(self, output: FrameOutput, labels: NDArray[np.uint8]) -> tuple[InstanceResult, ...]:
        boxes, scores, qualities = output.boxes.tolist(), output.scores.tolist(), output.qualities.tolist()
        present = set(np.unique(labels).tolist())
        return tuple(
            InstanceResult(object_id, self.size.box_in_video(box), score, quality)
            for object_id, box, score, quality in zip(self.ids.ids, boxes, scores, qualities, strict=True)
            if score > 0 and object_id in present
        )

    def both_ways(self, frames: range) -> Iterator[FrameResult]:
        """Backward before the first annotated frame, forward after the last, fused from both in between."""
        starts = sorted(self.annotations)
        complete = [frame for frame in starts if frame not in self.incomplete] or starts[:1]
        first, last = complete[0], complete[-1]
        yield from self.along(starts[::-1], _clip(range(first - 1, -1, -1), frames))
        for left, right in pairwise(complete):
            between = range(left + 1, right)
            forward = {result.frame: result for result in self.along(starts, _clip(range(left, right), frames))}
            if left in forward:
                yield forward[left]
            for result in self.along(starts[::-1], _clip(between[::-1], frames)):
                yield fuse(forward[result.frame], result, left, right)
        yield from self.along(starts, _clip(range(last, len(self.video)), frames))


def _clip(order: range, frames: range) -> range:
    """The part of `order` (step 1 or -1) that lies in `frames` (step 1)."""
    if order.step > 0:
        return range(max(order.start, frames.start), min(order.stop, frames.stop))
    return range(min(order.start, frames.stop - 1), max(order.stop, frames.start - 1), -1)


def _painted(labels: NDArray[np.uint8], ids: ObjectSlots) -> tuple[InstanceResult, ...]:
    """Instances of a label map that a person made: tight boxes, score 1."""
    instances = []
    for object_id in ids.ids:
        rows, columns = np.nonzero(labels == object_id)
        if len(rows):
            box = (float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
            instances.append(InstanceResult(object_id, box, 1.0, 1.0))
    return tuple(instances)
