"""Which keys a widget with the keyboard keeps for itself, and which the window's shortcuts get."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QListWidget,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lipgui.keyboard import KeyboardGuard

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window with one widget of each kind, named by it, and one that is guarded from nothing."""
    made = QWidget()
    qtbot.addWidget(made)
    column = QVBoxLayout(made)
    for name, widget in (
        ("button", QPushButton()),
        ("slider", QSlider()),
        ("choice", QComboBox()),
        ("list", QListWidget()),
        ("label", QLabel()),
    ):
        widget.setObjectName(name)
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column.addWidget(widget)
    KeyboardGuard(made)
    return made


def is_kept(window: QWidget, name: str, key: Key, modifier: Modifier = Modifier.NoModifier) -> bool:
    """Whether a key that is pressed in a widget is kept from the window's shortcuts."""
    widget = window.findChild(QWidget, name)
    widget.setFocus()
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier)
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


@pytest.mark.parametrize(
    ("name", "kept", "left"),
    [
        ("button", [Key.Key_Space, Key.Key_Return, Key.Key_Enter], [Key.Key_Right, Key.Key_Down, Key.Key_F]),
        ("slider", [Key.Key_Left, Key.Key_Up, Key.Key_Home, Key.Key_PageUp], [Key.Key_Space, Key.Key_F]),
        ("choice", [Key.Key_Down, Key.Key_End, Key.Key_Space], [Key.Key_PageDown, Key.Key_F5]),
        ("list", [Key.Key_Up, Key.Key_End, Key.Key_PageDown, Key.Key_Return], [Key.Key_Left, Key.Key_F5]),
        ("label", [], [Key.Key_Space, Key.Key_Right, Key.Key_Return]),
    ],
)
def test_each_kind_keeps_what_moves_or_presses_it(window: QWidget, name: str, kept: list[Key], left: list[Key]) -> None:
    assert [key for key in kept if not is_kept(window, name, key)] == []
    assert [key for key in left if is_kept(window, name, key)] == []


def test_keys_with_ctrl_are_the_windows_and_those_of_the_keypad_are_kept(window: QWidget) -> None:
    assert not is_kept(window, "slider", Key.Key_Right, Modifier.ControlModifier)
    assert not is_kept(window, "button", Key.Key_Space, Modifier.ShiftModifier)
    assert is_kept(window, "slider", Key.Key_Right, Modifier.KeypadModifier)
