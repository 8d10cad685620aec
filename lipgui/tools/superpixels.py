"""Superpixels of one frame by SLIC, computed piece by piece where they are first asked for."""

from __future__ import annotations

import math
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from lipgui.tools.geometry import Rect
from lipgui.tools.tool import Mask, bounds

Frame = NDArray[np.uint8]

_SIDE = 256  # of the piece that is computed at once, pixels of the smaller picture
_LARGEST_SPACING = 32  # pixels of the smaller picture between superpixels; larger ones are computed on a smaller one
_REACH = 2  # spacings that a superpixel may extend from the tile it was asked for in
_CRUMB = 0.25  # of a superpixel's area: smaller left-overs join their neighbour


class Superpixels:
    """Patches of like colour that part a frame (H, W, 3) uint8 RGB; a patch, once given, stays as it is.

    The frame is computed in square tiles. Each tile sees a margin around it and keeps whole what reaches into it, and
    a later neighbour gets what is left, so that no patch is cut along the side of a tile.
    """

    def __init__(self, frame: Frame, spacing: int) -> None:
        self._frame = frame
        self._factor = max(1, math.ceil(spacing / _LARGEST_SPACING))  # frame pixels per pixel of the smaller picture
        self._spacing = max(1, spacing // self._factor)
        self._tile = _SIDE - 2 * _REACH * self._spacing
        self._done: set[tuple[int, int]] = set()
        self._count = 0

    @cached_property
    def _regions(self) -> NDArray[np.int32]:
        """The number of each pixel's patch, 0 where nothing is computed yet."""
        return np.zeros([-(-side // self._factor) for side in self._frame.shape[:2]], np.int32)

    def at(self, x: int, y: int) -> tuple[Rect, Mask] | None:
        """The superpixel over a pixel of the frame: the rectangle around it, and its (h, w) mask in that."""
        height, width = self._frame.shape[:2]
        if not (0 <= x < width and 0 <= y < height):
            return None
        factor = self._factor
        column, row = x // factor, y // factor
        self._compute(column // self._tile, row // self._tile)
        left, top = max(column - _SIDE, 0), max(row - _SIDE, 0)
        patch = self._regions[top : row + _SIDE, left : column + _SIDE] == self._regions[row, column]
        first_x, first_y, last_x, last_y = bounds(patch) or (0, 0, 0, 0)
        large = patch[first_y:last_y, first_x:last_x].repeat(factor, axis=0).repeat(factor, axis=1)
        left, top = (left + first_x) * factor, (top + first_y) * factor
        large = large[: height - top, : width - left]
        return (left, top, left + large.shape[1], top + large.shape[0]), large

    def _compute(self, column: int, row: int) -> None:
        """Give every pixel of one tile its patch."""
        if (column, row) in self._done:
            return
        self._done.add((column, row))
        tile, margin = self._tile, _REACH * self._spacing
        left, top = column * tile, row * tile
        core = np.s_[top : top + tile, left : left + tile]
        first_x, first_y = max(left - margin, 0), max(top - margin, 0)
        window = np.s_[first_y : top + tile + margin, first_x : left + tile + margin]
        found = self._regions[window]  # a view
        labels = _slic(self._part(first_x, first_y, found.shape[1], found.shape[0]), self._spacing)
        inner = labels[top - first_y : top - first_y + tile, left - first_x : left - first_x + tile]
        wanted = np.isin(labels, np.unique(inner[self._regions[core] == 0])) & (found == 0)
        pieces = self._joined(_pieces(np.where(wanted, labels, 0)))
        found[wanted] = pieces[wanted] + self._count
        self._count += int(pieces.max(initial=0))

    def _joined(self, pieces: NDArray[np.int32]) -> NDArray[np.int32]:
        """The pieces, numbered from 1, after crumbs have joined the nearest larger one."""
        crumb = np.bincount(pieces.ravel()) < _CRUMB * self._spacing**2
        crumb[0] = True
        is_crumb = crumb[pieces]
        if is_crumb.all():
            return pieces
        _, nearest = cv2.distanceTransformWithLabels(
            is_crumb.astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
        )
        numbers = np.zeros(int(nearest.max()) + 1, np.int32)
        numbers[nearest[~is_crumb]] = pieces[~is_crumb]
        return np.where(is_crumb & (pieces > 0), numbers[nearest], pieces).astype(np.int32)

    def _part(self, left: int, top: int, width: int, height: int) -> Frame:
        """A part of the smaller picture."""
        factor = self._factor
        part = self._frame[top * factor : (top + height) * factor, left * factor : (left + width) * factor]
        if factor == 1:
            return np.ascontiguousarray(part)
        return np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def load() -> None:
    """Import what is slow to import, a third of a second, before it is needed."""
    from skimage.measure import label
    from skimage.segmentation import slic

    del label, slic


def _slic(part: Frame, spacing: int) -> NDArray[np.int32]:
    """(h, w) numbers from 1."""
    from skimage.segmentation import slic  # takes a moment to import, so not before the first superpixel

    count = max(1, round(part.shape[0] * part.shape[1] / (spacing * spacing)))
    regions = slic(part, n_segments=count, compactness=15, sigma=1, max_num_iter=5, start_label=1, channel_axis=2)
    return np.asarray(regions, np.int32)


def _pieces(labels: NDArray[np.int32]) -> NDArray[np.int32]:
    """Numbers from 1 of the connected parts of each label above 0."""
    from skimage.measure import label

    return np.asarray(label(labels, background=0, connectivity=1), np.int32)  # type: ignore[no-untyped-call]
