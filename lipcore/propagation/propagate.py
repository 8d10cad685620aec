"""Propagation through a video from its annotated frames, as a generator of label maps."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lipcore.machine.device import memory_advice
from lipcore.network_input import InputSize, ObjectSlots
from lipcore.propagation.annotations import Annotation
from lipcore.propagation.frames_ahead import FramesAhead, frames_ahead
from lipcore.propagation.fusion import fuse
from lipcore.propagation.kept import KeptResults, RunStates
from lipcore.propagation.plan import Way, partial_either_way, ways
from lipcore.propagation.propagator import FrameOutput, PropagationState, Propagator, Sight
from lipcore.propagation.result import FrameResult, InstanceResult
from lipcore.video import Video


def propagate(
    propagator: Propagator,
    video: Video,
    annotations: Mapping[int, Annotation],
    ids: ObjectSlots,
    frames: range,
    direction: str,
    *,
    states: RunStates | None = None,
    done: Collection[int] = (),
    masks: Mapping[int, Annotation] | None = None,
) -> Iterator[FrameResult]:
    """Yield every frame of `frames` that is reached from an annotated one, annotated frames with their own labels.

    `direction` is "forward", "backward" or "both". Going both ways, frames between two annotated ones are run from
    either side: each is yielded as the forward run found it, which is not final, and again when both are fused.
    `states` holds kept states of this very run, which change nothing but the time it takes. Frames that are `done` are
    left out: their final results were yielded before, by a run that was stopped. Where that one's last kept state is
    gone, this one goes on from the `masks` of the done frame beside, if there are any, as from an annotated one.
    """
    run = _Run(propagator, video, annotations, ids, states, masks or {})
    for way in ways(run.shown, frames, direction, len(video)):
        yield from run.walk(way, frozenset(done))
    run.first_results.clear()  # those of a run that is stopped before are kept, for the run that goes on


class _Run:
    """The parts of one propagation; holds no state from frame to frame."""

    def __init__(
        self,
        propagator: Propagator,
        video: Video,
        annotations: Mapping[int, Annotation],
        ids: ObjectSlots,
        states: RunStates | None,
        masks: Mapping[int, Annotation],
    ) -> None:
        self.propagator, self.video, self.annotations, self.ids = propagator, video, annotations, ids
        self.states, self.masks = states, masks
        self.first_results = states.first_results if states is not None else KeptResults()
        self.shown = {frame: annotation.shown for frame, annotation in annotations.items()}
        self.partial = partial_either_way(self.shown)
        self.size: InputSize = propagator.size

    def walk(self, way: Way, done: frozenset[int]) -> Iterator[FrameResult]:
        """The results of one way, without those that are done."""
        wanted = [frame for frame in way.frames if frame not in done]
        if not wanted:
            return
        direction, order = way.frames.step, range(wanted[0], wanted[-1] + way.frames.step, way.frames.step)
        if way.between is None:
            walked = self.along(order)
        elif direction > 0:
            left = way.between[0]
            walked = self._first_of_two(range(max(order.start - 1, left), order.stop), left)
        else:
            walked = self._second_of_two(order, *way.between)
        for result in walked:
            if result.frame in order and result.frame not in done:
                yield result

    def _first_of_two(self, order: range, left: int) -> Iterator[FrameResult]:
        """Forward between two annotated frames; what a run that was stopped has found is not run again."""
        missing = next((frame for frame in order if frame not in self.first_results), order.stop)
        for frame in range(order.start, missing):
            yield replace(self.first_results.get(frame), is_final=frame == left)
        for result in self.along(range(missing, order.stop)):
            self.first_results.put(result)
            yield replace(result, is_final=result.frame == left)

    def _second_of_two(self, order: range, left: int, right: int) -> Iterator[FrameResult]:
        """Backward between two annotated frames, fused with what the first way has found."""
        before = order.start + 1  # a frame more, so that every frame knows what is seen in the next
        seen = self._objects(slot for slot in self.shown[right])
        for result in self.along(order if before == right else range(before, order.stop, -1)):
            frame = result.frame
            if frame in order:
                beside = self.first_results.sees(frame - 1) & seen
                yield fuse(self.first_results.get(frame), result, left, right, self._held(frame, left, right), beside)
            seen = frozenset(item.object_id for item in result.instances)

    def _held(self, frame: int, left: int, right: int) -> frozenset[int]:
        """The objects that annotated frames on both sides of a frame show."""
        sides: tuple[set[int], set[int]] = set(), set()
        for each, shown in self.shown.items():
            if left <= each <= right:
                sides[each > frame].update(shown)
        return self._objects(sides[0] & sides[1])

    def _objects(self, slots: Iterable[int]) -> frozenset[int]:
        return frozenset(self.ids.ids[slot - 1] for slot in slots)

    def along(self, frames: range) -> Iterator[FrameResult]:
        """One way, from the annotated frame that it starts from; frames before the first one are not reached."""
        direction = frames.step
        starts = sorted(self.annotations, reverse=direction < 0)
        partial = self.partial - set(starts[:1])
        before = [frame for frame in starts if frame not in partial and (frames.start - frame) * direction >= 0]
        inside = [frame for frame in starts if (frame - frames.start) * direction >= 0]
        if not len(frames) or not (before or inside):
            return
        first, state = self._start(range((before or inside[:1])[-1], frames.start, direction))
        from_masks = state is None and first not in self.annotations
        known = {slot for start in starts if (first - start) * direction > 0 for slot in self.annotations[start].shown}
        order = range(first, frames.stop, direction)
        ahead = frames_ahead(self.propagator.network.device)
        with closing(FramesAhead(self.video, order, ahead, self.propagator.look)) as sights:
            for frame in order:
                known |= self.annotations[frame].shown if frame in self.annotations else frozenset()
                result, state = self._frame(frame, sights, state, partial, known)
                if self.states is not None and not from_masks:
                    self.states.keep(direction, frame, state)
                if frame in frames:
                    yield replace(result, sought=self._objects(known))

    def _start(self, lead: range) -> tuple[int, PropagationState | None]:
        """Where to start so as to pass all after `lead`, and the state before.

        That is at a kept state, at the masks of the last of these frames, or at the annotated frame.
        """
        found = self.states.nearest(lead) if self.states is not None else None
        if found is not None:
            return found[0] + lead.step, found[1]
        return (lead[-1] if lead and lead[-1] in self.masks else lead.start), None

    def _frame(
        self,
        frame: int,
        sights: FramesAhead[Sight],
        state: PropagationState | None,
        partial: set[int],
        known: set[int],
    ) -> tuple[FrameResult, PropagationState]:
        """A frame's result and the state after it; a complete annotation starts anew.

        Nothing is found but the `known` slots, those that some annotated frame has shown on the way.
        """
        started = time.perf_counter()
        annotation = self.annotations.get(frame)
        if annotation is None and state is None:
            annotation = self.masks[frame]
        with memory_advice(self.propagator.network.device):
            if annotation is not None and (state is None or frame not in partial):
                lookup = self.states if frame in self.annotations and frame not in partial else None
                kept = lookup.at(sights.direction, frame) if lookup is not None else None
                state = kept or self.propagator.start(sights[frame], annotation.slots)
                return self._annotated(annotation, None, time.perf_counter() - started), state
            assert state is not None
            output, state = self.propagator.advance(sights[frame], state, known)
            if annotation is None:
                return self._found(frame, output, time.perf_counter() - started), state
            state = self.propagator.correct(state, annotation.slots, sorted(annotation.shown))
            return self._annotated(annotation, output, time.perf_counter() - started), state

    def _found(self, frame: int, output: FrameOutput, seconds: float) -> FrameResult:
        labels = self.ids.to_ids(output.slots)
        return FrameResult(frame, labels, self._instances(output, labels), seconds)

    def _annotated(self, annotation: Annotation, output: FrameOutput | None, seconds: float) -> FrameResult:
        """The annotation's own labels, over what was found of objects that it does not show."""
        labels, instances = annotation.labels.copy(), _painted(annotation.labels, self.ids)
        if output is not None:
            shown = self._objects(annotation.shown)
            found = self.ids.to_ids(output.slots)
            free = (labels == 0) & ~np.isin(found, list(shown))
            labels[free] = found[free]
            instances += tuple(item for item in self._instances(output, labels) if item.object_id not in shown)
            instances = tuple(sorted(instances, key=lambda item: self.ids.ids.index(item.object_id)))
        return FrameResult(annotation.frame, labels, instances, seconds)

    def _instances(self, output: FrameOutput, labels: NDArray[np.uint8]) -> tuple[InstanceResult, ...]:
        boxes, scores, qualities = output.boxes.tolist(), output.scores.tolist(), output.qualities.tolist()
        present = set(np.unique(labels).tolist())
        return tuple(
            InstanceResult(object_id, self.size.box_in_video(box), score, quality)
            for object_id, box, score, quality in zip(self.ids.ids, boxes, scores, qualities, strict=True)
            if score > 0 and object_id in present
        )


def _painted(labels: NDArray[np.uint8], ids: ObjectSlots) -> tuple[InstanceResult, ...]:
    """Instances of a label map that a person made: tight boxes, score 1."""
    instances = []
    for object_id in ids.ids:
        rows, columns = np.nonzero(labels == object_id)
        if len(rows):
            box = (float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
            instances.append(InstanceResult(object_id, box, 1.0, 1.0))
    return tuple(instances)
