from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLineEdit, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lipcore.project.objects import VideoObject
from lipgui.panels.objects_panel import ObjectsPanel
from lipgui.timeline.playing.transport import Transport


class Window(QMainWindow):
    """A window whose shortcuts want Enter and Esc, with a transport and the objects in it."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[str] = []
        for keys in ("Return", "Esc"):
            action = QAction(self)
            action.setShortcut(QKeySequence(keys))
            action.triggered.connect(lambda checked=False, keys=keys: self.taken.append(keys))
            self.addAction(action)
        self.transport, self.panel = Transport(), ObjectsPanel()
        self.transport.show_video(100, 25.0)
        self.panel.show_objects([VideoObject(3, "Dog", (200, 0, 0))])
        self.panel.show_selected(3)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.addWidget(self.transport)
        column.addWidget(self.panel)
        self.setCentralWidget(middle)


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    window = Window()
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window


def test_enter_in_a_field_is_not_the_windows(qtbot: QtBot, window: Window) -> None:
    for field, text, frame in (
        (window.transport.frame_field, "42", 42),
        (window.transport.timecode_field, "2:10", 60),
    ):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)
        with qtbot.waitSignal(window.transport.frameRequested) as asked:
            qtbot.keyClick(field, Qt.Key.Key_Return)
        assert asked.args == [frame]
        assert not field.hasFocus()  # so that the arrow keys move through the video again
    assert window.taken == []


def test_enter_and_escape_in_a_name_are_not_the_windows(qtbot: QtBot, window: Window) -> None:
    window.panel.edit_name()
    editor = window.panel.view.findChild(QLineEdit)
    qtbot.keyClicks(editor, "Cat")
    with qtbot.waitSignal(window.panel.objectRenamed) as renamed:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert renamed.args == [3, "Cat"]
    window.panel.edit_name()
    editor = window.panel.view.findChildren(QLineEdit)[-1]
    qtbot.keyClicks(editor, "Horse")
    with qtbot.assertNotEmitted(window.panel.objectRenamed):
        qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert window.taken == []


def test_escape_is_the_windows_unless_something_is_typed(qtbot: QtBot, window: Window) -> None:
    field = window.transport.frame_field
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert window.taken == ["Esc"]
    field.selectAll()
    qtbot.keyClicks(field, "7")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert window.taken == ["Esc"]
    assert field.text() == "0"
