"""Masks that are not quite masks: soft edges and colours of another palette, put right where only one reading fits.

Three repairs, each a rule on its own; a picture that none of them explains is refused, with why it is not a mask:

1. *Soft grey.* A grey picture with pure black and pure white, in which no other value fills blocks of 3 x 3, other
   values are at most a quarter of it, and most of their pixels have black and white within six pixels: values from
   the middle up are the object.
2. *Soft colours.* Colours that fill a block of 3 x 3 somewhere are the picture's true ones, at least three quarters of
   it. Every other pixel must be a mixture of two true colours found within three pixels of it, for thin parts within
   fifteen, or of the only two there are, and goes to the one it has more of. One in fifty may fail this and goes to
   the nearest true colour.
3. *Foreign palette.* If the true colours are not those of the DAVIS palette but black is among them, black is
   background and the other colours are objects 1, 2, 3, in the order in which they first appear in the folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from lipcore.masks import Labels

Codes = NDArray[np.uint32]  # 65536 red + 256 green + blue

_TOLERANCE = 12.0  # largest difference of a channel from the mixture
_EXCEPTIONS = 0.02
_MOST_SOFT = 0.25
_MAX_TRUE_COLOURS = 64
_REACHES = (3, 15)
_GREY_REACH = 6


def pack(pixels: NDArray[np.uint8]) -> Codes:
    """Colours (H, W, 3) as one number per pixel (H, W)."""
    wide = pixels.astype(np.uint32)
    return (wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]).astype(np.uint32)


def unpack(codes: NDArray[np.generic]) -> NDArray[np.float32]:
    """Numbers (N,) as colours (N, 3) float32, 0..255."""
    wide = codes.astype(np.int64)
    return np.stack([wide >> 16, wide >> 8 & 255, wide & 255], axis=-1).astype(np.float32)


def harden_grey(pixels: NDArray[np.integer]) -> Labels | None:
    """Rule 1 on (H, W) grey values, 8 or 16 bit: 0 and 1, or None if it does not apply."""
    largest = 65535 if pixels.dtype.itemsize > 1 else 255
    black, white = pixels == 0, pixels == largest
    soft = ~(black | white)
    count = int(np.count_nonzero(soft))
    if not (black.any() and white.any() and 0 < count <= _MOST_SOFT * pixels.size):
        return None
    between = soft & _within(black, _GREY_REACH) & _within(white, _GREY_REACH)
    flat = _uniform(pixels) & soft[1:-1, 1:-1] if min(pixels.shape) >= 3 else np.zeros(0, np.bool_)
    if 2 * np.count_nonzero(between) < count or np.count_nonzero(flat) > _EXCEPTIONS * count:
        return None
    return (pixels > largest // 2).astype(np.uint8)


def true_colours(codes: Codes) -> list[int]:
    """The colours that fill a block of 3 x 3 somewhere, in the order of their first such block; rule 2.

    A colour between two others is none of them if its blocks are few beside all pixels that are not true ones.
    """
    if min(codes.shape) < 3:
        return []
    found, first, counts = np.unique(codes[1:-1, 1:-1][_uniform(codes)], return_index=True, return_counts=True)
    if len(found) > 4 * _MAX_TRUE_COLOURS:
        return []
    soft = codes.size - int(np.isin(codes, found).sum())
    accepted: list[int] = []
    for index in np.argsort(-counts, kind="stable"):
        few = counts[index] <= _EXCEPTIONS * soft
        if not (few and _is_between(int(found[index]), accepted)):
            accepted.append(int(found[index]))
    places = dict(zip(found.tolist(), first.tolist(), strict=True))
    return sorted(accepted, key=places.__getitem__)


def harden_colours(codes: Codes, table: Mapping[int, int]) -> Labels | None:
    """Rule 2: the ids of a picture (H, W) whose true colours all have one in `table`; None if it does not apply."""
    true = true_colours(codes)
    if not true or len(true) > _MAX_TRUE_COLOURS or any(code not in table for code in true):
        return None
    labels = np.zeros(codes.shape, np.uint8)
    for code in true:
        labels[codes == code] = table[code]
    rows, columns = np.nonzero(~np.isin(codes, np.array(true, np.uint32)))
    soft = len(rows)
    if soft > _MOST_SOFT * codes.size:
        return None
    ids = np.array([table[code] for code in true])
    own = np.array([table.get(int(code), -1) for code in codes[rows, columns]], np.int64)
    for reach in _REACHES:
        if not len(rows):
            return labels
        everywhere = np.ones(len(rows), np.bool_)
        near = {code: everywhere if len(true) == 2 else _within(codes == code, reach)[rows, columns] for code in true}
        error, chosen, nearest, distance = _explain(unpack(codes[rows, columns]), near)
        good = error <= _TOLERANCE
        labels[rows[good], columns[good]] = ids[chosen[good]]
        known = ~good & (own >= 0)  # too small for a block of its own, but a colour that the table has
        labels[rows[known], columns[known]] = own[known]
        lost = ~good & ~known
        if reach == _REACHES[-1]:
            if np.count_nonzero(lost) > _EXCEPTIONS * soft or bool(np.isinf(distance[lost]).any()):
                return None
            labels[rows[lost], columns[lost]] = ids[nearest[lost]]
        rows, columns, own = rows[lost], columns[lost], own[lost]
    return labels


def _explain(
    colours: NDArray[np.float32], near: Mapping[int, NDArray[np.bool_]]
) -> tuple[NDArray[np.float32], NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """For every pixel: the error of the best mixture, the greater part of it, the nearest true colour, its distance."""
    anchors = unpack(np.array(list(near)))
    count = len(colours)
    error, distance = np.full(count, np.inf, np.float32), np.full(count, np.inf, np.float32)
    chosen, nearest = np.zeros(count, np.intp), np.zeros(count, np.intp)
    places = list(near.values())
    for first, place in enumerate(places):
        away = np.where(place, np.abs(colours - anchors[first]).max(axis=1), np.inf).astype(np.float32)
        better = away < distance
        distance[better], nearest[better] = away[better], first
        for second in range(first + 1, len(places)):
            both = np.flatnonzero(place & places[second])
            if not len(both):
                continue
            line = anchors[second] - anchors[first]
            share = np.clip((colours[both] - anchors[first]) @ line / float(line @ line), 0, 1)
            off = np.abs(colours[both] - anchors[first] - share[:, None] * line).max(axis=1)
            better = off < error[both]
            error[both[better]] = off[better]
            chosen[both[better]] = np.where(share[better] > 0.5, second, first)
    return error, chosen, nearest, distance


def _is_between(code: int, others: Sequence[int]) -> bool:
    """Whether a colour is a mixture of two of the others, within the tolerance."""
    colour = unpack(np.array([code]))
    error = _explain(colour, {other: np.ones(1, np.bool_) for other in others})[0]
    return bool(error[0] <= _TOLERANCE)


def _uniform(values: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Whether the 3 x 3 block around a pixel has one value: (H - 2, W - 2) bool of values (H, W)."""
    middle = values[1:-1, 1:-1]
    uniform = np.ones(middle.shape, np.bool_)
    rows, columns = values.shape
    for down in range(3):
        for right in range(3):
            uniform &= values[down : rows - 2 + down, right : columns - 2 + right] == middle
    return uniform


def _within(mask: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """The pixels that have one of the mask's within so many rows and columns."""
    side = 2 * reach + 1
    return cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
