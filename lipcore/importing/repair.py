"""Masks that are not quite masks: soft edges and colours of another palette, put right where only one reading fits.

Three repairs, each a rule on its own; a picture that none of them explains is refused, with why it is not a mask:

1. *Soft grey.* A grey picture with pure black and pure white whose other pixels form bands thinner than five pixels,
   every band touching both: values from the middle up are the object.
2. *Soft colours.* Colours that fill a block of 3 x 3 somewhere are the picture's true ones. Every other pixel must be a
   mixture of two true colours found within three pixels of it, and goes to the one it has more of. One in fifty may
   fail this and goes to the nearest true colour in its neighbourhood.
3. *Foreign palette.* If the true colours are not those of the DAVIS palette but black is among them, black is
   background and the other colours are objects 1, 2, 3, in the order in which they first appear in the folder.
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.uint8]
Codes = NDArray[np.uint32]  # 65536 red + 256 green + blue

_TOLERANCE = 12.0  # largest difference of a channel from the mixture
_EXCEPTIONS = 0.02
_MAX_TRUE_COLOURS = 64
_NEAR = np.ones((7, 7), np.uint8)


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
    if not (black.any() and white.any() and soft.any()) or _has_block(soft, 5):
        return None
    _, bands = cv2.connectedComponents(soft.astype(np.uint8), connectivity=8)
    touching = [
        set(np.unique(bands[cv2.dilate(pure.astype(np.uint8), np.ones((3, 3))) > 0])) for pure in (black, white)
    ]
    if set(range(1, int(bands.max()) + 1)) - (touching[0] & touching[1]):
        return None
    return (pixels > largest // 2).astype(np.uint8)


def true_colours(codes: Codes) -> list[int]:
    """The colours that fill a block of 3 x 3 somewhere, in the order of their first such block; rule 2."""
    if min(codes.shape) < 3:
        return []
    middle = codes[1:-1, 1:-1]
    uniform = np.ones(middle.shape, np.bool_)
    rows, columns = codes.shape
    for down in range(3):
        for right in range(3):
            uniform &= codes[down : rows - 2 + down, right : columns - 2 + right] == middle
    found, first = np.unique(middle[uniform], return_index=True)
    return [int(code) for code in found[np.argsort(first)]]


def harden_colours(codes: Codes, table: Mapping[int, int]) -> Labels | None:
    """Rule 2: the ids of a picture (H, W) whose true colours all have one in `table`; None if it does not apply."""
    true = true_colours(codes)
    if not true or len(true) > _MAX_TRUE_COLOURS or any(code not in table for code in true):
        return None
    labels = np.zeros(codes.shape, np.uint8)
    done = np.isin(codes, np.array(true, np.uint32))
    for code in true:
        labels[codes == code] = table[code]
    open_pixels = ~done
    if not open_pixels.any():
        return labels
    if _has_block(open_pixels, 7):
        return None
    rows, columns = np.nonzero(open_pixels)
    colours = unpack(codes[rows, columns])
    near = {code: cv2.dilate((codes == code).astype(np.uint8), _NEAR)[rows, columns] > 0 for code in true}
    error, chosen, nearest, distance = _explain(colours, near)
    failed = error > _TOLERANCE
    own = np.array([table.get(int(code), -1) for code in codes[rows, columns]])
    known = failed & (own >= 0)  # too small for a block of its own, but a colour that the table has
    lost = failed & ~known
    if np.count_nonzero(lost) > _EXCEPTIONS * len(rows) or bool(np.isinf(distance[lost]).any()):
        return None
    ids = np.array([table[code] for code in true])
    labels[rows, columns] = np.where(known, own, np.where(lost, ids[nearest], ids[chosen]))
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


def _has_block(mask: NDArray[np.bool_], side: int) -> bool:
    """Whether a mask holds a full square of that side."""
    eroded = cv2.erode(
        mask.astype(np.uint8), np.ones((side, side), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0
    )
    return bool(eroded.any())
