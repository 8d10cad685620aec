"""Label Studio's run-length code of brush masks: a stream of bits over the four channels of an RGBA picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lipcore.errors import LipError

_WORD = 8  # bits of a value
_SIZES = (3, 4, 8, 16)  # bits of the lengths of runs; two bits before a run say which
_CHANNELS = 4


def encode_brush(mask: NDArray[np.bool_]) -> list[int]:
    """The code of a mask (H, W) bool, 255 and 0 in all four channels: a list of bytes."""
    flat = np.repeat(mask.ravel(), _CHANNELS)
    edges = np.flatnonzero(np.diff(flat)) + 1
    starts = np.concatenate([[0], edges])
    lengths = np.diff(np.concatenate([starts, [len(flat)]]))
    bits = [f"{len(flat):032b}{_WORD - 1:05b}", *(f"{size - 1:04b}" for size in _SIZES)]
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        value = f"{255 if flat[start] else 0:08b}"
        while length:
            run = min(length, 1 << _SIZES[-1])
            which = next(index for index, size in enumerate(_SIZES) if run <= 1 << size)
            bits.append(f"1{which:02b}{run - 1:0{_SIZES[which]}b}{value}")
            length -= run
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return np.packbits(np.frombuffer(text.encode(), np.uint8) - 48).tolist()


def decode_brush(code: object, height: int, width: int, source: str) -> NDArray[np.bool_]:
    """The mask (height, width) bool of a code: where the last of four channels is not 0; LipError if it lies."""
    refusal = LipError(f"Cannot import {source}: a brush code does not describe {width} x {height} pixels.")
    if not isinstance(code, list) or not all(type(byte) is int and 0 <= byte <= 255 for byte in code):
        raise refusal
    bits = np.unpackbits(np.array(code, np.uint8))
    stream = _Bits(bits, refusal)
    total, word = stream.number(32), stream.number(5) + 1
    sizes = [stream.number(4) + 1 for _ in range(4)]
    if total != height * width * _CHANNELS or word != _WORD:
        raise refusal
    out = np.zeros(total, np.uint8)
    place = 0
    while place < total:
        same = stream.number(1)
        count = 1 + stream.number(sizes[stream.number(2)])
        if place + count > total:
            raise refusal
        out[place : place + count] = stream.number(_WORD) if same else stream.values(count)
        place += count
    mask: NDArray[np.bool_] = out.reshape(height, width, _CHANNELS)[..., -1] != 0
    return mask


class _Bits:
    """Reads numbers from bits (N,) of 0 and 1; raises the refusal past their end."""

    def __init__(self, bits: NDArray[np.uint8], refusal: LipError) -> None:
        self._bits, self._place, self._refusal = bits, 0, refusal

    def number(self, size: int) -> int:
        """The next number of so many bits."""
        return int("".join(map(str, self._next(size).tolist())), 2)

    def values(self, count: int) -> NDArray[np.uint8]:
        """The next values of a byte each: (count,)."""
        return np.packbits(self._next(count * _WORD).reshape(count, _WORD), axis=1)[:, 0]

    def _next(self, size: int) -> NDArray[np.uint8]:
        taken = self._bits[self._place : self._place + size]
        if len(taken) < size:
            raise self._refusal
        self._place += size
        return taken
