"""Colours of object ids: the DAVIS palette, and one that colour-blind people can tell apart."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

# Seven colours of Okabe and Ito, the "muted" ones of Paul Tol and a grey, made to survive colour blindness.
_SAFE_COLOURS = (
    (230, 159, 0),
    (86, 180, 233),
    (0, 158, 115),
    (240, 228, 66),
    (0, 114, 178),
    (213, 94, 0),
    (204, 121, 167),
    (51, 34, 136),
    (136, 204, 238),
    (17, 119, 51),
    (221, 204, 119),
    (136, 34, 85),
    (68, 170, 153),
    (204, 102, 119),
    (153, 153, 51),
    (170, 68, 153),
    (153, 153, 153),
)


@cache
def davis_palette() -> NDArray[np.uint8]:
    """The DAVIS palette: (256, 3) RGB, read-only; row i is the colour of id i, all rows differ.

    The bits of the id, from the lowest, go in turn to red, green and blue, each time to the next lower bit.
    """
    ids = np.arange(256)
    palette = np.zeros((256, 3), np.uint8)
    for channel in range(3):
        for level in range(8):
            bit = 3 * level + channel
            if bit < 8:
                palette[:, channel] |= (((ids >> bit) & 1) << (7 - level)).astype(np.uint8)
    palette.setflags(write=False)
    return palette


@cache
def colour_blind_palette() -> NDArray[np.uint8]:
    """A palette whose first colours differ under every common colour blindness: (256, 3) RGB, read-only.

    Row 0 is black, row 255 white; later rows repeat the first seventeen objects' colours ever darker.
    """
    safe = np.array(_SAFE_COLOURS, np.float64)
    palette = np.zeros((256, 3), np.uint8)
    rounds = -(-254 // len(safe))
    for number in range(rounds):
        first = 1 + number * len(safe)
        count = min(len(safe), 255 - first)
        palette[first : first + count] = np.round(safe[:count] * (1 - 0.85 * number / rounds))
    palette[255] = 255
    palette.setflags(write=False)
    return palette
