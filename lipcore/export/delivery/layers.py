"""What is delivered of a frame: how much of each pixel is an object's, and the object's colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lipcore.export.pictures import Pixels
from lipcore.export.selection import Selection
from lipcore.matting import foreground_colours, steady_alphas

Alpha = NDArray[np.float32]
"""(H, W) float32 0..1: the share of a pixel that belongs to an object."""

_KEPT_LABELS = 6  # label maps of the frames that have a say in a soft edge


@dataclass(frozen=True)
class Layers:
    """One frame's objects, and on demand its picture; `soft` are their alphas by id where an edge is soft, else None.

    `labels` (H, W) uint8 holds the chosen objects alone.
    """

    selection: Selection
    frame: int
    labels: NDArray[np.uint8]
    soft: Mapping[int, Alpha] | None = None

    def alpha(self, number: int | None) -> Alpha:
        """The alpha of an object, None: of all chosen ones together; ignored pixels belong to none."""
        numbers = self.selection.declared_ids() if number is None else [number]
        if self.soft is None:
            return np.isin(self.labels, numbers).astype(np.float32)
        total = np.zeros(self.labels.shape, np.float32)
        for each in numbers:
            if each in self.soft:
                total += self.soft[each]
        return np.minimum(total, np.float32(1))

    def colours(self, number: int | None) -> NDArray[np.float32]:
        """The colours (H, W, 3) float32 0..1 of an object without those behind its soft edge; LipError.

        Where nothing is soft they are those of the picture, also around the object.
        """
        picture = self.selection.picture(self.frame)
        if self.soft is None:
            return np.multiply(picture, np.float32(1 / 255), dtype=np.float32)
        return foreground_colours(picture, self.alpha(number))


def layers(selection: Selection) -> Iterator[Layers]:
    """The chosen frames in their order; soft edges are steady over time, whichever frames and objects are chosen."""
    source = selection.source
    if not selection.has_soft_edges:
        for frame in selection.frames:
            yield Layers(selection, frame, selection.labels(frame))
        return
    edges = {number: known.edges for number, known in source.objects.items()}
    labels = lru_cache(_KEPT_LABELS)(source.labels)
    for frame, alphas in steady_alphas(selection.picture, labels, selection.frames, source.frame_count, edges):
        yield Layers(selection, frame, selection.labels(frame), alphas)


def rgba(layer: Layers, number: int | None, premultiplied: bool) -> NDArray[np.float32]:
    """Colours and alpha (H, W, 4) float32 0..1 of an object, None: of all; LipError without a picture."""
    alpha, colours = layer.alpha(number)[..., None], layer.colours(number)
    return np.concatenate([colours * alpha if premultiplied else colours, alpha], axis=-1)


def as_whole(values: NDArray[np.float32], largest: int) -> Pixels:
    """Values 0..1 as whole numbers 0..`largest`: uint8 up to 255, else uint16."""
    rounded = np.rint(np.clip(values, 0, 1) * np.float32(largest))
    whole: Pixels = rounded.astype(np.uint8) if largest <= 255 else rounded.astype(np.uint16)
    return whole
