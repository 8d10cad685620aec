"""The line at the bottom: a passing message, the cursor's pixel, the zoom, and whether all is saved."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from lipgui.jobs.pace import duration_text

_MESSAGE_MS = 9_000


class StatusLine(QStatusBar):
    """Shows what it is told."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.hand_label, self.position_label, self.video_label = QLabel(), QLabel(), QLabel()
        self.zoom_label, self.saved_label = QLabel(), QLabel()
        self._labels = (self.hand_label, self.position_label, self.video_label, self.zoom_label, self.saved_label)
        names = (
            *(self.tr("What the mouse buttons do"), self.tr("Pixel under the cursor"), self.tr("The video")),
            *(self.tr("Zoom"), self.tr("Saved")),
        )
        for label, name in zip(self._labels, names, strict=True):
            label.setAccessibleName(name)
            label.setToolTip(name)
            self.addPermanentWidget(label)

    @Slot(str)
    def tell(self, text: str) -> None:
        """Show a sentence for some seconds."""
        self.showMessage(text, _MESSAGE_MS)

    def show_nothing(self) -> None:
        """Nothing is open."""
        self.clearMessage()
        for label in self._labels:
            label.clear()

    def show_video(self, width: int, height: int, rate: float, frames: int) -> None:
        """Show the size in pixels, the rate in frames a second, and the length of a video."""
        length = duration_text(frames / rate) if rate > 0 else ""
        parts = [f"{width} × {height}", self.tr("{0} fps").format(f"{rate:.4g}"), length]
        parts.append(self.tr("1 frame") if frames == 1 else self.tr("{0} frames").format(frames))
        self.video_label.setText("  ·  ".join(part for part in parts if part))

    def show_swapped(self, swapped: bool) -> None:
        """Show that the left button erases, or nothing."""
        self.hand_label.setText(self.tr("X: left erases, right paints") if swapped else "")

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
