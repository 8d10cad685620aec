"""A field for a frame number: type and press Enter, or step with the arrow keys and the wheel."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIntValidator, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from lipgui.widgets.entry_line import EntryLine


class FrameField(EntryLine):
    """Holds a whole number from 0 to `last`; emits only what the user enters."""

    frameEntered = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame, self._last = 0, 0
        self.setValidator(QIntValidator(0, 2**31 - 1, self))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self._entered)
        self.show_range(0)

    def show_range(self, last: int) -> None:
        """Allow frames up to `last` and be wide enough for them."""
        self._last = last
        metrics = self.fontMetrics()
        self.setFixedWidth(metrics.horizontalAdvance("0" * max(4, len(str(last)))) + 2 * metrics.height())

    def show_frame(self, frame: int) -> None:
        """Show `frame`, unless a number is being typed."""
        self._frame = frame
        if not self.isModified():
            self.setText(str(frame))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down step, Enter and Esc leave the field, Esc takes back what was typed."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step(1 if event.key() == Qt.Key.Key_Up else -1)
        elif event.key() == Qt.Key.Key_Escape and self.isModified():
            self.setText(str(self._frame))
            self.clearFocus()
        else:
            super().keyPressEvent(event)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.clearFocus()  # so that the arrow keys move through the video again

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One frame per notch."""
        notches = round(event.angleDelta().y() / 120)
        if notches:
            self._step(notches)
        event.accept()

    @Slot()
    def _entered(self) -> None:
        if self.isModified():
            frame = min(self._last, int(self.text() or self._frame))
            self.setText(str(frame))
            self._ask(frame)

    def _step(self, by: int) -> None:
        frame = max(0, min(self._last, self._frame + by))
        self.setText(str(frame))
        self._ask(frame)

    def _ask(self, frame: int) -> None:
        if frame != self._frame:
            self._frame = frame
            self.frameEntered.emit(frame)
