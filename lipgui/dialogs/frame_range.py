"""A choice of frames for dialogs: the whole video, in to out point, the timeline's selection, or two numbers."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from lipcore.project.project import Project
from lipgui.basics.frame_selection import FrameSelection
from lipgui.widgets.number_box import NumberBox


class FrameRange(QWidget):
    """Two numbers, both inclusive, and what they are in words; a selection is only offered, never taken by itself."""

    changed = Signal()

    def __init__(self, project: Project, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._ranges = [(0, project.frame_count - 1)]  # of the rows of `range_box`, the last one without
        self.range_box = QComboBox()
        self.range_box.setAccessibleName(self.tr("Which frames"))
        self.first_box, self.last_box = NumberBox(), NumberBox()
        last = project.frame_count - 1
        for box, value, name in (
            (self.first_box, 0, self.tr("First frame")),
            (self.last_box, last, self.tr("Last frame")),
        ):
            box.setRange(0, last)
            box.setValue(value)
            box.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in (self.range_box, self.first_box, QLabel(self.tr("to")), self.last_box):
            row.addWidget(widget)
        row.addStretch(1)
        self.range_box.currentIndexChanged.connect(self._on_range)
        self.first_box.valueChanged.connect(self._on_frames)
        self.last_box.valueChanged.connect(self._on_frames)
        self.offer(None)

    @property
    def frames(self) -> tuple[int, int]:
        """First and last frame."""
        return self.first_box.value(), self.last_box.value()

    def offer(self, selection: FrameSelection | None) -> None:
        """Offer the working range, with which it begins, and the range that is selected on the timeline."""
        whole, working = (0, self._project.frame_count - 1), self._project.in_out
        offered = [(self.tr("Whole video"), whole)]
        if working != whole:
            offered.append((self.tr("In to out point"), working))
        if selection is not None:
            offered.append((self.tr("Selected on the timeline"), (selection.first, selection.last)))
        with QSignalBlocker(self.range_box):
            self.range_box.clear()
            for title, _ in offered:
                self.range_box.addItem(title)
            self.range_box.addItem(self.tr("From … to …"))
            self._ranges = [frames for _, frames in offered]
            self.range_box.setCurrentIndex(1 if working != whole else 0)
        self._on_range()

    @Slot()
    def _on_range(self) -> None:
        row = self.range_box.currentIndex()
        if row < len(self._ranges):
            with QSignalBlocker(self.first_box), QSignalBlocker(self.last_box):
                self.first_box.setValue(self._ranges[row][0])
                self.last_box.setValue(self._ranges[row][1])
        self.changed.emit()

    @Slot()
    def _on_frames(self) -> None:
        row = self.range_box.currentIndex()
        if row >= len(self._ranges) or self._ranges[row] != self.frames:
            with QSignalBlocker(self.range_box):
                known = self.frames in self._ranges
                self.range_box.setCurrentIndex(self._ranges.index(self.frames) if known else len(self._ranges))
        self.changed.emit()
