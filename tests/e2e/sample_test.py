"""The bundled sample: what is painted on it is never lost, and one can begin anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lipgui.controllers.session import opening
from tests.e2e.conftest import Hands
from tests.helpers import MovingSquare


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "drafts"
    monkeypatch.setattr(opening, "drafts_folder", lambda: folder)
    return folder


@pytest.fixture
def sample(hands: Hands, qtbot: QtBot) -> Hands:
    show(hands, qtbot)
    return hands


def show(hands: Hands, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hands.window.viewing.frameShown, timeout=20_000):
        hands.do("open_sample")
    hands.window.stage.guide.close_button.click()


def erase_something(hands: Hands) -> int:
    """Erase a piece of object 1; gives the pixels that are left."""
    document = hands.window.document
    rows, columns = np.nonzero(document.labels(0) == 1)
    middle = len(rows) // 2
    hands.key(Qt.Key.Key_E)
    hands.drag((columns[middle], rows[middle]), (columns[middle] + 30.0, rows[middle]))
    assert document.stack.count() == 1
    return int((document.labels(0) == 1).sum())


def test_what_is_painted_on_the_sample_comes_back(sample: Hands, qtbot: QtBot) -> None:
    whole = int((sample.window.document.labels(0) == 1).sum())
    left = erase_something(sample)
    assert left < whole
    sample.do("close_project")
    show(sample, qtbot)
    assert int((sample.window.document.labels(0) == 1).sum()) == left
    notice = sample.window.stage.notice
    assert "earlier work on the sample" in notice.text
    with qtbot.waitSignal(sample.window.viewing.frameShown, timeout=20_000):
        notice.button.click()
    assert int((sample.window.document.labels(0) == 1).sum()) == whole
    assert notice.text == ""


def test_another_video_is_opened_without_losing_the_sample(
    sample: Hands, qtbot: QtBot, moving_square: MovingSquare
) -> None:
    left = erase_something(sample)
    sample.open(moving_square.path)
    show(sample, qtbot)
    assert int((sample.window.document.labels(0) == 1).sum()) == left


def test_a_sample_that_was_only_looked_at_leaves_nothing(sample: Hands, drafts: Path, qtbot: QtBot) -> None:
    sample.do("close_project")
    assert list(drafts.iterdir()) == []
    show(sample, qtbot)
    assert sample.window.stage.notice.text == ""


def test_without_drafts_closing_asks_before_work_on_the_sample_is_lost(hands: Hands, qtbot: QtBot) -> None:
    hands.window.looking.use(replace(hands.window.looking.preferences, autosave=False))
    show(hands, qtbot)
    erase_something(hands)
    hands.window.close()
    assert hands.window.isVisible()
    notice = hands.window.stage.notice
    assert "not saved anywhere yet" in notice.text
    assert notice.second_button.text() == "Close without saving"
    notice.second_button.click()
    assert not hands.window.isVisible()
