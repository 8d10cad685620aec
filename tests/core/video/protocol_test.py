"""Decoding ahead."""

from __future__ import annotations

import numpy as np

from lipcore.video import Prefetcher
from tests.helpers import ArrayVideo


class RecordingVideo(ArrayVideo):
    def __init__(self, frames: int) -> None:
        super().__init__(np.zeros((frames, 2, 2, 3), np.uint8))
        self.asked: list[int] = []

    def __getitem__(self, frame: int) -> np.ndarray:
        self.asked.append(frame)
        return super().__getitem__(frame)


def drain(prefetcher: Prefetcher) -> None:
    while prefetcher.step():
        pass


def test_frames_ahead_are_fetched_once_in_the_direction_of_play() -> None:
    video = RecordingVideo(20)
    prefetcher = Prefetcher(video, ahead=3)
    prefetcher.show(10)
    drain(prefetcher)
    prefetcher.show(11)
    drain(prefetcher)
    assert video.asked == [11, 12, 13, 14]
    prefetcher.show(10)
    drain(prefetcher)
    assert video.asked[4:] == [9, 8, 7]


def test_prefetching_stops_at_the_ends() -> None:
    video = RecordingVideo(4)
    prefetcher = Prefetcher(video, ahead=10)
    drain(prefetcher)
    prefetcher.show(3)
    prefetcher.show(2)
    drain(prefetcher)
    assert video.asked == [1, 2, 3, 1, 0]
    assert not prefetcher.step()
