"""Transport: play, step, speed, loop, and fields for frame number and timecode."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QWidget

from lipgui.timeline.playing.frame_field import FrameField
from lipgui.timeline.playing.player import SPEEDS
from lipgui.timeline.playing.timecode import format_timecode, parse_timecode
from lipgui.widgets.entry_line import EntryLine
from lipgui.widgets.icon_button import IconButton


class Transport(QWidget):
    """Asks for frames and for playing; shows what it is told."""

    frameRequested = Signal(int)
    playToggled = Signal(bool)
    speedChanged = Signal(float)
    loopToggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Transport"))
        self._frame, self._frame_count, self._frame_rate = 0, 0, 25.0
        self.first_button = IconButton("first", self.tr("First frame"), action="first_frame")
        self.previous_button = IconButton("previous", self.tr("Previous frame"), action="previous_frame")
        self.play_button = IconButton("play", self.tr("Play"), action="play")
        self.next_button = IconButton("next", self.tr("Next frame"), action="next_frame")
        self.last_button = IconButton("last", self.tr("Last frame"), action="last_frame")
        self.loop_button = IconButton("loop", self.tr("Loop"))
        self.play_button.setCheckable(True)
        self.loop_button.setCheckable(True)
        self.previous_button.setAutoRepeat(True)
        self.next_button.setAutoRepeat(True)
        self.speed_box = QComboBox()
        self.frame_field = FrameField()
        self.total_label = QLabel()
        self.timecode_field = EntryLine()
        self._set_up_fields()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for widget in (self.first_button, self.previous_button, self.play_button, self.next_button, self.last_button):
            row.addWidget(widget)
        row.addWidget(self.loop_button)
        gap = self.fontMetrics().height() // 2
        row.addSpacing(gap)
        row.addWidget(self.speed_box)
        row.addSpacing(gap)
        row.addWidget(self.frame_field)
        row.addSpacing(gap // 2)
        row.addWidget(self.total_label)
        row.addSpacing(gap)
        row.addWidget(self.timecode_field)
        self._connect()
        self.show_video(0, 25.0)

    def show_video(self, frame_count: int, frame_rate: float) -> None:
        """Set the limits of the fields; emits nothing."""
        self._frame_count, self._frame_rate = frame_count, frame_rate
        self.total_label.setText(self.tr("of {last}").format(last=max(0, frame_count - 1)))
        self.setEnabled(frame_count > 0)
        self._size_fields()
        self.show_frame(0)

    def show_frame(self, frame: int) -> None:
        """Show where the playhead is; emits nothing. A field being typed into is left alone."""
        self._frame = frame
        self.frame_field.show_frame(frame)
        if not self.timecode_field.isModified():
            self.timecode_field.setText(format_timecode(frame, self._frame_rate))
        self.first_button.setEnabled(frame > 0)
        self.previous_button.setEnabled(frame > 0)
        self.next_button.setEnabled(frame < self._frame_count - 1)
        self.last_button.setEnabled(frame < self._frame_count - 1)

    def show_playing(self, playing: bool) -> None:
        """Show whether it plays; emits nothing."""
        with QSignalBlocker(self.play_button):
            self.play_button.setChecked(playing)
        self.play_button.show_icon("pause" if playing else "play")
        self.play_button.describe(self.tr("Pause") if playing else self.tr("Play"))

    def play_faster(self) -> None:
        """Choose the next higher speed, if there is one."""
        self.speed_box.setCurrentIndex(min(self.speed_box.currentIndex() + 1, len(SPEEDS) - 1))

    def play_slower(self) -> None:
        """Choose the next lower speed, if there is one."""
        self.speed_box.setCurrentIndex(max(self.speed_box.currentIndex() - 1, 0))

    @property
    def speed(self) -> float:
        """The chosen speed; 1 is the video's own."""
        return SPEEDS[self.speed_box.currentIndex()]

    def changeEvent(self, event: QEvent) -> None:
        """Keep the fields wide enough for the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._size_fields()

    def _set_up_fields(self) -> None:
        for speed in SPEEDS:
            self.speed_box.addItem(f"{speed:g}×")
        self.speed_box.setCurrentIndex(SPEEDS.index(1.0))
        self.speed_box.setAccessibleName(self.tr("Speed"))
        self.speed_box.setToolTip(self.tr("Speed of playing"))
        self.frame_field.setAccessibleName(self.tr("Frame number"))
        self.frame_field.setToolTip(self.tr("Frame number, from 0. Type one and press Enter."))
        self.timecode_field.setAccessibleName(self.tr("Timecode"))
        self.timecode_field.setToolTip(
            self.tr("Hours:minutes:seconds:frames. 1:12 is one second and 12 frames, 4.5s is 4.5 seconds.")
        )

    def _size_fields(self) -> None:
        self.frame_field.show_range(max(0, self._frame_count - 1))
        metrics = self.timecode_field.fontMetrics()
        width = metrics.horizontalAdvance(format_timecode(self._frame_count, self._frame_rate))
        self.timecode_field.setFixedWidth(width + 2 * metrics.height())

    def _connect(self) -> None:
        self.first_button.clicked.connect(lambda: self._request(0))
        self.previous_button.clicked.connect(lambda: self._request(self._frame - 1))
        self.next_button.clicked.connect(lambda: self._request(self._frame + 1))
        self.last_button.clicked.connect(lambda: self._request(self._frame_count - 1))
        self.play_button.toggled.connect(self.playToggled)
        self.loop_button.toggled.connect(self.loopToggled)
        self.speed_box.currentIndexChanged.connect(lambda index: self.speedChanged.emit(SPEEDS[index]))
        self.frame_field.frameEntered.connect(self._request)
        self.timecode_field.editingFinished.connect(self._timecode_typed)
        self.timecode_field.returnPressed.connect(self.timecode_field.clearFocus)

    def _timecode_typed(self) -> None:
        if not self.timecode_field.isModified():
            return
        frame = parse_timecode(self.timecode_field.text(), self._frame_rate)
        self.timecode_field.setModified(False)
        if frame is not None:
            self._request(frame)
        self.timecode_field.setText(format_timecode(self._frame, self._frame_rate))

    def _request(self, frame: int) -> None:
        frame = max(0, min(self._frame_count - 1, frame))
        if self._frame_count and frame != self._frame:
            self.show_frame(frame)
            self.frameRequested.emit(frame)
