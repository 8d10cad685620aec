"""The sheet that F1 shows: every action with its keys, found by typing; Enter does it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSortFilterProxyModel, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QHeaderView, QLabel, QLineEdit, QTreeView, QVBoxLayout, QWidget

from lipgui.actions.action_set import ActionSet, split_keys, text_of, title_of
from lipgui.actions.table import ACTIONS
from lipgui.basics.translation import QT_TRANSLATE_NOOP

# What the hand does on the canvas; these are no actions and cannot be bound to other keys.
GESTURES = (
    (QT_TRANSLATE_NOOP("Gestures", "Zoom at the cursor"), QT_TRANSLATE_NOOP("Gestures", "wheel")),
    (QT_TRANSLATE_NOOP("Gestures", "Move the picture"), QT_TRANSLATE_NOOP("Gestures", "middle-drag, Space+drag")),
    (
        QT_TRANSLATE_NOOP("Gestures", "Change the brush size"),
        QT_TRANSLATE_NOOP("Gestures", "Shift+wheel, Alt+right-drag or Shift+right-drag"),
    ),
    (QT_TRANSLATE_NOOP("Gestures", "Paint"), QT_TRANSLATE_NOOP("Gestures", "left button")),
    (QT_TRANSLATE_NOOP("Gestures", "Erase"), QT_TRANSLATE_NOOP("Gestures", "right button")),
    (QT_TRANSLATE_NOOP("Gestures", "Select the object under the cursor"), QT_TRANSLATE_NOOP("Gestures", "Alt+click")),
    (QT_TRANSLATE_NOOP("Gestures", "See the frame without masks"), QT_TRANSLATE_NOOP("Gestures", "hold Tab")),
    (
        QT_TRANSLATE_NOOP("Gestures", "Select a range of frames"),
        QT_TRANSLATE_NOOP("Gestures", "drag over a lane of the timeline, Ctrl+Shift+arrows in it"),
    ),
    (
        QT_TRANSLATE_NOOP("Gestures", "Select a range of all objects"),
        QT_TRANSLATE_NOOP("Gestures", "drag over several lanes"),
    ),
    (
        QT_TRANSLATE_NOOP("Gestures", "Set the working range"),
        QT_TRANSLATE_NOOP("Gestures", "drag the brackets on the ruler"),
    ),
    (QT_TRANSLATE_NOOP("Gestures", "Zoom the timeline at the cursor"), QT_TRANSLATE_NOOP("Gestures", "wheel over it")),
    (
        QT_TRANSLATE_NOOP("Gestures", "Move the timeline"),
        QT_TRANSLATE_NOOP("Gestures", "Shift+wheel or middle-drag over it"),
    ),
)


class HelpSheet(QDialog):
    """Lists actions and gestures; not modal."""

    chosen = Signal(str)  # an action's name

    def __init__(self, actions: ActionSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Find an action or key"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("Type what you want to do, or a key"))
        self.field.setAccessibleName(self.tr("Search"))
        self.field.setClearButtonEnabled(True)
        self._model = QStandardItemModel(0, 3, self)
        self._model.setHorizontalHeaderLabels([self.tr("What"), self.tr("Keys"), self.tr("Where")])
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(self._model)
        self._proxy.setFilterKeyColumn(-1)
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.view = QTreeView()
        self.view.setModel(self._proxy)
        self.view.setRootIsDecorated(False)
        self.view.setUniformRowHeights(True)
        self.view.setAccessibleName(self.tr("Actions and keys"))
        self._fill(actions)
        hint = QLabel(self.tr("Enter does the marked action. Keys can be changed in Edit › Keyboard shortcuts."))
        hint.setObjectName("faint")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 10)
        for widget in (self.field, self.view, hint):
            column.addWidget(widget)
        self.resize(620, 560)
        self.field.textChanged.connect(self._on_text)
        self.field.returnPressed.connect(self._choose)
        self.view.activated.connect(self._choose)
        self._on_text("")

    def rows(self) -> list[tuple[str, str]]:
        """Texts and keys that are listed now."""
        return [
            (str(self._proxy.index(row, 0).data()), str(self._proxy.index(row, 1).data()))
            for row in range(self._proxy.rowCount())
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down move through the list while one types."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            self._mark(self.view.currentIndex().row() + step)
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _on_text(self, text: str) -> None:
        self._proxy.setFilterFixedString(text.strip())
        self._mark(0)

    @Slot()
    def _choose(self) -> None:
        name = self.view.currentIndex().siblingAtColumn(0).data(Qt.ItemDataRole.UserRole)
        if name:
            self.close()
            self.chosen.emit(str(name))

    def _mark(self, row: int) -> None:
        if 0 <= row < self._proxy.rowCount():
            self.view.setCurrentIndex(self._proxy.index(row, 0))

    def _fill(self, actions: ActionSet) -> None:
        keys = actions.keys()
        menu = ""
        for row in ACTIONS:
            menu = row.menu.split(" ")[0] or "object"
            text = text_of(row).replace("&", "").rstrip("…")
            shown = ", ".join(native(key) for key in split_keys(keys[row.name]))
            self._add(text, shown, title_of(menu).replace("&", ""), row.name)
        for gesture in GESTURES:
            what, how = (QCoreApplication.translate("Gestures", text) for text in gesture)
            self._add(what, how, self.tr("Canvas and timeline"), "")
        header = self.view.header()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        for column, width in ((1, 215), (2, 130)):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            header.resizeSection(column, width)

    def _add(self, text: str, keys: str, where: str, name: str) -> None:
        items = [QStandardItem(part) for part in (text, keys, where)]
        items[0].setData(name, Qt.ItemDataRole.UserRole)
        for item in items:
            item.setEditable(False)
        self._model.appendRow(items)


def native(key: str) -> str:
    """A key as the system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
