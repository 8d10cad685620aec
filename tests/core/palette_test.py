"""The palettes of object ids."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.palette import colour_blind_palette, davis_palette


def test_davis_palette_has_the_known_colours() -> None:
    palette = davis_palette()
    known = {0: (0, 0, 0), 1: (128, 0, 0), 2: (0, 128, 0), 3: (128, 128, 0), 4: (0, 0, 128), 7: (128, 128, 128)}
    known |= {8: (64, 0, 0), 9: (192, 0, 0), 16: (0, 64, 0), 21: (128, 64, 128), 255: (224, 224, 192)}
    assert {number: tuple(palette[number].tolist()) for number in known} == known


@pytest.mark.parametrize("palette", [davis_palette(), colour_blind_palette()])
def test_palettes_are_read_only_and_every_colour_is_used_once(palette: np.ndarray) -> None:
    assert palette.shape == (256, 3)
    assert palette.dtype == np.uint8
    assert not palette.flags.writeable
    assert len(np.unique(palette, axis=0)) == 256


def test_colour_blind_palette_survives_deuteranopia() -> None:
    """Without red-green difference (both replaced by a weighted mean) the first eight colours stay apart."""
    first = colour_blind_palette()[1:9].astype(float)
    seen = np.stack([first[:, :2] @ [0.55, 0.45], first[:, 2]], axis=1)
    distances = np.linalg.norm(seen[:, None] - seen[None], axis=2) + 1000 * np.eye(8)
    assert distances.min() > 20
