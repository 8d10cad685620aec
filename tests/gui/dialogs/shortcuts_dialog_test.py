"""Changing keys: a free key is taken at once, a taken one is refused with the name of its action."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog

from lipgui.actions.action_set import ActionSet
from lipgui.dialogs.shortcuts_dialog import ShortcutsDialog


@pytest.fixture
def told() -> list[dict[str, str]]:
    return []


@pytest.fixture
def dialog(actions: ActionSet, keep: Callable[[QDialog], None], told: list[dict[str, str]]) -> ShortcutsDialog:
    made = ShortcutsDialog(actions)
    keep(made)
    made.keysChanged.connect(told.append)
    return made


def select(dialog: ShortcutsDialog, text: str) -> None:
    """Choose the only action with this text."""
    (item,) = (item for item in (dialog.tree.topLevelItem(row) for row in range(dialog.tree.topLevelItemCount()))
               if item.text(0) == text)  # fmt: skip
    dialog.tree.setCurrentItem(item)


def keys(dialog: ShortcutsDialog) -> str:
    return dialog.tree.currentItem().text(1)


def test_a_pressed_key_is_set_and_only_what_differs_is_told(
    dialog: ShortcutsDialog, told: list[dict[str, str]]
) -> None:
    select(dialog, "Export")
    dialog.key_edit.setKeySequence(QKeySequence("Ctrl+Alt+Shift+E"))
    dialog.set_button.click()
    assert told == [{"export": "Ctrl+Alt+Shift+E"}]
    assert keys(dialog) == "Ctrl+Alt+Shift+E"
    assert dialog.key_edit.keySequence().isEmpty()
    dialog.default_button.click()
    assert told[1:] == [{}]
    assert keys(dialog) == "Ctrl+E"


def test_without_a_pressed_key_nothing_is_set(dialog: ShortcutsDialog, told: list[dict[str, str]]) -> None:
    dialog.set_button.click()
    assert told == []


def test_a_taken_key_is_refused_and_says_by_what(dialog: ShortcutsDialog, told: list[dict[str, str]]) -> None:
    select(dialog, "Export")
    for taken, owner in (("Ctrl+S", "Save"), ("D", "Next frame")):
        dialog.key_edit.setKeySequence(QKeySequence(taken))
        dialog.set_button.click()
        assert dialog.message.text() == f"{taken} is taken by “{owner}”."
    assert (told, keys(dialog)) == ([], "Ctrl+E")


def test_a_key_that_was_given_up_is_free(dialog: ShortcutsDialog, told: list[dict[str, str]]) -> None:
    select(dialog, "Save")
    dialog.clear_button.click()
    assert keys(dialog) == ""
    assert dialog.bind("export", "Ctrl+S")
    assert told[-1] == {"save": "", "export": "Ctrl+S"}
    dialog.reset_button.click()
    assert told[-1] == {}
    assert keys(dialog) == "Ctrl+S"


def test_actions_are_found_by_text_and_key(dialog: ShortcutsDialog) -> None:
    for typed in ("EXPORT", "ctrl+e"):
        dialog.field.setText(typed)
        items = [dialog.tree.topLevelItem(row) for row in range(dialog.tree.topLevelItemCount())]
        seen = [item.text(0) for item in items if not item.isHidden()]
        assert "Export" in seen
        assert len(seen) < 10
