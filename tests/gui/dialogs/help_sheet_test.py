"""The sheet of actions and keys: found by what they do or by their key, done by Enter."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from lipgui.actions.action_set import ActionSet
from lipgui.actions.table import ACTIONS
from lipgui.dialogs.help_sheet import GESTURES, HelpSheet


@pytest.fixture
def sheet(actions: ActionSet, keep: Callable[[QDialog], None]) -> HelpSheet:
    made = HelpSheet(actions)
    keep(made)
    return made


def test_it_lists_every_action_and_gesture_with_the_keys_of_now(
    actions: ActionSet, sheet: HelpSheet, keep: Callable[[QDialog], None]
) -> None:
    assert len(sheet.rows()) == len(ACTIONS) + len(GESTURES)
    assert ("Export", "Ctrl+E") in sheet.rows()
    actions.bind({"export": "Ctrl+Alt+E"})
    later = HelpSheet(actions)
    keep(later)
    assert ("Export", "Ctrl+Alt+E") in later.rows()


@pytest.mark.parametrize("typed", ["export", "  EXPORT ", "ctrl+e"])
def test_what_is_typed_is_found_in_texts_and_keys(sheet: HelpSheet, typed: str) -> None:
    sheet.field.setText(typed)
    assert ("Export", "Ctrl+E") in sheet.rows()
    assert len(sheet.rows()) < 10


def test_enter_does_the_first_that_is_found(qtbot: QtBot, sheet: HelpSheet) -> None:
    sheet.field.setText("ctrl+e")
    with qtbot.waitSignal(sheet.chosen) as chosen:
        qtbot.keyClick(sheet.field, Qt.Key.Key_Return)
    assert chosen.args == ["export"]
    assert sheet.isHidden()


def test_the_arrow_keys_mark_another_while_one_types(qtbot: QtBot, sheet: HelpSheet) -> None:
    sheet.field.setText("open")
    marked = [sheet.view.currentIndex().row()]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Up):
        qtbot.keyClick(sheet.field, key)
        marked.append(sheet.view.currentIndex().row())
    assert marked == [0, 1, 2, 1, 0, 0]


@pytest.mark.parametrize("typed", ["hold Tab", "there is no such thing"])
def test_enter_on_a_gesture_or_on_nothing_does_nothing(qtbot: QtBot, sheet: HelpSheet, typed: str) -> None:
    sheet.field.setText(typed)
    with qtbot.assertNotEmitted(sheet.chosen):
        qtbot.keyClick(sheet.field, Qt.Key.Key_Return)
