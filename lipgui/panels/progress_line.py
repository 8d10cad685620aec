"""A thin progress bar that looks right in both themes."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPalette, QShowEvent
from PySide6.QtWidgets import QProgressBar, QWidget

from lipgui.basics.colours import blend

_TICK = 40  # milliseconds between two pictures of the busy bar
_ROUND = 1.6  # seconds in which the busy bar crosses


class ProgressLine(QProgressBar):
    """A QProgressBar without text; with the range 0..0 a short piece wanders along it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)
        self._phase = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._wander)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the track and the part that is done."""
        palette = self.palette()
        text, window = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(self.rect())
        radius = track.height() / 2
        painter.setBrush(blend(text, window, 0.16))
        painter.drawRoundedRect(track, radius, radius)
        painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
        if self._busy:
            painter.setClipRect(track)
            piece = track.width() * 0.25
            track.setLeft((track.width() + piece) * self._phase - piece)
            track.setWidth(piece)
            painter.drawRoundedRect(track, radius, radius)
        elif self.value() > self.minimum():
            share = (self.value() - self.minimum()) / (self.maximum() - self.minimum())
            track.setWidth(max(track.height(), track.width() * share))
            painter.drawRoundedRect(track, radius, radius)
        painter.end()

    def showEvent(self, event: QShowEvent) -> None:
        """Wander only while it can be seen."""
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stand still."""
        super().hideEvent(event)
        self._timer.stop()

    @property
    def _busy(self) -> bool:
        return self.minimum() == self.maximum()

    @Slot()
    def _wander(self) -> None:
        if self._busy:
            self._phase = (self._phase + _TICK / 1000 / _ROUND) % 1.0
            self.update()
