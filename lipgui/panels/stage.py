"""The middle of the window: the canvas or the welcome page, with notice and guide laid over it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from lipgui.canvas.canvas import Canvas
from lipgui.canvas.side_by_side import SideBySide
from lipgui.panels.guide import Guide
from lipgui.panels.welcome import Welcome
from lipgui.widgets.notice import Notice

_MARGIN = 14
_WIDEST = 900  # pixels of a notice


class Stage(QWidget):
    """Lays out canvas, welcome page, notice and guide; knows nothing else."""

    def __init__(self, canvas: Canvas, welcome: Welcome, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas, self.welcome = canvas, welcome
        self.pictures = SideBySide(canvas)
        self._pages = QStackedWidget(self)
        self.notice = Notice(self)
        self._pages.addWidget(welcome)
        self._pages.addWidget(self.pictures)
        self.guide = Guide(self)
        for over in (self.guide, self.notice):
            over.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pages, 1)
        self._painted = QTimer(self, singleShot=True, interval=0)
        self._painted.timeout.connect(canvas.make_view)

    def show_canvas(self, shown: bool) -> None:
        """Show the canvas, or the welcome page."""
        self._pages.setCurrentWidget(self.pictures if shown else self.welcome)
        if not shown:
            self.guide.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Let the canvas get ready, once there is something to look at."""
        super().paintEvent(event)
        self._painted.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep notice and guide where they belong."""
        super().resizeEvent(event)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Place the guide and the notice when their sizes change; nothing below them moves."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.LayoutRequest):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        """The guide in the upper right corner, the notice along the lower edge."""
        self.guide.move(self.width() - self.guide.width() - _MARGIN, _MARGIN)
        width = max(200, min(self.width() - 2 * _MARGIN, _WIDEST))
        height = (
            self.notice.heightForWidth(width) if self.notice.hasHeightForWidth() else self.notice.sizeHint().height()
        )
        self.notice.setGeometry((self.width() - width) // 2, self.height() - height - _MARGIN, width, height)
