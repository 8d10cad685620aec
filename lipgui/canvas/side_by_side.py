"""The canvas, and beside it, if wanted, the same picture with the masks of before."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from lipgui.canvas.canvas import Canvas
from lipgui.canvas.view import PictureView


class SideBySide(QWidget):
    """Lays `before` out left of the canvas, of the same size, and keeps its picture where the canvas has it."""

    def __init__(self, canvas: Canvas, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas, self.before = canvas, PictureView()
        self.before.setAccessibleName(self.tr("The frame before"))
        self._titles = [QLabel(self.tr("Before")), QLabel(self.tr("Now"))]
        self._left = QWidget()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        right = QWidget()
        for place, view, title in ((self._left, self.before, self._titles[0]), (right, canvas, self._titles[1])):
            title.setObjectName("viewTitle")
            column = QVBoxLayout(place)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            column.addWidget(title)
            column.addWidget(view, 1)
            row.addWidget(place, 1)
        canvas.viewChanged.connect(self.follow)
        self.show_before(False)

    @property
    def is_shown(self) -> bool:
        """Whether the picture of before is beside the canvas."""
        return not self._left.isHidden()

    def show_before(self, shown: bool) -> None:
        """Show the picture of before, or not."""
        self._left.setVisible(shown)
        for title in self._titles:
            title.setVisible(shown)

    def say(self, text: str) -> None:
        """What the picture on the left shows."""
        self._titles[0].setText(text)

    @Slot()
    def follow(self) -> None:
        """Let the picture of before lie as the canvas has it."""
        if self.is_shown and self.before.has_frame:
            self.before.follow(self.canvas)
