from __future__ import annotations

from threading import Event

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lipcore.errors import LipError
from lipgui.jobs.frame_loader import FrameLoader
from tests.helpers import ArrayVideo, blank_video


class SlowVideo(ArrayVideo):
    """Waits at its first frame until the gate opens; notes what is read; frame 5 is damaged."""

    def __init__(self, gate: Event) -> None:
        super().__init__(np.zeros((12, 8, 8, 3), np.uint8))
        self.gate, self.read = gate, []

    def __getitem__(self, frame: int) -> np.ndarray:
        self.read.append(frame)
        if frame == 0:
            self.gate.wait(20)
        if frame == 5:
            raise LipError("Cannot read frame 5.")
        return super().__getitem__(frame)


@pytest.fixture
def loader(qtbot: QtBot) -> FrameLoader:
    return FrameLoader()


def test_a_frame_arrives_with_its_pixels(loader: FrameLoader, qtbot: QtBot) -> None:
    loader.show_video(blank_video())
    with qtbot.waitSignal(loader.frameReady) as ready:
        loader.request(7)
    loader.close()
    frame, pixels = ready.args
    assert frame == 7
    assert (pixels == 7).all()


def test_only_the_newest_wish_is_read(loader: FrameLoader, qtbot: QtBot) -> None:
    gate, arrived = Event(), []
    video = SlowVideo(gate)
    loader.frameReady.connect(lambda frame, pixels: arrived.append(frame))
    loader.show_video(video)
    loader.request(0)
    qtbot.waitUntil(lambda: video.read == [0])
    for frame in (2, 3, 9):
        loader.request(frame)
    gate.set()
    qtbot.waitUntil(lambda: arrived == [0, 9])
    loader.close()
    assert not {2, 3} & set(arrived)


def test_a_damaged_frame_is_a_sentence_and_reading_goes_on(loader: FrameLoader, qtbot: QtBot) -> None:
    gate = Event()
    gate.set()
    loader.show_video(SlowVideo(gate))
    with qtbot.waitSignal(loader.frameFailed) as failed:
        loader.request(5)
    assert failed.args == [5, "Cannot read frame 5."]
    with qtbot.waitSignal(loader.frameReady):
        loader.request(6)
    loader.close()


def test_nothing_of_the_old_video_arrives_after_another_is_shown(loader: FrameLoader, qtbot: QtBot) -> None:
    arrived = []
    loader.frameReady.connect(lambda frame, pixels: arrived.append((frame, pixels.shape)))
    loader.show_video(blank_video(height=10, width=10))
    loader.request(3)
    loader.show_video(blank_video(height=20, width=20))
    loader.request(4)
    qtbot.waitUntil(lambda: bool(arrived))
    loader.close()
    assert arrived == [(4, (20, 20, 3))]
