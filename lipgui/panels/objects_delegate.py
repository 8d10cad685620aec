"""How a row of the objects panel looks and where it can be clicked."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QHelpEvent, QImage, QMouseEvent, QPainter, QPalette, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from lipgui.basics.colours import blend
from lipgui.basics.icons import picture
from lipgui.panels.objects_model import Index, ObjectRole
from lipgui.widgets.entry_line import EntryLine

_NARROW = 13  # heights of the font: a row less wide than this shows no thumbnail


@dataclass(frozen=True)
class RowLayout:
    """Where the parts of one row lie, in the view's pixels."""

    swatch: QRect
    thumbnail: QRect
    name: QRect
    detail: QRect
    eye: QRect
    lock: QRect

    @classmethod
    def of(cls, row: QRect, metrics: QFontMetrics) -> RowLayout:
        """The layout for a row and a font."""
        em, middle = metrics.height(), row.center().y() + 1
        gap = em // 2
        side = round(em * 1.5)
        lock = QRect(row.right() - side - gap // 2, middle - side // 2, side, side)
        eye = lock.translated(-side - 1, 0)
        swatch = QRect(row.left() + gap, row.top() + gap, round(em * 0.5), row.height() - 2 * gap)
        height = row.height() - 2 * gap
        thumbnail = QRect(swatch.right() + gap, row.top() + gap, round(height * 4 / 3), height)
        if row.width() < _NARROW * em:
            thumbnail = QRect(swatch.right(), row.top() + gap, 0, height)  # the name needs the room
        left = thumbnail.right() + round(gap * 1.4)
        text_height = metrics.height()
        name = QRect(left, middle - text_height - 1, eye.left() - left - gap // 2, text_height)
        return cls(swatch, thumbnail, name, name.translated(0, text_height + 3), eye, lock)


def row_height(metrics: QFontMetrics) -> int:
    """Two lines of text and room around them, in logical pixels."""
    return round(metrics.height() * 2 + metrics.height() * 1.3)


class ObjectDelegate(QStyledItemDelegate):
    """Swatch, thumbnail, name, id and score, eye and lock; asks for what is clicked."""

    visibilityAsked = Signal(int, bool)  # visible
    lockAsked = Signal(int, bool)
    colourAsked = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pictures: dict[tuple[str, int, str, float], QPixmap] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """The same for every row."""
        return QSize(100, row_height(option.fontMetrics))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row."""
        parts = RowLayout.of(option.rect, option.fontMetrics)
        palette: QPalette = option.palette
        text = palette.color(QPalette.ColorRole.Text)
        base = palette.color(QPalette.ColorRole.Base)
        accent = palette.color(QPalette.ColorRole.Highlight)
        colour: QColor = index.data(ObjectRole.COLOUR)
        hidden, locked = bool(index.data(ObjectRole.HIDDEN)), bool(index.data(ObjectRole.LOCKED))
        faint = blend(text, base, 0.62)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        row = QRectF(option.rect).adjusted(2, 1, -2, -1)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(blend(accent, base, 0.18))
            painter.drawRoundedRect(row, 5, 5)
            painter.setPen(QPen(accent, 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(row.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            painter.setPen(Qt.PenStyle.NoPen)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(blend(text, base, 0.06))
            painter.drawRoundedRect(row, 5, 5)
        painter.setPen(QPen(blend(text, base, 0.35), 1))
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(parts.swatch).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        self._paint_thumbnail(painter, parts.thumbnail, index.data(ObjectRole.THUMBNAIL), colour, base, hidden)
        painter.setPen(faint if hidden else text)
        painter.setFont(option.font)
        name = option.fontMetrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, parts.name.width())
        painter.drawText(parts.name, Qt.AlignmentFlag.AlignVCenter, name)
        self._paint_detail(painter, parts.detail, index, text, faint, base)
        ratio = painter.device().devicePixelRatio()
        for rect, name, strong in (
            (parts.eye, "eye-off" if hidden else "eye", hidden),
            (parts.lock, "lock" if locked else "unlock", locked),
        ):
            side = round(rect.width() * 0.72)
            where = QRect(0, 0, side, side)
            where.moveCenter(rect.center())
            painter.drawPixmap(where, self._picture(name, side, text if strong else blend(text, base, 0.45), ratio))
        painter.restore()

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        """A click on eye, lock or swatch is for them, not for the row."""
        if not isinstance(event, QMouseEvent) or event.button() != Qt.MouseButton.LeftButton:
            return False
        parts = RowLayout.of(option.rect, option.fontMetrics)
        point = event.position().toPoint()
        spread = parts.swatch.adjusted(-4, 0, 4, 0)
        if not any(rect.contains(point) for rect in (parts.eye, parts.lock, spread)):
            return False
        if event.type() == QEvent.Type.MouseButtonRelease:
            object_id = int(index.data(ObjectRole.ID))
            if parts.eye.contains(point):
                self.visibilityAsked.emit(object_id, bool(index.data(ObjectRole.HIDDEN)))
            elif parts.lock.contains(point):
                self.lockAsked.emit(object_id, not index.data(ObjectRole.LOCKED))
            else:
                self.colourAsked.emit(object_id)
        return True

    def helpEvent(self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index) -> bool:
        """Say what a click would do."""
        if event.type() != QEvent.Type.ToolTip or not index.isValid():
            return super().helpEvent(event, view, option, index)
        parts = RowLayout.of(option.rect, option.fontMetrics)
        if parts.eye.contains(event.pos()):
            text = self.tr("Show") if index.data(ObjectRole.HIDDEN) else self.tr("Hide")
        elif parts.lock.contains(event.pos()):
            locked = index.data(ObjectRole.LOCKED)
            text = self.tr("Unlock") if locked else self.tr("Lock: nothing can paint over it")
        elif parts.swatch.adjusted(-4, 0, 4, 0).contains(event.pos()):
            text = self.tr("Change the colour")
        else:
            text = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
        QToolTip.showText(event.globalPos(), text, view)
        return True

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        """Edit the name where it stands."""
        parts = RowLayout.of(option.rect, option.fontMetrics)
        height = editor.sizeHint().height()
        rect = QRect(parts.name.left() - 8, 0, parts.name.width() + 10, height)
        rect.moveCenter(QRect(rect.left(), parts.name.top(), rect.width(), parts.name.height()).center())
        editor.setGeometry(rect)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A line for the name."""
        editor = EntryLine(parent)
        editor.setMaxLength(200)
        editor.setAccessibleName(self.tr("Name of the object"))
        return editor

    def _picture(self, name: str, side: int, colour: QColor, ratio: float) -> QPixmap:
        key = (name, side, colour.name(), ratio)
        if key not in self._pictures:
            self._pictures[key] = picture(name, side, colour, ratio)
        return self._pictures[key]

    def _paint_thumbnail(
        self, painter: QPainter, rect: QRect, image: QImage | None, colour: QColor, base: QColor, hidden: bool
    ) -> None:
        if rect.isEmpty():
            return
        if image is None or image.isNull():
            painter.setBrush(blend(colour, base, 0.22))
            painter.drawRoundedRect(QRectF(rect), 3, 3)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(0.4 if hidden else 1.0)
        size = image.size().scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        share = (rect.width() / size.width(), rect.height() / size.height())
        width, height = image.width() * share[0], image.height() * share[1]
        source = QRectF((image.width() - width) / 2, (image.height() - height) / 2, width, height)
        painter.drawImage(QRectF(rect), image, source)
        painter.setOpacity(1.0)

    def _paint_detail(
        self, painter: QPainter, rect: QRect, index: Index, text: QColor, faint: QColor, base: QColor
    ) -> None:
        """Second line: id, and the score on this frame as a bar and a number."""
        metrics = painter.fontMetrics()
        painter.setPen(faint)
        number = f"#{index.data(ObjectRole.ID)}"
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, number)
        score = index.data(ObjectRole.SCORE)
        if score is None:
            return
        left = rect.left() + metrics.horizontalAdvance("#000 ")
        words = f"{score:.2f}"
        room = rect.right() - left - metrics.horizontalAdvance(words)
        if room < 0:
            return  # the tool tip tells it
        room = min(room - metrics.height() // 2, metrics.height() * 4)
        if room > metrics.height():
            height = max(3.0, metrics.height() * 0.26)
            track = QRectF(left, rect.center().y() - height / 2 + 1, room, height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(blend(text, base, 0.14))
            painter.drawRoundedRect(track, height / 2, height / 2)
            painter.setBrush(blend(text, base, 0.55))
            track.setWidth(max(height, room * max(0.0, min(1.0, score))))
            painter.drawRoundedRect(track, height / 2, height / 2)
            left += room + metrics.height() // 2
        painter.setPen(faint)
        painter.drawText(
            QRect(left, rect.top(), rect.right() - left, rect.height()), Qt.AlignmentFlag.AlignVCenter, words
        )
