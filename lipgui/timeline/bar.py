"""The bar above the lanes: transport, in and out points, what to do with the selected range, zoom."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from lipgui.timeline.playing.transport import Transport
from lipgui.widgets.elided_label import ElidedLabel
from lipgui.widgets.icon_button import IconButton


class TimelineBar(QWidget):
    """Lays out the controls; the timeline connects them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.transport = Transport()
        self.in_button = IconButton("in-point", self.tr("Set in point here"), action="mark_in")
        self.out_button = IconButton("out-point", self.tr("Set out point here"), action="mark_out")
        self.selection_label = ElidedLabel()
        self.clear_button = IconButton("eraser", self.tr("Clear"), worded=True, action="clear_range")
        self.rerun_button = IconButton("rerun", self.tr("Re-run"), worded=True)
        self.verify_button = IconButton("verified", self.tr("Mark verified"), worded=True, action="verify_range")
        self.zoom_out_button = IconButton("minus", self.tr("Zoom out"), self.tr("wheel"))
        self.fit_button = IconButton("fit-width", self.tr("Show all frames"), self.tr("double-click on the ruler"))
        self.zoom_in_button = IconButton("plus", self.tr("Zoom in"), self.tr("wheel"))
        self._range_buttons = (self.clear_button, self.rerun_button, self.verify_button)
        self._zoom_buttons = (self.zoom_out_button, self.fit_button, self.zoom_in_button)
        self._lay_out()
        self.show_video(0, 25.0)
        self.show_selection("")

    def show_video(self, frame_count: int, frame_rate: float) -> None:
        """Set the limits of the transport; without frames everything is disabled."""
        self.transport.show_video(frame_count, frame_rate)
        for button in (self.in_button, self.out_button, *self._zoom_buttons):
            button.setEnabled(frame_count > 0)

    def show_selection(self, text: str) -> None:
        """Name the selected range; an empty text means that there is none."""
        self.selection_label.setText(text or self.tr("Drag over a lane to select a range"))
        self.selection_label.setEnabled(bool(text))
        for button in self._range_buttons:
            button.setEnabled(bool(text))

    def minimumSizeHint(self) -> QSize:
        """As narrow as it gets when the range buttons show no words."""
        size = super().minimumSizeHint()
        words = sum(button.sizeHint().width() - button.bare_width() for button in self._range_buttons)
        return QSize(size.width() - words, size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Drop the words of the range buttons where there is no room for them."""
        super().resizeEvent(event)
        words = sum(button.worded_width() - button.bare_width() for button in self._range_buttons)
        needed = self.minimumSizeHint().width() + words + 8 * self.fontMetrics().height()
        for button in self._range_buttons:
            button.show_words(self.width() >= needed)

    def _lay_out(self) -> None:
        gap = self.fontMetrics().height() // 3
        row = QHBoxLayout(self)
        row.setContentsMargins(gap, gap // 2, gap, gap // 2)
        row.setSpacing(1)
        row.addWidget(self.transport)
        row.addSpacing(2 * gap)
        row.addWidget(self.in_button)
        row.addWidget(self.out_button)
        row.addSpacing(2 * gap)
        self.selection_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.selection_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.selection_label.setAccessibleName(self.tr("Selected range"))
        row.addWidget(self.selection_label, 1)
        row.addSpacing(2 * gap)
        for button in self._range_buttons:
            row.addWidget(button)
        row.addSpacing(2 * gap)
        for button in self._zoom_buttons:
            row.addWidget(button)
