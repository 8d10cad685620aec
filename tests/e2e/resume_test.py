"""Work goes on after a restart as if there had been none: same masks, same scores, same weights, bit for bit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lipcore.learning.reports import TuneReport
from lipcore.video import Video
from lipgui.app import build_window
from lipgui.basics.theme import Theme
from lipgui.controllers.session import opening
from lipgui.document import edits
from lipgui.main_window import MainWindow
from tests.core.moving import TINY_BUDGET, tiny_segmenter, write_moving_frames
from tests.e2e.conftest import Hands
from tests.helpers import FakeSegmenter, Labels


class TinySegmenter:
    """The real tuning and propagation with a tiny network and a few steps."""

    def __init__(self) -> None:
        self._real = tiny_segmenter()
        self.device_name = self._real.device_name
        self.propagate, self.tuned_weights, self.restore = (
            self._real.propagate, self._real.tuned_weights, self._real.restore
        )  # fmt: skip

    def tune(self, video: Video, annotations: Mapping[int, Labels], quality: str = "fast") -> Iterator[TuneReport]:
        return self._real.tune(video, annotations, quality, TINY_BUDGET)


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "drafts_folder", lambda: tmp_path / "drafts")


def new_window() -> MainWindow:
    """As after a start of the program: nothing of an earlier window is in it."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return build_window(segmenter_factory=lambda preferences: TinySegmenter(), theme=Theme(application))


def close(window: MainWindow) -> None:
    window.close()
    window.theme.deleteLater()
    window.deleteLater()


def everything(window: MainWindow) -> dict[str, object]:
    project = window.document.project
    return {
        "labels": [project.labels(frame).tobytes() for frame in range(project.frame_count)],
        "provenances": project.provenances.tobytes(),
        "scores": project.scores.tobytes(),
        "boxes": project.boxes.tobytes(),
        "weights": project.weights_in_use,
        "state": window.document.tuned_weights(),
        "examples": project.weights.entries,
    }


def first_half(hands: Hands, video: Path, truth: Labels) -> None:
    hands.open(video)
    for object_id in (1, 2):
        hands.do("new_object")
        edits.paint(hands.window.document, truth == object_id, frame=0)
    hands.run("tune")
    hands.run("propagate_forward")


def second_half(hands: Hands) -> None:
    """A correction on frame 3, tuned from the weights as they are, and run again."""
    correction = np.zeros((64, 96), bool)
    correction[20:40, 50:70] = True
    hands.window.document.select_object(2)
    hands.window.document.go_to(3)
    edits.paint(hands.window.document, correction, frame=3)
    hands.run("tune")
    hands.run("propagate_forward")


def test_a_restart_in_between_changes_no_bit(qtbot: QtBot, tmp_path: Path) -> None:
    truth = write_moving_frames(tmp_path / "moving")[0]
    window = new_window()
    hands = Hands(window, qtbot, FakeSegmenter())
    first_half(hands, tmp_path / "moving", truth)
    window.filing.save_to(tmp_path / "resumed.lip")
    middle = everything(window)
    second_half(hands)
    without_restart = everything(window)
    assert without_restart["state"] != middle["state"]
    for _ in range(3):  # the run, the tuning, the stroke
        hands.do("undo")
    assert everything(window) | {"examples": ()} == middle | {"examples": ()}
    close(window)

    window = new_window()
    hands = Hands(window, qtbot, FakeSegmenter())
    hands.open(tmp_path / "resumed.lip")
    assert everything(window) | {"examples": ()} == middle | {"examples": ()}
    second_half(hands)
    assert everything(window) == without_restart
    close(window)
