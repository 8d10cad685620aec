"""What is delivered of a frame: how much of each pixel is an object's, and the picture's colours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lipcore.export.pictures import Pixels
from lipcore.export.selection import Selection

Alpha = NDArray[np.float32]
"""(H, W) float32 0..1: the share of a pixel that belongs to an object."""


@dataclass(frozen=True)
class Layers:
    """One frame's objects, and on demand its picture."""

    selection: Selection
    frame: int
    labels: NDArray[np.uint8]

    def alpha(self, number: int | None) -> Alpha:
        """The alpha of an object, None: of all objects together; ignored pixels belong to none."""
        if number is not None:
            return np.equal(self.labels, number).astype(np.float32)
        return np.isin(self.labels, self.selection.declared_ids()).astype(np.float32)

    def colours(self, number: int | None) -> NDArray[np.float32]:
        """The colours (H, W, 3) float32 0..1 of the picture, as they are without the background; LipError."""
        return np.multiply(self.selection.picture(self.frame), np.float32(1 / 255), dtype=np.float32)


def layers(selection: Selection) -> Iterator[Layers]:
    """The chosen frames in their order."""
    for frame in selection.frames:
        yield Layers(selection, frame, selection.labels(frame))


def rgba(layer: Layers, number: int | None, premultiplied: bool) -> NDArray[np.float32]:
    """Colours and alpha (H, W, 4) float32 0..1 of an object, None: of all; LipError without a picture."""
    alpha, colours = layer.alpha(number)[..., None], layer.colours(number)
    return np.concatenate([colours * alpha if premultiplied else colours, alpha], axis=-1)


def as_whole(values: NDArray[np.float32], largest: int) -> Pixels:
    """Values 0..1 as whole numbers 0..`largest`: uint8 up to 255, else uint16."""
    rounded = np.rint(np.clip(values, 0, 1) * np.float32(largest))
    whole: Pixels = rounded.astype(np.uint8) if largest <= 255 else rounded.astype(np.uint16)
    return whole
