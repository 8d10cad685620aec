"""The middle of the window: the canvas or the welcome page, with the notice above and the guide over it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from lipgui.canvas.canvas import Canvas
from lipgui.panels.guide import Guide
from lipgui.panels.welcome import Welcome
from lipgui.widgets.notice import Notice

_MARGIN = 14


class Stage(QWidget):
    """Lays out canvas, welcome page, notice and guide; knows nothing else."""

    def __init__(self, canvas: Canvas, welcome: Welcome, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas, self.welcome = canvas, welcome
        self.notice = Notice(self)
        self._pages = QStackedWidget()
        self._pages.addWidget(welcome)
        self._pages.addWidget(canvas)
        self.guide = Guide(self._pages)
        self.guide.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self._pages, 1)

    def show_canvas(self, shown: bool) -> None:
        """Show the canvas, or the welcome page."""
        self._pages.setCurrentWidget(self.canvas if shown else self.welcome)
        if not shown:
            self.guide.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the guide in its corner."""
        super().resizeEvent(event)
        self._place_guide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Place the guide when its size changes."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place_guide()
        return super().eventFilter(watched, event)

    def _place_guide(self) -> None:
        size = self.guide.size()
        self.guide.move(self._pages.width() - size.width() - _MARGIN, self._pages.height() - size.height() - _MARGIN)
