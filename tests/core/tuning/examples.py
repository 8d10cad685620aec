"""An annotated frame to tune on."""

from __future__ import annotations

from lipcore.tuning.feature_cache import Example
from tests.core.training.pictures import draw


def example(partial: bool = False) -> Example:
    """A picture of two objects with the slots 1 and 2."""
    image, labels = draw({1: (10, 20, 50, 60), 2: (70, 30, 110, 80)})
    return Example(image, labels, partial)
