"""Annotated frames as propagation and tuning see them: at the input size, in slots, and which objects each shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lipcore.masks import IGNORE
from lipcore.network_input import InputSize, ObjectSlots

MOST_LEARNT = (
    16  # annotated frames that are learnt from at once: time and memory grow with them, what they add does not
)


@dataclass(frozen=True)
class Annotation:
    """One annotated frame: `labels` (H, W) uint8 object ids as given, `slots` (h, w) uint8 at the input size."""

    frame: int
    labels: NDArray[np.uint8]
    slots: NDArray[np.uint8]
    shown: frozenset[int]  # slots that occur in it


def prepare(annotations: Mapping[int, NDArray[np.uint8]], ids: ObjectSlots, size: InputSize) -> dict[int, Annotation]:
    """Annotations by frame, in ascending order."""
    prepared = {}
    for frame in sorted(annotations):
        slots = size.labels(ids.to_slots(annotations[frame]))
        full = np.unique(ids.to_slots(annotations[frame])).tolist()
        prepared[frame] = Annotation(frame, annotations[frame], slots, frozenset(full) - {0, IGNORE})
    return prepared


def chosen(
    annotations: Mapping[int, Annotation], most: int = MOST_LEARNT, run: range | None = None
) -> dict[int, Annotation]:
    """At most so many annotated frames to learn from, in ascending order: all, if there are not more.

    First those at the ends of the frames to `run`, if given: a run starts from the frame that was just corrected. Then
    one for every object, and then always the one that is farthest from those that are chosen already: of a long run of
    annotated frames a few, and every one that stands alone.
    """
    if len(annotations) <= most:
        return dict(sorted(annotations.items()))
    frames = np.array(sorted(annotations))
    ends = (frames[frames <= run.start][-1:], frames[frames >= run.stop - 1][:1]) if run else ()
    picked = [int(frame) for frame in np.unique(np.concatenate([*ends, frames[:0]]))]
    covered = {slot for frame in picked for slot in annotations[frame].shown}
    for frame in frames.tolist():
        if not annotations[frame].shown <= covered:
            covered |= annotations[frame].shown
            picked.append(frame)
    picked = picked[:most] or [int(frames[0])]
    distances = np.abs(frames[:, None] - np.array(picked)[None]).min(axis=1)
    while len(picked) < most:
        farthest = int(frames[distances.argmax()])
        picked.append(farthest)
        distances = np.minimum(distances, np.abs(frames - farthest))
    return {frame: annotations[frame] for frame in sorted(picked)}
