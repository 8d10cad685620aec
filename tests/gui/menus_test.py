"""The menu bar of the table of actions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from lipgui.actions.action_set import ActionSet
from lipgui.actions.table import ACTIONS
from lipgui.document import edits
from lipgui.document.document import Document
from lipgui.menus import build_menus, show_history, show_recent


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QMainWindow]:
    window = QMainWindow()
    qtbot.addWidget(window)
    yield window
    window.close()


def named(menu: QMenu) -> list[str]:
    """Names of actions in order, submenus' own included in their place, "-" for a line."""
    names = []
    for action in menu.actions():
        inner = action.menu()
        names += named(inner) if isinstance(inner, QMenu) else ["-" if action.isSeparator() else action.objectName()]
    return names


def test_every_action_is_in_one_menu(window: QMainWindow, actions: ActionSet) -> None:
    build_menus(window, actions)
    menus = [action.menu() for action in window.menuBar().actions()]
    found = [name for menu in menus for name in named(menu)]
    assert sorted(name for name in found if name != "-") == sorted(row.name for row in ACTIONS)
    assert named(menus[0])[:5] == ["open_video", "open_folder", "open_project", "open_sample", "-"]


def test_recent_paths_are_opened_and_cleared_from_their_menu(window: QMainWindow, actions: ActionSet) -> None:
    recent, opened, cleared = build_menus(window, actions), list[str](), list[int]()
    paths = [Path("a") / "one.mp4", Path("b") / "two.mp4"]
    for _ in range(2):
        show_recent(recent, paths, opened.append, lambda: cleared.append(1))
    entries = recent.actions()
    assert [each.isSeparator() for each in entries] == [False, False, True, False]
    entries[1].trigger()
    entries[3].trigger()
    assert (opened, cleared) == ([str(paths[1])], [1])
    show_recent(recent, [], opened.append, lambda: None)
    assert not recent.isEnabled()


def test_undo_and_redo_say_what_they_would_do(document: Document, actions: ActionSet) -> None:
    undo, redo = actions["undo"], actions["redo"]
    show_history(document, actions, in_hand=False)
    assert (undo.text(), undo.isEnabled(), redo.isEnabled()) == ("&Undo Add object", True, False)
    edits.remove_object(document, 1)
    document.undo()
    show_history(document, actions, in_hand=False)
    assert (redo.text(), redo.isEnabled()) == ("&Redo Remove object", True)
    document.undo()
    show_history(document, actions, in_hand=False)
    assert not undo.isEnabled()
    show_history(document, actions, in_hand=True)
    assert (undo.text(), undo.isEnabled()) == ("&Undo last point", True)
