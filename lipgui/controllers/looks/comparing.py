"""Before and after a correction: side by side, or with a line to wipe from one to the other."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot

from lipgui.actions.dispatch import Answers
from lipgui.canvas.canvas import Canvas
from lipgui.canvas.side_by_side import SideBySide
from lipgui.canvas.wipe import WipeLine
from lipgui.controllers.canvas_presenter import Viewing
from lipgui.document.document import Document


class Comparing(QObject):
    """Before is what the last run replaced on the frame in view or, where none did, what the last edit replaced."""

    switched = Signal(bool, bool)  # whether there is a wipe, and whether there are two pictures

    def __init__(
        self, document: Document, canvas: Canvas, viewing: Viewing, pictures: SideBySide, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._canvas, self._viewing, self._pictures = document, canvas, viewing, pictures
        self.line = WipeLine(canvas)
        self._wiping = False
        viewing.frameShown.connect(self.refresh)
        later = Qt.ConnectionType.QueuedConnection  # when the history holds the edit, or no longer
        document.frames_edited.connect(self.refresh, later)
        document.closed.connect(self._leave)
        self.line.moved.connect(self.refresh)

    def answers(self) -> Answers:
        """What answers which action."""
        return {
            "side_by_side": self.side_by_side,
            "wipe": self.wipe,
        }

    def wipe(self, wanted: bool) -> None:
        """Lay a line over the picture: left of it the masks of before, right of it those of now; or not."""
        self._switch(wanted, False)

    def side_by_side(self, wanted: bool) -> None:
        """Show the masks of before beside those of now, or not."""
        self._switch(False, wanted)

    def _switch(self, wiping: bool, beside: bool) -> None:
        self._wiping = wiping
        self._pictures.show_before(beside)
        self.switched.emit(wiping, beside)
        self.refresh()

    @Slot()
    def _leave(self) -> None:
        self._switch(False, False)

    @Slot()
    def refresh(self) -> None:
        """Show before and now as they are."""
        document, frame, pixels = self._document, self._viewing.shown, self._viewing.pixels
        self.line.show_line(self._wiping)
        if not document.is_open or frame < 0 or pixels is None:
            return
        if not self._wiping and not self._pictures.is_shown:
            self._canvas.show_before(None)
            return
        before = document.before_correction(frame)
        shown = document.labels(frame) if before is None else before
        self._canvas.show_before(shown if self._wiping else None, self.line.place)
        if self._pictures.is_shown:
            view = self._pictures.before
            view.show_picture(pixels)
            view.show_masks(shown)
            self._pictures.say(self.tr("Before: nothing was changed here") if before is None else self.tr("Before"))
            self._pictures.follow()
