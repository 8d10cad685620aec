"""The menu bar holds every action, what was opened lately, and what undo would take back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from lipgui.actions.action_set import ActionSet
from lipgui.actions.table import ACTIONS, MENUS
from lipgui.document.document import Document
from lipgui.menus import build_menus, show_history, show_recent


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[QMainWindow]:
    made = QMainWindow()
    qtbot.addWidget(made)
    yield made
    made.close()


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_every_action_is_in_its_menu_once(window: QMainWindow) -> None:
    actions = ActionSet(window, {})
    recent = build_menus(window, actions)
    menus = dict(zip((name for name, _ in MENUS), (each.menu() for each in window.menuBar().actions()), strict=True))
    (overlays,) = (each.menu() for each in menus["view"].actions() if each.text() == "Overla&y")
    assert [each.objectName() for each in overlays.actions()] == [row.name for row in ACTIONS if row.group == "overlay"]
    found = {name: {each.objectName() for each in menu.actions()} - {""} for name, menu in menus.items()}
    found["view"].update(each.objectName() for each in overlays.actions())
    assert found == {name: {row.name for row in ACTIONS if row.menu.split(" ")[0] == name} for name in menus}
    (select,) = (each.menu() for each in menus["object"].actions() if each.text() == "&Select")
    assert [each.objectName() for each in select.actions()] == [row.name for row in ACTIONS if not row.menu]
    in_file = menus["file"].actions()
    assert in_file[in_file.index(actions["open_project"]) + 1] is recent.menuAction()
    assert not in_file[0].isSeparator()


def test_recent_paths_are_opened_and_the_list_can_be_cleared(qtbot: QtBot) -> None:
    menu, done = QMenu(), []
    qtbot.addWidget(menu)
    paths = [Path("/videos/dog.mp4"), Path("/clips/cat.lip")]
    show_recent(menu, paths, done.append, lambda: done.append("clear"))
    assert texts(menu) == ["dog.mp4   /videos", "cat.lip   /clips", "Clear this list"]
    for action in menu.actions():
        action.trigger()
    assert done == [str(paths[0]), str(paths[1]), "clear"]
    show_recent(menu, [], done.append, lambda: None)
    assert (menu.isEnabled(), texts(menu)) == (False, [])


def test_undo_and_redo_say_what_they_would_do(actions: ActionSet, document: Document) -> None:
    show_history(document, actions, in_hand=False)
    assert (actions["undo"].text(), actions["redo"].text()) == ("&Undo Add object", "&Redo")
    assert (actions["undo"].isEnabled(), actions["redo"].isEnabled()) == (True, False)
    document.undo()
    show_history(document, actions, in_hand=False)
    assert (actions["undo"].text(), actions["redo"].text()) == ("&Undo", "&Redo Add object")
    assert (actions["undo"].isEnabled(), actions["redo"].isEnabled()) == (False, True)


def test_with_a_shape_in_hand_undo_takes_back_its_last_point(actions: ActionSet, document: Document) -> None:
    document.undo()
    show_history(document, actions, in_hand=True)
    assert (actions["undo"].text(), actions["undo"].isEnabled()) == ("&Undo last point", True)


def test_no_menu_is_longer_than_a_low_screen(window: QMainWindow) -> None:
    build_menus(window, ActionSet(window, {}))
    lengths = {menu.title(): len(menu.actions()) for menu in window.findChildren(QMenu)}
    assert max(lengths.values()) <= 24, lengths
