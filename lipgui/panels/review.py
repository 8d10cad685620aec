"""The review panel: how many frames are left to look at, the most doubtful first, and buttons to walk them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QProgressBar, QVBoxLayout, QWidget

from lipgui.widgets.icon_button import IconButton


class Doubtful(NamedTuple):
    """A frame to look at: its index, the rank of its greatest doubt, and the object that is doubted and why."""

    frame: int
    rank: float
    name: str
    reason: str


class ReviewPanel(QWidget):
    """Shows what is doubtful; asks to go there, and to mark the shown frame verified."""

    frameRequested = Signal(int)
    nextRequested = Signal()
    previousRequested = Signal()
    verifyRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Review"))
        title = QLabel(self.tr("Review"))
        title.setObjectName("panelTitle")
        self.count_label = QLabel()
        self.count_label.setObjectName("faint")
        self.count_label.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(4)
        self.bar.setAccessibleName(self.tr("Part of the frames that is verified or painted"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Doubtful frames, the most doubtful first"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.previous_button = IconButton("previous", self.tr("Previous doubtful frame"), ",")
        self.next_button = IconButton("next", self.tr("Next doubtful frame"), ".")
        self.verify_button = IconButton("verified", self.tr("Verify"), "V", worded=True)
        self._lay_out(title)
        self.previous_button.clicked.connect(self.previousRequested)
        self.next_button.clicked.connect(self.nextRequested)
        self.verify_button.clicked.connect(self.verifyRequested)
        self.list.itemClicked.connect(self._on_chosen)
        self.list.itemActivated.connect(self._on_chosen)
        self.show_nothing()

    def show_nothing(self) -> None:
        """There is nothing to review."""
        self.show_counts(0, 0, 0, 0, was_run=False)
        self.show_doubtful([])

    def show_searching(self) -> None:
        """The masks of a project that was opened are looked through."""
        self.show_nothing()
        self.count_label.setText(self.tr("Looking for doubtful frames…"))

    def show_counts(self, frames: int, answered: int, doubtful: int, length: int, was_run: bool) -> None:
        """Of `frames` with masks, of a video's `length`, `answered` are annotated, and `doubtful` left to look at.

        Before anything `was_run`, nothing is said to be left or done.
        """
        if frames == 0:
            text = self.tr("Nothing to review yet. After propagating, doubtful frames appear here.")
        elif not was_run:
            text = self.tr("Nothing to review yet: {0} of {1} frames painted, none propagated.").format(frames, length)
        elif doubtful:
            text = self.tr("{0} doubtful left · {1} of {2} frames painted or verified").format(
                doubtful, answered, frames
            )
        else:
            text = self.tr("No doubtful frame left · {0} of {1} frames painted or verified").format(answered, frames)
        self.count_label.setText(text)
        self.bar.setRange(0, max(frames, 1) if was_run else max(length, 1))
        self.bar.setValue(answered)
        self.verify_button.setEnabled(frames > 0)
        for button in (self.previous_button, self.next_button):
            button.setEnabled(doubtful > 0)

    def show_doubtful(self, frames: Sequence[Doubtful]) -> None:
        """List the frames, the most doubtful first; at most 200 are listed."""
        with QSignalBlocker(self.list):
            self.list.clear()
            for each in sorted(frames, key=lambda each: (-each.rank, each.frame))[:200]:
                text = self.tr("Frame {0}  ·  {1}: {2}").format(each.frame, each.name, each.reason)
                item = QListWidgetItem(text)
                item.setData(Qt.ItemDataRole.UserRole, each.frame)
                item.setToolTip(text)
                self.list.addItem(item)
        self.list.setVisible(bool(frames))

    def show_frame(self, frame: int) -> None:
        """Mark the listed frame that is shown."""
        with QSignalBlocker(self.list):
            self.list.setCurrentRow(-1)
            for row in range(self.list.count()):
                if self.list.item(row).data(Qt.ItemDataRole.UserRole) == frame:
                    self.list.setCurrentRow(row)

    def _on_chosen(self, item: QListWidgetItem) -> None:
        self.frameRequested.emit(int(item.data(Qt.ItemDataRole.UserRole)))

    def _lay_out(self, title: QLabel) -> None:
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch(1)
        for button in (self.previous_button, self.next_button, self.verify_button):
            head.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.count_label)
        column.addWidget(self.bar)
        column.addWidget(self.list, 1)
        column.addStretch(0)
