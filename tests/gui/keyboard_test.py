"""Keys that go to the widget with the keyboard before the window's shortcuts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QComboBox, QListWidget, QPushButton, QSlider, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lipgui.keyboard import KeyboardGuard

KEYS = {
    "space": Qt.Key.Key_Space,
    "left": Qt.Key.Key_Left,
    "up": Qt.Key.Key_Up,
    "page": Qt.Key.Key_PageUp,
    "letter": Qt.Key.Key_B,
}


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QWidget]:
    window = QWidget()
    column = QVBoxLayout(window)
    for widget in (QPushButton("Button"), QSlider(), QComboBox(), QListWidget(), QWidget()):
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column.addWidget(widget)
    KeyboardGuard(window)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    yield window
    window.close()


def claims(window: QWidget, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> bool:
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier)
    event.ignore()
    QApplication.sendEvent(window, event)
    return event.isAccepted()


@pytest.mark.parametrize(
    ("kind", "claimed"),
    [
        (QPushButton, {"space"}),
        (QSlider, {"left", "up", "page"}),
        (QComboBox, {"space", "left", "up"}),
        (QListWidget, {"space", "up", "page"}),
    ],
)
def test_a_widget_gets_the_keys_that_it_needs(window: QWidget, kind: type[QWidget], claimed: set[str]) -> None:
    window.findChild(kind).setFocus()
    assert {name for name, key in KEYS.items() if claims(window, key)} == claimed
    assert not any(claims(window, key, Qt.KeyboardModifier.ControlModifier) for key in KEYS.values())


def test_without_such_a_widget_all_keys_are_the_windows(window: QWidget) -> None:
    window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1].setFocus()
    assert not any(claims(window, key) for key in KEYS.values())
