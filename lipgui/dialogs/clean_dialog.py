"""The dialog that cleans masks over a range: a slider each for holes, specks, size and jags, seen while it moves."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QFormLayout, QWidget

from lipcore.temporal.cleaning import MOST_ACROSS, MOST_PIXELS, CleanOptions, clean_frames
from lipcore.workflow.permission import Writer
from lipgui.basics.frame_selection import FrameSelection
from lipgui.dialogs.mending_dialog import MendingDialog, MendingForm, Task, Words
from lipgui.document.document import Document
from lipgui.jobs.jobs import JobQueue
from lipgui.widgets.slider_box import SliderBox

_SETTLED_MS = 20  # a frame takes milliseconds, so the preview follows the slider


class CleanForm(MendingForm):
    """What to clean, each by some pixels; 0 leaves it out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QFormLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setVerticalSpacing(10)
        self.holes = self._slider(self.tr("Fill holes up to"), 100, MOST_ACROSS)
        self.specks = self._slider(self.tr("Drop specks up to"), 100, MOST_ACROSS)
        self.grow = self._slider(self.tr("Grow by"), 30, MOST_PIXELS)
        self.shrink = self._slider(self.tr("Shrink by"), 30, MOST_PIXELS)
        self.smooth = self._slider(self.tr("Smooth by"), 30, MOST_PIXELS)
        self.painted_check = QCheckBox(self.tr("Also what I painted, corrected or verified"))
        self.painted_check.toggled.connect(self.changed)
        self._rows.addRow(self.painted_check)

    @property
    def options(self) -> CleanOptions:
        """What is chosen."""
        return CleanOptions(self.holes.value, self.specks.value, self.grow.value, self.shrink.value, self.smooth.value)

    def task(self) -> Task | None:
        """The cleaning, None if nothing is chosen."""
        options = self.options
        if not options.anything:
            return None
        by = Writer.REPLACEMENT if self.painted_check.isChecked() else Writer.MODEL
        return Task(
            lambda track, frames: clean_frames(track, frames, options),
            by,
            lambda track, frame, frames: range(frame, frame + 1),
        )

    def _slider(self, text: str, comfortable: int, most: int) -> SliderBox:
        made = SliderBox(text, comfortable, most, self.tr(" px"))
        made.valueChanged.connect(self.changed)
        self._rows.addRow(text, made)
        return made


class CleanDialog(MendingDialog):
    """Cleans one object, or all that are not locked; see `MendingDialog`."""

    def __init__(
        self, document: Document, queue: JobQueue, selection: FrameSelection | None, parent: QWidget | None = None
    ) -> None:
        form, translate = CleanForm(), QCoreApplication.translate
        words = Words(
            title=translate("CleanDialog", "Clean"),
            apply=translate("CleanDialog", "Clean"),
            done=translate("CleanDialog", "Cleaned {0} on {1} frames."),
            stays=translate(
                "CleanDialog", "In this order. Other objects keep their pixels, and locked ones stay as they are."
            ),
            nothing=translate("CleanDialog", "Move at least one slider, and choose at least one frame."),
        )
        super().__init__(
            document, queue, selection, parent, form=form, words=words, settled_ms=_SETTLED_MS, offers_all=True
        )
        self.form = form
