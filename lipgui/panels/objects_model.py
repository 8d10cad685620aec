"""The objects as a list model: what the objects panel shows and the edits it asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QImage

from lipcore.project.objects import VideoObject

Index = QModelIndex | QPersistentModelIndex


class ObjectRole(IntEnum):
    """Data of a row beyond Qt's own roles."""

    ID = Qt.ItemDataRole.UserRole + 1
    COLOUR = Qt.ItemDataRole.UserRole + 2
    SCORE = Qt.ItemDataRole.UserRole + 3  # float 0..1 or None
    THUMBNAIL = Qt.ItemDataRole.UserRole + 4  # QImage or None
    HIDDEN = Qt.ItemDataRole.UserRole + 5
    LOCKED = Qt.ItemDataRole.UserRole + 6


class ObjectsModel(QAbstractListModel):
    """Rows in the order given; an edited name is asked for, not stored: the answer comes by `show_objects`."""

    renameAsked = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self._objects: list[VideoObject] = []
        self._scores: dict[int, float] = {}
        self._thumbnails: dict[int, QImage] = {}

    def show_objects(self, objects: Sequence[VideoObject]) -> None:
        """Replace the rows; if the ids stay the same, only their contents change and the selection survives."""
        ids = [each.object_id for each in objects]
        if ids == [each.object_id for each in self._objects]:
            self._objects = list(objects)
            self._changed()
            return
        self.beginResetModel()
        self._objects = list(objects)
        self._scores = {key: score for key, score in self._scores.items() if key in ids}
        self._thumbnails = {key: image for key, image in self._thumbnails.items() if key in ids}
        self.endResetModel()

    def show_scores(self, scores: Mapping[int, float]) -> None:
        """Id scores, 0..1, on the frame in view; objects that are missing have none."""
        if dict(scores) != self._scores:
            self._scores = dict(scores)
            self._changed()

    def show_thumbnails(self, thumbnails: Mapping[int, QImage]) -> None:
        """Small pictures by id; objects that are missing have none."""
        self._thumbnails = dict(thumbnails)
        self._changed()

    def object_at(self, row: int) -> VideoObject | None:
        """The object of a row."""
        return self._objects[row] if 0 <= row < len(self._objects) else None

    def row_of(self, object_id: int) -> int:
        """The row of an object, or -1."""
        return next((row for row, each in enumerate(self._objects) if each.object_id == object_id), -1)

    # Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """How many objects."""
        return 0 if parent.isValid() else len(self._objects)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every row can be chosen and renamed in place."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.isValid() else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Everything the delegate paints and a screen reader reads."""
        each = self.object_at(index.row())
        if each is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return each.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(each)
        values = {
            ObjectRole.ID: each.object_id,
            ObjectRole.COLOUR: QColor(*each.colour),
            ObjectRole.SCORE: self._scores.get(each.object_id),
            ObjectRole.THUMBNAIL: self._thumbnails.get(each.object_id),
            ObjectRole.HIDDEN: each.hidden,
            ObjectRole.LOCKED: each.locked,
        }
        return values.get(ObjectRole(role)) if role in set(ObjectRole) else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for the new name; an empty or unchanged one is dropped."""
        each = self.object_at(index.row())
        name = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or each is None or not name or name == each.name:
            return False
        self.renameAsked.emit(each.object_id, name)
        return True

    def _spoken(self, each: VideoObject) -> str:
        words = [self.tr("Object {id}: {name}").format(id=each.object_id, name=each.name)]
        if each.name.endswith(f" {each.object_id}"):
            words = [each.name]
        score = self._scores.get(each.object_id)
        if score is not None:
            words.append(self.tr("score {score}").format(score=f"{score:.2f}"))
        if each.hidden:
            words.append(self.tr("hidden"))
        if each.locked:
            words.append(self.tr("locked"))
        return ", ".join(words)

    def _changed(self) -> None:
        if self._objects:
            self.dataChanged.emit(self.index(0), self.index(len(self._objects) - 1))
