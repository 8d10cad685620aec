"""What propagation yields for a frame: plain numpy, no torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class InstanceResult:
    """One object in one frame: box (x1, y1, x2, y2) in pixels of the video, id score 0..1, and mask quality 0..1.

    The quality is the IoU that the mask is expected to have with the object; 1 for what a person painted. `agreement`
    is the IoU of the masks that a forward and a backward run gave, 1 if there was one run.
    """

    object_id: int
    box: tuple[float, float, float, float]
    score: float
    quality: float
    agreement: float = 1.0


@dataclass(frozen=True)
class FrameResult:
    """One propagated frame: labels (H, W) uint8 of object ids, the instances seen, and the seconds it took.

    A result that `is_final` no later one replaces; `sought` are the objects that were looked for, None for all.
    """

    frame: int
    labels: NDArray[np.uint8]
    instances: tuple[InstanceResult, ...]
    seconds: float
    is_final: bool = True
    sought: frozenset[int] | None = None
