"""The menu bar, made from the table of actions, with the recent files in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMainWindow, QMenu

from lipgui.actions.action_set import ActionSet, title_of
from lipgui.actions.table import ACTIONS, MENUS
from lipgui.document.document import Document


def build_menus(window: QMainWindow, actions: ActionSet) -> QMenu:
    """Fill the window's menu bar; gives the empty menu of recent paths."""
    menus = {name: window.menuBar().addMenu(title_of(name)) for name, _ in MENUS}
    recent = QMenu(QCoreApplication.translate("Menus", "Open &recent"), window)
    select = QMenu(QCoreApplication.translate("Menus", "&Select"), window)
    overlays = QMenu(QCoreApplication.translate("Menus", "Overla&y"), window)
    for row in ACTIONS:
        name, _, separator = row.menu.partition(" ")
        if not name:
            select.addAction(actions[row.name])
            continue
        if separator:
            menus[name].addSeparator()
        if row.group == "overlay" and overlays.isEmpty():
            menus[name].addMenu(overlays)
        (overlays if row.group == "overlay" else menus[name]).addAction(actions[row.name])
        if row.name == "open_project":
            menus["file"].addMenu(recent)
    menus["object"].addSeparator()
    menus["object"].addMenu(select)
    return recent


def show_recent(
    menu: QMenu, paths: Sequence[Path], open_name: Callable[[str], None], clear: Callable[[], None]
) -> None:
    """List the recent paths, newest first."""
    menu.clear()
    for path in paths:
        menu.addAction(f"{path.name}   {path.parent}", partial(open_name, str(path)))
    menu.setEnabled(bool(paths))
    if paths:
        menu.addSeparator()
        menu.addAction(QCoreApplication.translate("Menus", "Clear this list"), clear)


def show_history(document: Document, actions: ActionSet, in_hand: bool) -> None:
    """Say in the menu what undo and redo would do; with a shape in hand, undo takes back its last point."""
    undo, redo, stack = actions["undo"], actions["redo"], document.stack
    undo.setEnabled(in_hand or document.can_undo())
    redo.setEnabled(stack.canRedo())
    last = QCoreApplication.translate("Menus", "last point") if in_hand else stack.undoText()
    undo.setText(QCoreApplication.translate("Menus", "&Undo {0}").format(last).strip())
    redo.setText(QCoreApplication.translate("Menus", "&Redo {0}").format(stack.redoText()).strip())
