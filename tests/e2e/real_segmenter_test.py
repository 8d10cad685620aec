"""The main job in the real window with the real network, small and on the CPU."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lipcore.project.provenance import Provenance
from lipgui.app import build_window
from lipgui.basics.theme import Theme
from lipgui.controllers.session import opening
from lipgui.main_window import MainWindow
from tests.e2e.conftest import Hands
from tests.helpers import FakeSegmenter, write_moving_square

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
PATIENCE = 600_000  # milliseconds


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """The window as `lip gui` makes it."""
    monkeypatch.setattr(opening, "drafts_folder", lambda: tmp_path / "drafts")
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme = Theme(application)
    window = build_window(theme=theme)
    window.looking.use(replace(window.looking.preferences, device="cpu", quality="fast", max_side=96))
    window.resize(1000, 700)
    window.show()
    yield window
    window.close()
    window.deleteLater()
    theme.deleteLater()


def test_paint_tune_propagate_undo(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    hands = Hands(window, qtbot, FakeSegmenter())
    hands.open(write_moving_square(tmp_path / "square", frames=5).path)
    hands.do("new_object")
    hands.paint_square()
    losses = []
    window.segmentation.lossMeasured.connect(lambda number, loss: losses.append(loss))
    with qtbot.waitSignal(window.segmentation.ended, timeout=PATIENCE) as ended:
        hands.do("tune")
        qtbot.waitUntil(lambda: len(losses) >= 1, timeout=PATIENCE)
        window.segmentation.stop()
    assert "stopped" in ended.args[0]
    assert np.isfinite(losses).all()
    document = window.document
    state = document.tuned_weights()
    assert len(state) > 1000
    with qtbot.waitSignal(window.segmentation.ended, timeout=PATIENCE):
        hands.do("propagate_forward")
    project = document.project
    assert (project.provenances[1:5, 1] == Provenance.MODEL).all()
    assert project.provenance(0, 1) == Provenance.USER
    assert window.stage.notice.text == ""
    hands.do("undo")
    assert not project.areas[1:5, 1].any()
    hands.do("undo")
    assert document.tuned_weights() == b""
    hands.do("redo")
    assert document.tuned_weights() == state
