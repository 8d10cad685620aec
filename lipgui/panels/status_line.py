"""The line at the bottom: a passing message, the cursor's pixel, the zoom, and whether all is saved."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

_MESSAGE_MS = 9_000


class StatusLine(QStatusBar):
    """Shows what it is told."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.position_label, self.zoom_label, self.saved_label = QLabel(), QLabel(), QLabel()
        names = (self.tr("Pixel under the cursor"), self.tr("Zoom"), self.tr("Saved"))
        for label, name in zip((self.position_label, self.zoom_label, self.saved_label), names, strict=True):
            label.setAccessibleName(name)
            label.setToolTip(name)
            self.addPermanentWidget(label)

    @Slot(str)
    def tell(self, text: str) -> None:
        """Show a sentence for some seconds."""
        self.showMessage(text, _MESSAGE_MS)

    @Slot(float)
    def show_zoom(self, zoom: float) -> None:
        """Show the zoom, 1.0 as 100 %."""
        self.zoom_label.setText(f"{zoom:.0%}".replace("%", " %"))

    @Slot(int, int)
    def show_position(self, x: int, y: int) -> None:
        """Show the pixel under the cursor; -1, -1 for none."""
        self.position_label.setText(f"{x}, {y}" if x >= 0 else "")

    @Slot(str)
    def show_saved(self, text: str) -> None:
        """Show whether all is saved."""
        self.saved_label.setText(text)
