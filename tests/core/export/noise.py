"""A video of noise to export labels with."""

from __future__ import annotations

import numpy as np

from tests.core.hard_labels import HEIGHT, WIDTH
from tests.helpers import ArrayVideo


def noise_video(count: int) -> ArrayVideo:
    return ArrayVideo(np.random.default_rng(2).integers(0, 256, (count, HEIGHT, WIDTH, 3)).astype(np.uint8))
