"""Opening: dropped paths, bad input, an empty window, recent paths, and what is remembered."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lipcore.project.project import Project
from lipcore.video import open_video
from lipgui.app import build_window
from lipgui.basics.theme import DARK, LIGHT, Theme
from lipgui.controllers.session import opening
from tests.e2e.conftest import Hands
from tests.helpers import MovingSquare, write_moving_square


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "drafts_folder", lambda: tmp_path / "drafts")


def test_an_empty_window_offers_what_can_be_opened(hands: Hands) -> None:
    window = hands.window
    assert set(window.welcome.cards) == {"open_video", "open_folder", "open_project", "open_sample"}
    assert all(card.isVisible() and card.accessibleName() for card in window.welcome.cards.values())
    assert not window.timeline.isVisible()
    assert not window.actions_by_name["tune"].isEnabled()
    assert not window.actions_by_name["export"].isEnabled()


def test_a_dropped_folder_is_opened(hands: Hands, moving_square: MovingSquare, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(moving_square.path))])
    place, buttons, none = QPoint(200, 200), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, buttons, none)
    hands.window.dragEnterEvent(enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(hands.window.viewing.frameShown, timeout=20_000):
        hands.window.dropEvent(QDropEvent(place.toPointF(), Qt.DropAction.CopyAction, data, buttons, none))
    assert hands.window.document.project.frame_count == 12


def bad_paths(folder: Path) -> dict[str, Path]:
    """Things that cannot be opened."""
    (folder / "empty").mkdir()
    mixed = folder / "mixed"
    mixed.mkdir()
    for index, side in enumerate((20, 30)):
        cv2.imwrite(str(mixed / f"{index}.png"), np.zeros((side, side, 3), np.uint8))
    (folder / "noise.mp4").write_bytes(b"this is no video" * 50)
    (folder / "fake.lip").mkdir()
    names = ("empty", "mixed", "noise.mp4", "fake.lip", "missing.mp4")
    return {name: folder / name for name in names}


@pytest.mark.parametrize("name", ["empty", "mixed", "noise.mp4", "fake.lip", "missing.mp4"])
def test_what_cannot_be_opened_is_told_in_a_sentence(hands: Hands, tmp_path: Path, name: str, qtbot: QtBot) -> None:
    path = bad_paths(tmp_path)[name]
    with qtbot.waitSignal(hands.window.session.failed, timeout=20_000):
        hands.window.session.open(path)
    assert hands.window.stage.notice.text.endswith(".")
    assert not hands.window.document.is_open


def test_a_message_goes_when_something_is_opened(hands: Hands, moving_square: MovingSquare, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hands.window.session.failed, timeout=20_000):
        hands.window.session.open(moving_square.path / "missing")
    assert hands.window.stage.notice.text
    hands.open(moving_square.path)
    assert hands.window.stage.notice.text == ""


def test_a_bad_path_leaves_what_is_open(opened: Hands, tmp_path: Path, qtbot: QtBot) -> None:
    opened.paint_square()
    with qtbot.waitSignal(opened.window.session.failed, timeout=20_000):
        opened.window.session.open(tmp_path / "missing.mp4")
    assert opened.window.document.labels(0).any()


def test_a_damaged_frame_is_told_and_the_others_are_shown(opened: Hands, tmp_path: Path) -> None:
    opened.do("close_project")
    broken = write_moving_square(tmp_path / "broken")
    video = open_video(broken.path)
    (broken.path / "00009.png").write_bytes(b"damaged")
    with opened.qtbot.waitSignal(opened.window.viewing.frameShown, timeout=20_000):
        opened.window.document.open(Project.create(video), video)
    opened.go_to(9)
    assert "00009" in opened.window.stage.notice.text
    opened.go_to(3)
    assert opened.window.viewing.shown == 3


def test_recent_paths_are_listed_and_open(opened: Hands, moving_square: MovingSquare, qtbot: QtBot) -> None:
    menu = opened.window.recent_menu
    assert moving_square.path.name in menu.actions()[0].text()
    opened.do("close_project")
    with qtbot.waitSignal(opened.window.document.opened, timeout=20_000):
        menu.actions()[0].trigger()


def test_without_drafts_closing_asks_before_work_is_lost(hands: Hands, moving_square: MovingSquare) -> None:
    looking = hands.window.looking
    looking.use(replace(looking.preferences, autosave=False))
    hands.open(moving_square.path)
    hands.do("new_object")
    hands.paint_square()
    hands.window.close()
    assert hands.window.isVisible()
    notice = hands.window.stage.notice
    assert "not saved" in notice.text
    assert notice.button.text() == "Save a copy…"
    assert notice.second_button.text() == "Close without saving"
    notice.second_button.click()
    assert not hands.window.isVisible()


def test_layout_and_looks_are_remembered(hands: Hands, moving_square: MovingSquare, qtbot: QtBot) -> None:
    hands.open(moving_square.path)
    window = hands.window
    window.across.setSizes([600, 400])
    sizes = window.across.sizes()
    window.looking.set_brush_size(77)
    window.looking.set_overlay("contour")
    window.close()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme = Theme(application)
    again = build_window(segmenter_factory=lambda preferences: hands.segmenter, theme=theme)
    qtbot.addWidget(again)
    assert again.canvas.hand.brush_size == 77
    assert again.canvas.overlay == "contour"
    again.resize(window.size())
    again.show()
    with qtbot.waitSignal(again.viewing.frameShown, timeout=20_000):
        again.session.open(moving_square.path)
    assert again.across.sizes() == pytest.approx(sizes, abs=8)
    again.close()
    theme.deleteLater()


def test_colours_follow_the_system_until_one_is_chosen(hands: Hands) -> None:
    theme = hands.window.theme
    hints = QApplication.styleHints()
    hints.setColorScheme(Qt.ColorScheme.Dark)
    hints.colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    try:
        expected = DARK if hints.colorScheme() == Qt.ColorScheme.Dark else LIGHT
        assert theme.colours is expected
        hands.do("theme_dark")
        assert theme.colours is DARK
        assert QApplication.palette().window().color().name() == DARK.window
        hands.do("theme_light")
        assert theme.colours is LIGHT
        hands.do("theme_system")
        assert theme.colours is expected
    finally:
        hints.unsetColorScheme()


FIRST_WINDOW = """
import sys
from lipgui.app import build_window, make_application

application = make_application(["lip"])
window = build_window()
window.canvas.viewportMade.connect(application.quit)
window.show()
window.grab()
print(sorted({"torch", "pyqtgraph"} & set(sys.modules)))
application.exec()
print(sorted({"torch", "pyqtgraph"} & set(sys.modules)))
window.close()
"""


def test_the_first_window_waits_neither_for_the_network_nor_for_what_draws_pictures() -> None:
    run = subprocess.run([sys.executable, "-c", FIRST_WINDOW], capture_output=True, text=True, check=False)
    assert (run.stdout.splitlines(), run.returncode) == (["[]", "['pyqtgraph']"], 0), run.stderr
