"""The window's actions as Qt has them, made from the table, with the keys that the user has chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from lipgui.actions.table import ACTIONS, MENUS, ActionRow
from lipgui.basics.icons import icon


@dataclass(frozen=True)
class Clash:
    """Two actions that want the same key."""

    key: str
    first: str
    second: str


class ActionSet(QObject):
    """The window's QActions by name; `triggered` says which one was chosen."""

    triggered = Signal(str, bool)  # name, checked

    def __init__(self, window: QWidget, own_keys: Mapping[str, str]) -> None:
        super().__init__(window)
        self._actions: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        for row in ACTIONS:
            self._actions[row.name] = self._make(row, window)
        self.bind(own_keys)
        self.refresh_icons()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def trigger(self, name: str) -> None:
        """Do an action as if it were chosen from its menu."""
        self._actions[name].trigger()

    def enable(self, names: Iterable[str], enabled: bool) -> None:
        """Make actions available or not."""
        for name in names:
            self._actions[name].setEnabled(enabled)

    def bind(self, own_keys: Mapping[str, str]) -> None:
        """Give every action its keys: the user's own where there are any, else the default."""
        for row in ACTIONS:
            keys = [QKeySequence(key) for key in split_keys(own_keys.get(row.name, row.keys))]
            action = self._actions[row.name]
            action.setShortcuts(keys)
            tip = text_of(row).replace("&", "").rstrip("…")
            shown = ", ".join(key.toString(QKeySequence.SequenceFormat.NativeText) for key in keys)
            more = QCoreApplication.translate("Actions", row.tip) if row.tip else ""
            action.setToolTip("\n".join(part for part in (f"{tip}  ({shown})" if shown else tip, more) if part))

    def keys(self) -> dict[str, str]:
        """The keys of every action as they are now, "; " between several."""
        return {name: join_keys(action.shortcuts()) for name, action in self._actions.items()}

    def grouped(self, menu: str) -> list[QAction | None]:
        """The actions of a menu in order, None for a line between two groups."""
        grouped: list[QAction | None] = []
        for row in ACTIONS:
            name, _, separator = row.menu.partition(" ")
            if name == menu:
                grouped += [None] * bool(separator) + [self._actions[row.name]]
        return grouped

    def refresh_icons(self) -> None:
        """Draw the icons in the colours of the theme."""
        for row in ACTIONS:
            if row.icon:
                self._actions[row.name].setIcon(icon(row.icon))

    def _make(self, row: ActionRow, window: QWidget) -> QAction:
        action = QAction(text_of(row), window)
        action.setObjectName(row.name)
        action.setAutoRepeat(row.repeats)
        action.setShortcutVisibleInContextMenu(True)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        if row.role:
            action.setMenuRole(getattr(QAction.MenuRole, row.role))
        if row.checkable or row.group:
            action.setCheckable(True)
        if row.group:
            group = self._groups.setdefault(row.group, QActionGroup(window))
            group.addAction(action)
        name = row.name
        action.triggered.connect(lambda checked=False: self.triggered.emit(name, checked))
        window.addAction(action)
        return action


def text_of(row: ActionRow) -> str:
    """The action's text in the user's language."""
    return QCoreApplication.translate("Actions", row.text).format(row.number)


def title_of(menu: str) -> str:
    """A menu's title in the user's language."""
    text = dict(MENUS)[menu]
    return QCoreApplication.translate("Menus", text)


def split_keys(text: str) -> list[str]:
    """Keys of a "; " separated text."""
    return [key for key in text.split("; ") if key]


def join_keys(keys: Iterable[QKeySequence]) -> str:
    """Keys as one text, "; " between them."""
    return "; ".join(key.toString(QKeySequence.SequenceFormat.PortableText) for key in keys)


def find_clash(keys: Mapping[str, str]) -> Clash | None:
    """The first pair of actions that are bound to the same key, if any."""
    owners: dict[str, str] = {}
    for name, text in keys.items():
        for key in split_keys(text):
            normal = QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
            if normal in owners and owners[normal] != name:
                return Clash(normal, owners[normal], name)
            owners[normal] = name
    return None
