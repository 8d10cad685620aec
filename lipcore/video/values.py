"""Which values of deep pictures are shown as black and white: 12 bits kept in 16, floats, light above one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BIT_DEPTHS = (8, 10, 12, 14, 16)


@dataclass(frozen=True)
class ValueRange:
    """`low` is shown as black and `high` as white; with `is_light` values are linear light and follow a curve.

    The curve is Reinhard's, which takes all that is above one to below white, and then that of sRGB.
    """

    low: float
    high: float
    is_light: bool = False

    def show(self, pixels: NDArray[Any]) -> NDArray[np.uint8]:
        """Pixels of any shape and type as 0..255; what is no number is black."""
        values = np.nan_to_num(pixels.astype(np.float32), nan=self.low, posinf=self.high, neginf=self.low) - self.low
        span = self.high - self.low
        if self.is_light:
            light, white = values.clip(0, span), max(span, 1.0)
            values = _srgb(light * (1 + light / white**2) / (1 + light))
        else:
            values = values / span
        return np.asarray(np.rint(values.clip(0, 1) * 255), np.uint8)

    @property
    def is_usual(self) -> bool:
        """Whether nobody needs to be told: the whole of 16 bits, or floats from 0 to 1."""
        return self.low == 0 and self.high in (1.0, 65535.0) and not self.is_light

    def sentence(self) -> str:
        """What is shown, for people."""
        curve = ", on the curve of sRGB" if self.is_light else ""
        return f"The values {self.low:g} to {self.high:g} of the pictures are shown as black to white{curve}."


def find_range(pictures: Sequence[NDArray[Any]], is_light: bool) -> ValueRange | None:
    """The range of some pictures of one video; None for 8 bits a value, which are shown as they are.

    Unsigned whole numbers: the 8, 10, 12, 14 or 16 bits that hold them. Floats that lie within 0 to 1: that. Light:
    from 0 to at least 1. All others: from the smallest to the largest value.
    """
    kind = pictures[0].dtype
    if kind == np.uint8:
        return None
    ends = [(float(finite.min()), float(finite.max())) for finite in map(_finite, pictures) if finite.size]
    low, high = min((end[0] for end in ends), default=0.0), max((end[1] for end in ends), default=1.0)
    if is_light:
        return ValueRange(0.0, max(high, 1.0), True)
    if kind.kind == "u":
        for bits in _BIT_DEPTHS:
            if high < 2**bits:
                return ValueRange(0.0, 2.0**bits - 1)
    if kind.kind == "f" and low >= 0 and high <= 1:
        return ValueRange(0.0, 1.0)
    return ValueRange(low, high if high > low else low + 1)


def _finite(pixels: NDArray[Any]) -> NDArray[Any]:
    return pixels[np.isfinite(pixels)] if pixels.dtype.kind == "f" else pixels


def _srgb(light: NDArray[np.float32]) -> NDArray[np.float32]:
    curve = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1 / 2.4) - 0.055)
    return np.asarray(curve, np.float32)
