"""The buttons of the tools: they show their action as it changes, and keep nothing for a change."""

from __future__ import annotations

import ctypes
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lipgui.panels.tools_bar import ActionButton


def test_a_button_follows_its_action_and_triggers_it(qtbot: QtBot) -> None:
    group = QActionGroup(None)
    actions = [QAction(name, group) for name in ("Brush", "Eraser")]
    for action in actions:
        action.setCheckable(True)
    actions[0].setChecked(True)
    buttons = [ActionButton(action) for action in actions]
    for button in buttons:
        qtbot.addWidget(button)
        button.show()
    assert [button.isChecked() for button in buttons] == [True, False]
    heard: list[bool] = []
    actions[1].triggered.connect(lambda checked: heard.append(checked))
    QTest.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert [button.isChecked() for button in buttons] == [False, True]
    QTest.mouseClick(buttons[1], Qt.MouseButton.LeftButton)  # of a group, one stays chosen
    assert [button.isChecked() for button in buttons] == [False, True]
    assert heard == [True, True]
    actions[1].setEnabled(False)
    actions[1].setToolTip("Takes away")
    assert (buttons[1].isEnabled(), buttons[1].toolTip()) == (False, "Takes away")


@pytest.mark.skipif(sys.platform != "linux", reason="asks glibc how much is in use")
def test_a_change_of_an_action_keeps_no_memory(qtbot: QtBot) -> None:
    """A button with a default action keeps 144 bytes of every change."""

    class Usage(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in "arena o s h hblkhd us fs uordblks ford keep".split()]

    library = ctypes.CDLL(None)
    if not hasattr(library, "mallinfo2"):
        pytest.skip("an older glibc")
    library.mallinfo2.restype = Usage
    action = QAction("Brush")
    button = ActionButton(action)
    qtbot.addWidget(button)
    before = 0
    for number in range(4000):
        if number == 2000:
            before = library.mallinfo2().uordblks
        action.setEnabled(number % 2 == 0)
    assert library.mallinfo2().uordblks - before < 100_000
