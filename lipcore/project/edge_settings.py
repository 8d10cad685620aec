"""How soft the edges of an object are: kept with the object, used by whatever makes an alpha of its masks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from lipcore.errors import LipError

LARGEST_WIDTH = 64.0  # pixels
LARGEST_SHIFT = 32.0  # pixels
LARGEST_FEATHER = 64.0  # pixels
CONTRASTS = (0.25, 8.0)  # least and largest ratio


@dataclass(frozen=True)
class EdgeSettings:
    """How an alpha comes of a mask; the default is hard: the alpha equals the mask.

    `width` 0..64 pixels of the video: how far to either side of the mask's edge the colours of the picture decide.
    `shift` -32..32 pixels: outward if positive, inward if negative. `contrast` 0.25..8, a ratio: how much steeper the
    alpha rises about 0.5; 1 leaves it as it is. `feather` 0..64 pixels: standard deviation of a blur at the very end.
    LipError for values outside these ranges.
    """

    width: float = 0.0
    shift: float = 0.0
    contrast: float = 1.0
    feather: float = 0.0

    def __post_init__(self) -> None:
        for name, least, largest in (
            ("width", 0.0, LARGEST_WIDTH),
            ("shift", -LARGEST_SHIFT, LARGEST_SHIFT),
            ("contrast", *CONTRASTS),
            ("feather", 0.0, LARGEST_FEATHER),
        ):
            value = getattr(self, name)
            is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
            if not (is_number and least <= value <= largest):
                raise LipError(f"The {name} of an edge must be a number from {least:g} to {largest:g}, not {value}.")

    @property
    def is_hard(self) -> bool:
        """Whether the alpha equals the mask; contrast does nothing to it."""
        return not (self.width or self.shift or self.feather)

    def to_mapping(self) -> dict[str, float]:
        """The values by name, as JSON keeps them."""
        return {name: float(value) for name, value in asdict(self).items()}

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> EdgeSettings:
        """The settings in what `to_mapping` gave; names that are missing keep their defaults, unknown ones are ignored.

        LipError for values that are no numbers or outside their ranges.
        """
        known = {field.name: values[field.name] for field in fields(cls) if field.name in values}
        return cls(**known)  # type: ignore[arg-type]  # the values are checked there
