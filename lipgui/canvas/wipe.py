"""The line between before and now: a widget over the picture that is dragged, or moved by the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from lipgui.canvas.view import PictureView

_GRIP = 22  # logical pixels of the round grip
_STEP = 0.02  # of the picture's width
_DARK, _BRIGHT = QColor(0, 0, 0, 190), QColor(255, 255, 255)


class WipeLine(QWidget):
    """Lies over a view and stays on the same place of its picture; left of it is before, right of it is now."""

    moved = Signal(float)  # 0..1 of the picture's width

    def __init__(self, view: PictureView) -> None:
        super().__init__(view)
        self._view, self.place = view, 0.5
        self.setAccessibleName(self.tr("Line between before and now"))
        self.setToolTip(self.tr("Left of the line the masks are as they were before; drag it, or use the arrow keys."))
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()
        view.viewChanged.connect(self.put)
        view.installEventFilter(self)

    def show_line(self, shown: bool) -> None:
        """Show it, or not."""
        self.setVisible(shown)
        if shown:
            self.put()
            self.raise_()

    @Slot()
    def put(self) -> None:
        """Go where the line belongs now."""
        frame = self._view.picture.compositor.frame
        if frame is not None:
            x, _ = self._view.geometry_of_view.to_view(self.place * frame.shape[1], 0)
            self.setGeometry(round(x) - _GRIP // 2, 0, _GRIP, self._view.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the view."""
        if event.type() == QEvent.Type.Resize:
            self.put()
        return super().eventFilter(watched, event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the line."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            frame = self._view.picture.compositor.frame
            x = self._view.image_point(QPointF(self.mapToParent(event.position().toPoint())))[0]
            if frame is not None:
                self._move_to(x / frame.shape[1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move it a little to the left or to the right."""
        steps = {Qt.Key.Key_Left: -_STEP, Qt.Key.Key_Right: _STEP}
        if event.key() in steps:
            self._move_to(self.place + steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Claim the arrow keys before they change the frame."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right) and not event.modifiers():
                event.accept()
                return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A line with a round grip in its middle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, height = self.width() / 2, self.height()
        for pen in (QPen(_DARK, 3), QPen(_BRIGHT, 1.4)):
            painter.setPen(pen)
            painter.drawLine(QPointF(middle, 0), QPointF(middle, height))
        painter.setPen(QPen(self.palette().highlight().color() if self.hasFocus() else _DARK, 1.5))
        painter.setBrush(_BRIGHT)
        grip = QRectF(1, height / 2 - _GRIP / 2 + 1, _GRIP - 2, _GRIP - 2)
        painter.drawEllipse(grip)
        painter.setPen(QPen(_DARK, 1.6))
        for side in (-1, 1):
            tip = QPointF(middle + side * 6, height / 2)
            for slope in (-3, 3):
                painter.drawLine(tip, QPointF(middle + side * 3, height / 2 + slope))

    def _move_to(self, place: float) -> None:
        self.place = min(max(place, 0.0), 1.0)
        self.put()
        self.moved.emit(self.place)
