"""Motion: what is carried from frame to frame lies where the picture has gone, both ways."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from lipcore.temporal.motion import Motion
from tests.core.temporal.tracks import HEIGHT, WIDTH, pictures, square

RAMP = np.tile(np.arange(WIDTH, dtype=np.float32), (HEIGHT, 1))
MIDDLE = np.s_[12:-12, 20:-20]  # the ground that comes in at the sides is another one


@pytest.mark.parametrize(("source", "target"), [(0, 1), (1, 0), (0, 3), (3, 0)])
def test_values_go_with_the_picture(source: int, target: int) -> None:
    motion = Motion(pictures(4, step=3).__getitem__)
    moved = motion.moved(RAMP, source, target)
    np.testing.assert_allclose(moved[MIDDLE], (RAMP - 3 * (target - source))[MIDDLE], atol=0.5)
    places = motion.places(target, source)
    np.testing.assert_allclose(places[MIDDLE][..., 0], (RAMP - 3 * (target - source))[MIDDLE], atol=0.5)


def test_a_frame_to_itself_is_the_same_array() -> None:
    motion = Motion(pictures(1).__getitem__)
    assert motion.moved(RAMP, 0, 0) is RAMP


def test_large_pictures_are_looked_at_small_and_masks_keep_their_size() -> None:
    asked: list[int] = []

    def picture(frame: int) -> NDArray[np.uint8]:
        asked.append(frame)
        return np.repeat(np.repeat(pictures(2)[frame], 16, axis=0), 16, axis=1)

    motion = Motion(picture)
    assert max(motion.places(0, 1).shape) == 640
    mask = np.repeat(np.repeat(square(), 16, axis=0), 16, axis=1).astype(np.float32)
    np.testing.assert_allclose(motion.moved(mask, 1, 0), mask, atol=1e-3)
    assert sorted(asked) == [0, 1]  # each picture is asked for once


def test_the_pictures_used_last_are_kept_and_no_more() -> None:
    asked: list[int] = []

    def picture(frame: int) -> NDArray[np.uint8]:
        asked.append(frame)
        return pictures(1)[0]

    motion = Motion(picture)
    motion.places(0, 20)
    assert sorted(asked) == list(range(21))
    motion.places(20, 17)
    assert len(asked) == 21
    motion.places(0, 1)
    assert asked[21:] == [0]
