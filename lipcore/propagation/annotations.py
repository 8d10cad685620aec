"""Annotated frames as propagation and tuning see them: at the input size, in slots, and what each speaks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lipcore.masks import IGNORE
from lipcore.network_input import InputSize, ObjectSlots


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
