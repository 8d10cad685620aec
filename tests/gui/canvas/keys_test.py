"""Painting without a mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.painting import ALT, SHIFT, Painted


@pytest.fixture
def painted(qtbot: QtBot) -> Painted:
    painted = Painted(qtbot)
    painted.canvas.setFocus()
    return painted


def test_alt_and_the_arrows_move_the_pointer_from_the_middle(painted: Painted) -> None:
    places: list[tuple[int, int]] = []
    painted.canvas.cursorMoved.connect(lambda x, y: places.append((x, y)))
    painted.qtbot.keyClick(painted.canvas, Qt.Key.Key_Right, ALT | SHIFT)
    painted.qtbot.keyClick(painted.canvas, Qt.Key.Key_Down, ALT | SHIFT)
    assert places == [(41, 30), (41, 31)]
    assert painted.canvas.picture.ring is not None
    for _ in range(100):
        painted.qtbot.keyClick(painted.canvas, Qt.Key.Key_Left, ALT)
    assert places[-1] == (0, 31)


def test_alt_enter_is_the_left_button(painted: Painted) -> None:
    painted.qtbot.keyPress(painted.canvas, Qt.Key.Key_Return, ALT)
    for _ in range(10):
        painted.qtbot.keyClick(painted.canvas, Qt.Key.Key_Right, ALT | SHIFT)
    assert painted.edits == []
    painted.let_go(Qt.Key.Key_Return, ALT)
    (edit,) = painted.edits
    assert not edit.erase
    assert edit.mask[30, 40:51].all()


def test_alt_backspace_is_the_right_button(painted: Painted) -> None:
    painted.labels[:] = 1
    painted.show()
    painted.qtbot.keyPress(painted.canvas, Qt.Key.Key_Backspace, ALT)
    painted.let_go(Qt.Key.Key_Backspace, ALT)
    assert [edit.erase for edit in painted.edits] == [True]


def test_the_keys_go_on_where_the_mouse_was(painted: Painted) -> None:
    painted.move(10, 10)
    painted.qtbot.keyPress(painted.canvas, Qt.Key.Key_Return, ALT)
    painted.let_go(Qt.Key.Key_Return, ALT)
    assert painted.labels[10, 10] == 1


def test_a_polygon_by_keys(painted: Painted) -> None:
    painted.canvas.set_tool("polygon")
    for arrow in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left):
        painted.qtbot.keyPress(painted.canvas, Qt.Key.Key_Return, ALT)
        painted.let_go(Qt.Key.Key_Return, ALT)
        for _ in range(10):
            painted.qtbot.keyClick(painted.canvas, arrow, ALT)
    painted.key(Qt.Key.Key_Enter)
    (edit,) = painted.edits
    assert edit.mask.sum() == pytest.approx(32, abs=9)


def test_the_stroke_ends_when_the_keyboard_goes(painted: Painted) -> None:
    painted.qtbot.keyPress(painted.canvas, Qt.Key.Key_Return, ALT)
    QApplication.sendEvent(painted.canvas, QFocusEvent(QEvent.Type.FocusOut))
    assert len(painted.edits) == 1
    assert not painted.canvas.busy


def test_other_keys_are_left_to_the_window(painted: Painted) -> None:
    for key in (Qt.Key.Key_F, Qt.Key.Key_Left, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Backspace):
        painted.key(key)
    assert painted.edits == []
    assert not painted.canvas.busy
