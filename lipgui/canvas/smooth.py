"""Outlines and tints drawn smooth: the steps of a mask become lines between the centres of its pixels.

Each mask is blurred a little, so that its grey levels say how far a place is from the edge. A table turns the levels
into colours, with edges that are soft over one pixel of the screen. The centre of a pixel always stays on its own side.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from statistics import NormalDist

import cv2
import numpy as np
from numpy.typing import NDArray

from lipgui.canvas.overlay import (
    HALO_OPACITY,
    ONION_WIDTH,
    OverlayMode,
    OverlayStyle,
    backdrop_pixels,
    has_backdrop,
    onion_dashes,
    without,
)

_BLURS = 3  # of 3 pixels each
_SIGMA = (_BLURS * 2 / 3) ** 0.5  # pixels of the label map that they come to
_MARGIN = 5  # pixels of the label map that a level may depend on
_FEW = 24  # ids
_SURE = 20  # levels that the centre of a pixel keeps from the middle one
Levels = NDArray[np.uint8]
Pixels = NDArray[np.uint32]


@dataclass(frozen=True)
class Sampling:
    """A part of a label map and where it is looked at: `columns` and `rows` are float64 positions in `labels`.

    Pixel centres are whole numbers. `scale` is the number of screen pixels per pixel of `labels`.
    """

    labels: NDArray[np.uint8]
    columns: NDArray[np.float64]
    rows: NDArray[np.float64]
    scale: float


def margin() -> int:
    """Pixels of the label map that are needed around the places looked at."""
    return _MARGIN


def smooth_pixels(sampling: Sampling, style: OverlayStyle, origin: tuple[int, int]) -> Pixels:
    """(h, w) premultiplied 0xAARRGGBB of the places, in the manner of `style`; not for its mode "raw".

    `origin` x, y is where they are on the screen.
    """
    layer = _layer(sampling, style)
    if has_backdrop(style):
        return on_backdrop(layer, style, origin, over=style.mode in ("matte", "alpha", "edges"))
    return _joined(layer)


def smooth_onion(sampling: Sampling, style: OverlayStyle, origin: tuple[int, int]) -> Pixels:
    """(h, w) premultiplied 0xAARRGGBB of dashed lines around the objects, as `onion_pixels` draws them."""
    palette = style.palette // np.uint8(2) + np.uint8(127)
    layer = _layer(sampling, replace(style, mode="edges", palette=palette, line_width=ONION_WIDTH))
    return np.where(onion_dashes((layer.shape[0], layer.shape[1]), origin), _joined(layer), 0).astype(np.uint32)


def on_backdrop(layer: NDArray[np.uint8], style: OverlayStyle, origin: tuple[int, int], over: bool) -> Pixels:
    """What the style shows behind objects, `layer` (h, w, 4) premultiplied BGRA uint8 `over` it or left open in it."""
    rest = cv2.bitwise_not(np.ascontiguousarray(layer[..., 3]))
    behind = backdrop_pixels(style, (layer.shape[0], layer.shape[1]), origin).view(np.uint8).reshape(layer.shape)
    dimmed = cv2.multiply(behind, cv2.merge([rest] * 4), scale=1 / 255)
    return _joined(np.asarray(cv2.add(dimmed, layer) if over else dimmed, np.uint8))


def _joined(parts: NDArray[np.uint8]) -> Pixels:
    return np.asarray(np.ascontiguousarray(parts).view(np.uint32)[..., 0], np.uint32)


def _layer(sampling: Sampling, style: OverlayStyle) -> NDArray[np.uint8]:
    """(h, w, 4) premultiplied BGRA of the objects alone."""
    labels = without(sampling.labels, style.hidden)
    total = np.zeros((len(sampling.rows), len(sampling.columns), 4), np.uint8)
    for object_id, mask in _masks(labels, style):
        left, top, width, height = cv2.boundingRect(mask)
        across = _near(sampling.columns, left, left + width)
        down = _near(sampling.rows, top, top + height)
        if not width or across.start >= across.stop or down.start >= down.stop:
            continue
        x, y = max(left - _MARGIN - 2, 0), max(top - _MARGIN - 2, 0)
        near = mask[y : top + height + _MARGIN + 2, x : left + width + _MARGIN + 2]
        levels = _looked_at(_levels(near), sampling.columns[across] - x, sampling.rows[down] - y)
        part = total[down, across]
        drawn = np.take(_table_of(style, object_id, sampling.scale), levels, mode="clip")
        cv2.add(part, drawn.view(np.uint8).reshape(part.shape), part)
    return total


def _masks(labels: NDArray[np.uint8], style: OverlayStyle) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """The masks, of 0 and 1, that have an edge of their own: all objects together where their colours do not matter."""
    if has_backdrop(style) and style.mode != "edges":
        yield 0, np.asarray(labels > 0, np.uint8)
        return
    largest = int(cv2.minMaxLoc(labels)[1])
    few = range(1, largest + 1)  # trying them all is quicker than counting
    counted = np.flatnonzero(np.bincount(labels.ravel(), minlength=256)).tolist() if largest > _FEW else few
    for object_id in counted:
        if object_id:
            yield object_id, np.asarray(labels == object_id, np.uint8)


def _levels(mask: NDArray[np.uint8]) -> Levels:
    """(H, W) uint8 of a mask of 0 and 1: 128 at the edge, more inside."""
    blurred = mask * np.uint8(255)
    for _ in range(_BLURS):
        blurred = np.asarray(cv2.blur(blurred, (3, 3), borderType=cv2.BORDER_REPLICATE), np.uint8)
    least = mask * np.uint8(128 + _SURE)
    most = mask * np.uint8(128 + _SURE) + np.uint8(127 - _SURE)
    return np.asarray(cv2.min(cv2.max(blurred, least), most), np.uint8)


def _looked_at(levels: Levels, columns: NDArray[np.float64], rows: NDArray[np.float64]) -> Levels:
    if _is_run(columns) and _is_run(rows):
        top, left = int(rows[0]), int(columns[0])
        return levels[top : top + len(rows), left : left + len(columns)]
    top, left = max(int(rows[0]) - 1, 0), max(int(columns[0]) - 1, 0)
    part = np.ascontiguousarray(levels[top : int(rows[-1]) + 3, left : int(columns[-1]) + 3])
    x = np.broadcast_to((columns - left).astype(np.float32), (len(rows), len(columns)))
    y = np.broadcast_to((rows - top).astype(np.float32)[:, None], (len(rows), len(columns)))
    flags = cv2.INTER_LINEAR
    return np.asarray(
        cv2.remap(part, np.ascontiguousarray(x), np.ascontiguousarray(y), flags, borderMode=cv2.BORDER_REPLICATE),
        np.uint8,
    )


def _is_run(places: NDArray[np.float64]) -> bool:
    """Whether the places are whole numbers that follow each other."""
    first = places[0]
    return bool(first == int(first) and places[-1] == first + len(places) - 1)


def _near(places: NDArray[np.float64], first: int, after: int) -> slice:
    """Which of the places lie within reach of the pixels `first` to `after` - 1."""
    return slice(*np.searchsorted(places, (first - _MARGIN, after + _MARGIN)).tolist())


@lru_cache(maxsize=1)
def _distances() -> NDArray[np.float64]:
    """(256,) pixels that a level is inside the edge, negative outside."""
    normal = NormalDist(0, (_SIGMA**2 + 1 / 12) ** 0.5)
    return np.array([normal.inv_cdf(min(max(level / 255, 0.002), 0.998)) for level in range(256)])


def _table_of(style: OverlayStyle, object_id: int, scale: float) -> NDArray[np.uint32]:
    red, green, blue = style.palette[object_id].tolist()
    opacity = style.opacity if style.mode == "tint" else 0.0
    return _table((red, green, blue), style.mode, opacity, style.line_width, scale)


@lru_cache(maxsize=512)
def _table(
    colour: tuple[int, int, int], mode: OverlayMode, opacity: float, line_width: int, scale: float
) -> NDArray[np.uint32]:
    """(256,) premultiplied 0xAARRGGBB of an object by level."""
    depth = _distances() * scale
    depth[0], depth[255] = -1e6, 1e6
    inside = np.clip(depth + 0.5, 0, 1)
    line = inside * np.clip(line_width - depth + 0.5, 0, 1)
    halo = np.zeros(256)
    if mode in ("tint", "contour"):
        halo = HALO_OPACITY * np.clip(0.5 - depth, 0, 1) * np.clip(line_width + depth + 0.5, 0, 1)
    if mode in ("tint", "contour", "edges"):
        shown = line + opacity * (inside - line)
    else:
        shown, colour = inside, (255, 255, 255)
    parts = [np.rint(255 * np.clip(shown + halo, 0, 1))] + [np.rint(shown * each) for each in colour]
    alpha, reds, greens, blues = (part.astype(np.uint32) for part in parts)
    return np.asarray((alpha << 24) | (reds << 16) | (greens << 8) | blues, np.uint32)
