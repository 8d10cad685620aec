"""A long day: 2,000 frames and ten objects, propagated, corrected and tuned again ten times through the document."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from pathlib import Path

import av
import numpy as np
import psutil
import pytest
from pytestqt.qtbot import QtBot

from lipcore.propagation.result import FrameResult
from lipgui.document import edits
from tests.e2e.conftest import Hands
from tests.helpers import FakeSegmenter, Labels

FRAMES, HEIGHT, WIDTH, OBJECTS, ROUNDS = 2000, 270, 480, 10, 10
HISTORY = 5_000_000  # bytes of undo: full within the first rounds
ALLOWED_GROWTH = 1.1  # memory of the last round over that of the fifth, when undo is full


class Wandering(FakeSegmenter):
    """Masks that wander to the right and come in again at the left, and weights as large as the network's."""

    def propagate(
        self, video: object, annotations: Mapping[int, Labels], frames: range, direction: str = "forward", **_: object
    ) -> Iterator[FrameResult]:
        for frame in frames:
            source = max(known for known in annotations if known <= frame)
            labels = np.roll(annotations[source], frame - source, axis=1)
            yield FrameResult(frame, labels, tuple(self._instances(labels)), 0.01)

    def tuned_weights(self) -> bytes:
        return np.random.default_rng(len(self.tuned_on)).bytes(1_000_000) if self.tuned_on else b""


@pytest.fixture
def segmenter() -> FakeSegmenter:
    return Wandering()


def write_video(path: Path) -> Path:
    """A flat video that changes its grey from frame to frame."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(FRAMES):
            picture = np.full((HEIGHT, WIDTH, 3), number % 200, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return path


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_memory_stays_flat_over_ten_corrections(hands: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    window, document = hands.window, hands.window.document
    document._history_bytes = HISTORY  # undo may grow up to its budget; here it reaches that within the first rounds
    hands.open(write_video(tmp_path / "long.mp4"))
    for number in range(OBJECTS):
        hands.do("new_object")
        edits.paint(document, blob(20 + 24 * number, 40 * number + 5))
    memory = []
    for number in range(ROUNDS + 1):
        start = number  # every run is about as long
        if number:
            document.select_object(1 + (number - 1) % OBJECTS)
            edits.paint(document, blob(200, 300), frame=start)
        with qtbot.waitSignal(window.segmentation.ended, timeout=300_000):
            window.segmentation.tune()
        with qtbot.waitSignal(window.segmentation.ended, timeout=300_000):
            window.segmentation.propagate("forward", start, FRAMES - 1)
        gc.collect()
        memory.append(psutil.Process().memory_info().rss / 1e6)
        print(f"round {number}: {memory[-1]:.0f} MB, undo entries {document.stack.count()}")
    assert all(document.labels(frame).any() for frame in (0, FRAMES // 2, FRAMES - 1))
    assert memory[-1] < ALLOWED_GROWTH * memory[4]


def blob(top: int, left: int) -> np.ndarray:
    """A mask of 16 by 30 pixels."""
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[top : top + 16, left : left + 30] = True
    return mask
