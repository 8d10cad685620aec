"""Reading ahead: the same frames, read by another thread while one works, and nothing left behind when one stops."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from lipcore.errors import LipError
from lipcore.network_input import ObjectSlots
from lipcore.propagation.annotations import prepare
from lipcore.propagation.frames_ahead import FramesAhead, frames_ahead
from lipcore.propagation.propagate import propagate
from tests.core.propagation.propagate_test import JUDO, SIZE, Walker, columns
from tests.helpers import ArrayVideo, Labels, blank_video


class Recorder(ArrayVideo):
    """Remembers which thread read which frame; tells when one was read, and cannot read frame 9."""

    def __init__(self, frames: int = 12) -> None:
        super().__init__(np.stack([blank_video(frames, 4, 32)[frame] for frame in range(frames)]))
        self.read: list[tuple[int, str]] = []
        self.was_read = threading.Semaphore(0)

    def __getitem__(self, frame: int) -> Labels:
        self.read.append((frame, threading.current_thread().name.partition("_")[0]))
        self.was_read.release()
        if frame == 9:
            raise LipError("Cannot read frame 9.")
        return super().__getitem__(frame)


@pytest.mark.parametrize("order", [range(2, 7), range(6, 1, -1)])
def test_the_next_frame_is_read_before_it_is_asked_for(order: range) -> None:
    video = Recorder()
    pictures = FramesAhead(video, order, ahead=1, look=np.array)
    for place, frame in enumerate(order, start=1):
        assert pictures[frame][0, 0, 0] == frame
        for _ in range(1 if 1 < place < 5 else 2 if place == 1 else 0):  # the first also reads itself
            assert video.was_read.acquire(timeout=20)
        assert [each for each, _ in video.read] == list(order[: place + 1])  # nothing beyond the range
    assert [thread for _, thread in video.read] == ["MainThread"] + ["frames"] * 4
    pictures.close()


def test_two_frames_ahead_are_read_in_order_by_threads_that_share_the_processor() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(4)
    try:
        assert [frames_ahead(torch.device(kind)) for kind in ("cpu", "cuda", "mps")] == [2, 1, 0]
        threads: list[int] = []
        gate = threading.Event()

        def look(picture: Labels) -> int:
            if threading.current_thread().name.startswith("frames"):
                assert gate.wait(20)
            threads.append(torch.get_num_threads())
            return int(picture[0, 0, 0])

        video = Recorder()
        pictures = FramesAhead(video, range(1, 6), ahead=2, look=look)
        assert pictures[1] == 1
        for _ in range(3):
            assert video.was_read.acquire(timeout=20)
        assert sorted(frame for frame, _ in video.read) == [1, 2, 3]  # neither is looked at yet, and no more is read
        gate.set()
        assert [pictures[frame] for frame in range(2, 6)] == [2, 3, 4, 5]
        pictures.close()
        assert threads == [2] * 5
        assert torch.get_num_threads() == 4
        torch.set_num_threads(1)
        assert frames_ahead(torch.device("cpu")) == 0
    finally:
        torch.set_num_threads(before)


def test_another_frame_than_the_next_is_read_as_well() -> None:
    video = Recorder()
    pictures = FramesAhead(video, range(12), ahead=1, look=np.array)
    assert [int(pictures[frame][0, 0, 0]) for frame in (0, 5, 5, 6)] == [0, 5, 5, 6]
    pictures.close()


def test_without_reading_ahead_there_is_no_thread() -> None:
    video = Recorder()
    pictures = FramesAhead(video, range(12), ahead=0, look=np.array)
    assert int(pictures[3][0, 0, 0]) == 3
    pictures.close()
    assert video.read == [(3, "MainThread")]


def test_an_error_is_raised_where_the_frame_is_asked_for_alone() -> None:
    video = Recorder()
    pictures = FramesAhead(video, range(12), ahead=1, look=np.array)
    assert int(pictures[8][0, 0, 0]) == 8  # 9 fails meanwhile, unseen
    with pytest.raises(LipError, match="Cannot read frame 9"):
        pictures[9]
    pictures.close()


@pytest.mark.parametrize("direction", ["forward", "backward", "both"])
def test_propagation_on_a_gpu_reads_ahead_and_finds_the_same(direction: str) -> None:
    ids, found = ObjectSlots((1, 2, 3, 4)), {}
    for kind in ("cpu", "cuda"):
        walker, video = Walker(), Recorder(8)
        walker.network = SimpleNamespace(device=torch.device(kind))
        annotations = prepare({frame: labels for frame, labels in JUDO.items() if frame < 8}, ids, SIZE)
        found[kind] = list(propagate(walker, video, annotations, ids, range(8), direction))  # type: ignore[arg-type]
        assert ("frames" in {thread for _, thread in video.read}) == (frames_ahead(torch.device(kind)) > 0)
    assert [result.frame for result in found["cpu"]] == [result.frame for result in found["cuda"]]
    for ours, theirs in zip(found["cpu"], found["cuda"], strict=True):
        np.testing.assert_array_equal(ours.labels, theirs.labels)


def test_stopping_leaves_no_thread_behind() -> None:
    walker, video, ids = Walker(), Recorder(8), ObjectSlots((1, 2, 3, 4))
    walker.network = SimpleNamespace(device=torch.device("cuda"))
    annotations = prepare({0: columns(1)}, ids, SIZE)
    results = propagate(walker, video, annotations, ids, range(8), "forward")  # type: ignore[arg-type]
    next(results)
    assert any(thread.name.startswith("frames") for thread in threading.enumerate())
    results.close()  # type: ignore[attr-defined]
    assert not any(thread.name.startswith("frames") for thread in threading.enumerate())
