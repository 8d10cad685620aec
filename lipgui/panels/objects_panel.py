"""The list of objects: choose, name, colour, hide, lock, add and delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QImage
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QHBoxLayout,
    QLabel,
    QListView,
    QMenu,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from lipcore.project.objects import VideoObject
from lipgui.panels.objects_delegate import ObjectDelegate, row_height
from lipgui.panels.objects_model import ObjectsModel
from lipgui.widgets.icon_button import IconButton, menu_text

_LEAST_ROWS = 2  # that are shown, even if there is one object
_ADVICE_LINES = 6  # that the words for an empty list take in a narrow panel
_LARGEST = 16_777_215  # QWIDGETSIZE_MAX: no limit


class ObjectsPanel(QWidget):
    """Shows the objects it is given and asks for every change."""

    objectSelected = Signal(int)
    objectAdded = Signal()
    objectRenamed = Signal(int, str)
    objectRecoloured = Signal(int, QColor)
    objectRemoved = Signal(int)
    visibilityChanged = Signal(int, bool)  # visible
    lockChanged = Signal(int, bool)  # locked

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Objects"))
        self.model = ObjectsModel()
        self.model.setParent(self)
        self.delegate = ObjectDelegate(self)
        self.view = QListView()
        self.count_label = QLabel()
        self.add_button = IconButton("plus", self.tr("Add"), worded=True, action="new_object")
        self.rename_button = IconButton("rename", self.tr("Rename"), self.tr("F2"))
        self.colour_button = IconButton("colour", self.tr("Change the colour"))
        self.remove_button = IconButton("trash", self.tr("Delete the object from every frame"), action="remove_object")
        self.menu_actions: Sequence[QAction] = ()  # of the window, at the end of a row's menu
        self.keys: Mapping[str, str] = {}  # of the window's actions by name, told in the menu
        self.first_button = QPushButton(self.tr("Add the first object"))
        self._advice = QLabel()
        self._pages = QStackedLayout()
        self._lay_out()
        self._connect()
        self.show_objects([])

    # What to show (none of these emits a signal)

    def show_objects(self, objects: Sequence[VideoObject]) -> None:
        """Show these objects, in this order; the selection stays if its object does."""
        selected = self.selected
        with QSignalBlocker(self.view.selectionModel()):
            self.model.show_objects(objects)
        self.show_selected(selected)
        self._pages.setCurrentIndex(1 if objects else 0)
        for each in (self._advice, self.first_button):  # a page that is not shown would keep its room
            each.setVisible(not objects)
        self._fit_rows(len(objects))
        self.count_label.setText(str(len(objects)) if objects else "")
        self.count_label.setAccessibleName(self.tr("Number of objects"))

    def show_selected(self, object_id: int) -> None:
        """Mark the object that tools work on (0: none)."""
        row = self.model.row_of(object_id)
        index = self.model.index(row) if row >= 0 else QModelIndex()
        choice = self.view.selectionModel()
        if index != choice.currentIndex() or not choice.isSelected(index):
            with QSignalBlocker(choice):
                choice.setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
                if row < 0:
                    choice.clear()
            if row >= 0:
                self.view.scrollTo(index)
            self.view.viewport().update()
        for button in (self.rename_button, self.colour_button, self.remove_button):
            button.setEnabled(row >= 0)

    def show_scores(self, scores: Mapping[int, float]) -> None:
        """Id score, 0..1, by object id on the frame in view."""
        self.model.show_scores(scores)

    def show_thumbnails(self, thumbnails: Mapping[int, QImage]) -> None:
        """A small picture by object id, about 4:3."""
        self.model.show_thumbnails(thumbnails)

    @property
    def selected(self) -> int:
        """The id of the chosen object, or 0."""
        each = self.model.object_at(self.view.currentIndex().row())
        return each.object_id if each else 0

    # What the window's actions call

    @Slot()
    def edit_name(self) -> None:
        """Type a name for the chosen object in its row."""
        if self.selected:
            self.view.setFocus()
            self.view.edit(self.view.currentIndex())

    @Slot()
    def choose_colour(self) -> None:
        """Choose a colour for the chosen object."""
        self._choose_colour(self.selected)

    @Slot()
    def remove_selected(self) -> None:
        """Ask to delete the chosen object."""
        if self.selected:
            self.objectRemoved.emit(self.selected)

    def object_menu(self) -> QMenu:
        """The menu of the chosen object; the caller shows and deletes it."""
        menu = QMenu(self)
        each = self.model.object_at(self.view.currentIndex().row())
        menu.addAction(self._with_key(self.tr("Add object"), "new_object"), self.objectAdded.emit)
        if each is not None:
            number, hidden, locked = each.object_id, each.hidden, each.locked
            menu.addSeparator()
            menu.addAction(self._with_key(self.tr("Rename"), "rename_object"), self.edit_name)
            menu.addAction(self.tr("Change the colour…"), self.choose_colour)
            show = self.tr("Show") if hidden else self.tr("Hide")
            menu.addAction(self._with_key(show, "hide_object"), lambda: self.visibilityChanged.emit(number, hidden))
            lock = self.tr("Unlock") if locked else self.tr("Lock")
            menu.addAction(self._with_key(lock, "lock_object"), lambda: self.lockChanged.emit(number, not locked))
            if self.menu_actions:
                menu.addSeparator()
                menu.addActions(list(self.menu_actions))
            menu.addSeparator()
            menu.addAction(self.tr("Delete from every frame"), self.remove_selected)
        return menu

    def _with_key(self, text: str, action: str) -> str:
        """The text of a menu's entry with the keys of the window's action that does the same."""
        return menu_text(text, self.keys.get(action, ""))

    # Inside

    def _fit_rows(self, count: int) -> None:
        """Take no more height than the rows need, so that what is below gets the rest."""
        rows = row_height(self.view.fontMetrics()) * max(count, _LEAST_ROWS) + 2 * self.view.frameWidth() + 4
        self.view.setMaximumHeight(rows)
        margins, spacing = self._column.contentsMargins(), self._column.spacing()
        around = (
            margins.top() + self._title.sizeHint().height() + self.add_button.sizeHint().height() + margins.bottom()
        )
        around += 2 * spacing
        self.setMaximumHeight(around + rows if count else _LARGEST)

    def _lay_out(self) -> None:
        gap = self.fontMetrics().height() // 2
        self.view.setModel(self.model)
        self.view.setItemDelegate(self.delegate)
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.setAccessibleName(self.tr("Objects"))
        title = self._title = QLabel(self.tr("Objects"))
        title.setObjectName("panelTitle")
        self.count_label.setObjectName("faint")
        head = QHBoxLayout()
        head.addWidget(title)
        head.addWidget(self.count_label)
        head.addStretch()
        foot = QHBoxLayout()
        foot.setSpacing(1)
        foot.addWidget(self.add_button)
        foot.addStretch()
        for button in (self.rename_button, self.colour_button, self.remove_button):
            foot.addWidget(button)
        self._pages.addWidget(self._empty_page())
        self._pages.addWidget(self.view)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(gap, gap, gap, gap)
        column.setSpacing(gap // 2)
        column.addLayout(head)
        column.addLayout(self._pages, 1)
        column.addLayout(foot)

    def _empty_page(self) -> QWidget:
        page = QWidget(self)
        heading = self.tr("No objects yet.")
        advice = self.tr("An object is what you follow through the video. Add one, then paint it on this frame.")
        text = self._advice
        text.setText(f"{heading}\n\n{advice}")
        text.setWordWrap(True)
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        text.setObjectName("faint")
        text.setMinimumHeight(_ADVICE_LINES * self.fontMetrics().lineSpacing())  # wrapped lines ask for no height
        self.first_button.setObjectName("primary")
        self.first_button.setToolTip(self.tr("Add an object"))
        column = QVBoxLayout(page)
        column.addStretch()
        column.addWidget(text)
        column.addSpacing(self.fontMetrics().height() // 2)
        column.addWidget(self.first_button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        return page

    def _connect(self) -> None:
        self.view.selectionModel().currentChanged.connect(self._on_current)
        self.view.customContextMenuRequested.connect(self._pop_up)
        self.model.renameAsked.connect(self.objectRenamed)
        self.delegate.visibilityAsked.connect(self.visibilityChanged)
        self.delegate.lockAsked.connect(self.lockChanged)
        self.delegate.colourAsked.connect(self._choose_colour)
        self.add_button.clicked.connect(self._add)
        self.first_button.clicked.connect(self._add)
        self.rename_button.clicked.connect(self.edit_name)
        self.colour_button.clicked.connect(self.choose_colour)
        self.remove_button.clicked.connect(self.remove_selected)

    @Slot()
    def _add(self) -> None:
        self.objectAdded.emit()

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, previous: QModelIndex) -> None:
        each = self.model.object_at(current.row())
        for button in (self.rename_button, self.colour_button, self.remove_button):
            button.setEnabled(each is not None)
        if each is not None:
            self.objectSelected.emit(each.object_id)

    @Slot(int)
    def _choose_colour(self, object_id: int) -> None:
        each = self.model.object_at(self.model.row_of(object_id))
        if each is None:
            return
        dialog = QColorDialog(QColor(*each.colour), self)
        dialog.setWindowTitle(self.tr("Colour of {name}").format(name=each.name))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda colour: self.objectRecoloured.emit(object_id, colour))
        dialog.open()

    @Slot(QPoint)
    def _pop_up(self, position: QPoint) -> None:
        menu = self.object_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.view.viewport().mapToGlobal(position))
