"""Changing the keys: press a new one for an action; one that is taken is refused, and says by what."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lipgui.actions.action_set import ActionSet, find_clash, split_keys, text_of
from lipgui.actions.table import ACTIONS
from lipgui.dialogs.help_sheet import native

_DEFAULTS = {row.name: row.keys for row in ACTIONS}
_ROWS = {row.name: row for row in ACTIONS}


class ShortcutsDialog(QDialog):
    """Edits the keys of all actions; they take effect at once."""

    keysChanged = Signal(object)  # only those that differ from the defaults: {name: keys}

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._keys = actions.keys()
        self._items: list[QTreeWidgetItem] = []
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Search"))
        self.field.setAccessibleName(self.tr("Search"))
        self.tree = QTreeWidget()
        self.tree.setHeaderLabels([self.tr("Action"), self.tr("Keys")])
        self.tree.setRootIsDecorated(False)
        self.tree.setAccessibleName(self.tr("Actions"))
        self.key_edit = QKeySequenceEdit()
        self.key_edit.setAccessibleName(self.tr("New key"))
        self.set_button = QPushButton(self.tr("Set"))
        self.default_button = QPushButton(self.tr("Default"))
        self.clear_button = QPushButton(self.tr("No key"))
        self.message = QLabel(self.tr("Choose an action, press its new key, then Set."))
        self.message.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.reset_button = buttons.addButton(self.tr("All defaults"), QDialogButtonBox.ButtonRole.ResetRole)
        self.reset_button.setAutoDefault(False)
        row = QHBoxLayout()
        row.addWidget(self.key_edit, 1)
        for button in (self.set_button, self.clear_button, self.default_button):
            button.setAutoDefault(False)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 10)
        column.addWidget(self.field)
        column.addWidget(self.tree, 1)
        column.addLayout(row)
        column.addWidget(self.message)
        column.addWidget(buttons)
        self.resize(560, 560)
        self._fill()
        self.field.textChanged.connect(self._filter)
        self.set_button.clicked.connect(self._set)
        self.clear_button.clicked.connect(lambda: self.bind(self.selected, ""))
        self.default_button.clicked.connect(lambda: self.bind(self.selected, _DEFAULTS[self.selected]))
        self.reset_button.clicked.connect(self._reset)
        buttons.rejected.connect(self.reject)

    @property
    def selected(self) -> str:
        """The name of the chosen action."""
        item = self.tree.currentItem() or self._items[0]
        return str(item.data(0, Qt.ItemDataRole.UserRole))

    def bind(self, name: str, keys: str) -> bool:
        """Give an action other keys; False, and nothing changes, if one of them is taken."""
        wanted = {**self._keys, name: keys}
        clash = find_clash(wanted)
        if clash is not None:
            other = clash.second if clash.first == name else clash.first
            self.message.setText(self.tr("{0} is taken by “{1}”.").format(native(clash.key), _plain_text(other)))
            return False
        self._keys = wanted
        self._show_keys()
        self.message.setText(self.tr("“{0}” is changed.").format(_plain_text(name)))
        self.keysChanged.emit({key: text for key, text in self._keys.items() if not _same(text, _DEFAULTS[key])})
        return True

    @Slot()
    def _set(self) -> None:
        key = self.key_edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        if key and self.bind(self.selected, key):
            self.key_edit.clear()

    @Slot()
    def _reset(self) -> None:
        self._keys = dict(_DEFAULTS)
        self._show_keys()
        self.keysChanged.emit({})

    @Slot(str)
    def _filter(self, text: str) -> None:
        for item in self._items:
            item.setHidden(text.lower() not in f"{item.text(0)} {item.text(1)}".lower())

    def _fill(self) -> None:
        for row in ACTIONS:
            item = QTreeWidgetItem([_plain_text(row.name), ""])
            item.setData(0, Qt.ItemDataRole.UserRole, row.name)
            self.tree.addTopLevelItem(item)
            self._items.append(item)
        self._show_keys()
        self.tree.setColumnWidth(0, 330)
        self.tree.setCurrentItem(self._items[0])

    def _show_keys(self) -> None:
        for item in self._items:
            keys = split_keys(self._keys[str(item.data(0, Qt.ItemDataRole.UserRole))])
            item.setText(1, ", ".join(native(key) for key in keys))


def _plain_text(name: str) -> str:
    """What an action is called, without the marks of a menu."""
    return text_of(_ROWS[name]).replace("&", "").rstrip("…")


def _same(first: str, second: str) -> bool:
    return [QKeySequence(key) for key in split_keys(first)] == [QKeySequence(key) for key in split_keys(second)]
