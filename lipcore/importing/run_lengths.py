"""COCO's run-length code of a mask, decoded with every length checked before anything is allocated."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError

_LONGEST_NUMBER = 7  # characters of five bits each: beyond any picture


def decode_run_lengths(counts: object, height: int, width: int, source: str) -> NDArray[np.bool_]:
    """The mask (height, width) bool of a code: a list of run lengths or COCO's compressed text.

    Runs go down the columns and start with background. LipError unless they fill the picture exactly.
    """
    if isinstance(counts, str):
        lengths = _parse(counts)
    elif isinstance(counts, list) and all(type(length) is int and 0 <= length <= height * width for length in counts):
        lengths = np.array(counts, np.int64)
    else:
        lengths = None
    if lengths is None or bool((lengths < 0).any()) or int(lengths.sum()) != height * width:
        raise LipError(f"Cannot import {source}: a run-length code does not describe {width} x {height} pixels.")
    values = np.arange(len(lengths)) % 2 == 1
    return np.repeat(values, lengths).reshape(width, height).T


def _parse(text: str) -> NDArray[np.int64] | None:
    """Run lengths from text: five bits a character, the sixth says that more follow, the last one's fifth is the sign.

    From the fourth number on, each is the difference to the one before the previous.
    """
    if not text or not text.isascii():
        return None
    units = np.frombuffer(text.encode("ascii"), np.uint8).astype(np.int64) - 48
    ends = np.flatnonzero(units & 32 == 0)
    if units.min() < 0 or units.max() > 63 or len(ends) == 0 or ends[-1] != len(units) - 1:
        return None
    starts = np.concatenate([[0], ends[:-1] + 1])
    sizes = ends - starts + 1
    if sizes.max() > _LONGEST_NUMBER:
        return None
    shifts = 5 * (np.arange(len(units)) - np.repeat(starts, sizes))
    numbers = np.add.reduceat((units & 31) << shifts, starts)
    numbers -= np.where(units[ends] & 16, np.int64(1) << (5 * sizes), 0)
    numbers[1::2] = np.cumsum(numbers[1::2])
    numbers[2::2] = np.cumsum(numbers[2::2])
    return numbers
