"""Videos of pictures in memory."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.video import ArrayVideo


def test_its_pictures_are_the_frames() -> None:
    pictures = np.arange(2 * 4 * 5 * 3, dtype=np.uint8).reshape(2, 4, 5, 3)
    with ArrayVideo(pictures, "mine", 30.0) as video:
        assert (len(video), video.height, video.width, video.name, video.frame_rate) == (2, 4, 5, "mine", 30.0)
        assert video.frame_names == ("00000", "00001")
        np.testing.assert_array_equal(video[1], pictures[1])
        with pytest.raises(ValueError, match="read-only"):
            video[1][:] = 0
        with pytest.raises(IndexError):
            video[2]
    assert pictures.flags.writeable
    with pytest.raises(LipError, match="Cannot read frame 0 of mine: the video is closed"):
        video[0]


def test_pictures_of_other_shapes_are_refused() -> None:
    grey, colour = np.zeros((4, 5), np.uint8), np.zeros((4, 5, 3), np.uint8)
    for pictures in ([], [grey], [colour, colour[:3]]):
        with pytest.raises(LipError, match="of one size"):
            ArrayVideo(pictures)
