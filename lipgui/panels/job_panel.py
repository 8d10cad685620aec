"""The strip that tells what the running job does, how fast, and how to stop it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from lipcore.machine.process_memory import resident_bytes, size_text
from lipgui.jobs.pace import Pace, duration_text
from lipgui.panels.progress_line import ProgressLine
from lipgui.panels.sparkline import Sparkline
from lipgui.widgets.elided_label import ElidedLabel
from lipgui.widgets.icon_button import IconButton

_MEMORY_EVERY = 2000  # milliseconds between two looks at the memory in use


class JobPanel(QWidget):
    """One line of the same height whether a job runs or not, so that nothing above it moves. Never blocks anything."""

    stopRequested = Signal()
    copyCommandRequested = Signal()
    continueRequested = Signal()

    def __init__(self, parent: QWidget | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.setObjectName("jobPanel")
        self.setAccessibleName(self.tr("Jobs"))
        self._pace = Pace(clock)
        self._unit = ""
        self._device = ""
        self.title_label = ElidedLabel()
        self.text_label = ElidedLabel()
        self.progress_bar = ProgressLine()
        self.pace_label = QLabel()
        self.sparkline = Sparkline()
        self.device_label = ElidedLabel()
        self.queue_label = ElidedLabel()
        self.copy_button = IconButton("copy", self.tr("Copy the equivalent command line"), action="copy_command")
        self.stop_button = IconButton(
            "stop", self.tr("Stop"), self.tr("finished frames are kept"), worded=True, action="stop"
        )
        self.continue_button = IconButton(
            "forward",
            self.tr("Continue"),
            self.tr("with the frames that were left"),
            worded=True,
            action="continue_run",
        )
        self._can_go_on = False
        self._memory_timer = QTimer(self)
        self._memory_timer.setInterval(_MEMORY_EVERY)
        self._memory_timer.timeout.connect(self.read_memory)
        self._lay_out()
        self.stop_button.clicked.connect(self._stop)
        self.copy_button.clicked.connect(self._copy)
        self.continue_button.clicked.connect(self.continueRequested)
        self.show_idle("")

    # What to show (none of these emits a signal)

    def show_job(self, title: str, unit: str = "") -> None:
        """A job begins; `unit` names what is counted ("frames" if empty)."""
        self._unit = unit or self.tr("frames")
        self._pace.restart()
        self.sparkline.clear()
        self.sparkline.hide()
        self.title_label.setText(title)
        self.text_label.setText(self.tr("Starting…"))
        self.text_label.show()
        self.pace_label.clear()
        self.progress_bar.setRange(0, 0)
        self._show_running(True)

    def show_progress(self, done: int, total: int, text: str = "") -> None:
        """`done` of `total` units are finished; a total of 0 means that nobody knows."""
        self._pace.add(done)
        self.progress_bar.setRange(0, total)
        self.progress_bar.setValue(done)
        counted = self.tr("{done} of {total} {unit}") if total else self.tr("{done} {unit}")
        words = counted.format(done=done, total=total, unit=self._unit)
        if self.running:  # else it says that it stops
            self.text_label.setText(f"{words}  ·  {text}" if text else words)
        rate, left = self._pace.rate, self._pace.seconds_left(total)
        parts = []
        if rate is not None:
            parts.append(self.tr("{rate} {unit}/s").format(rate=f"{rate:.3g}", unit=self._unit))
        if left is not None and total:
            parts.append(self.tr("{time} left").format(time=duration_text(left)))
        self.pace_label.setText("  ·  ".join(parts))

    def show_preparation(self, done: int, total: int, text: str) -> None:
        """Before anything is counted: how far the preparation is, which `text` names; a total of 0: nobody knows."""
        self.progress_bar.setRange(0, total)
        self.progress_bar.setValue(done)
        if self.running:  # else it says that it stops
            self.text_label.setText(text)

    def show_loss(self, number: int, loss: float) -> None:
        """Add one point to the loss curve."""
        self.sparkline.add(number, loss)
        self.sparkline.show()

    def show_device(self, text: str) -> None:
        """What the network runs on, and its own memory if known, for example "NVIDIA RTX 4090, 5.1 of 24 GB"."""
        self._device = text
        self.read_memory()

    def show_queue(self, waiting: Sequence[str]) -> None:
        """The jobs that wait behind this one, by their titles."""
        self.queue_label.setVisible(bool(waiting))
        self.queue_label.setText(self.tr("then {0}").format(", ".join(waiting)))

    def show_continue(self, can_go_on: bool) -> None:
        """Offer to go on with a run that was stopped, as long as nothing runs."""
        self._can_go_on = can_go_on
        self.continue_button.setVisible(can_go_on and not self.running)

    def show_idle(self, text: str) -> None:
        """Nothing runs; `text` says what was done last or what to do next."""
        self.title_label.setText(text or self.tr("No job is running"))
        self.sparkline.hide()
        self._show_running(False)

    @property
    def running(self) -> bool:
        """Whether a job is shown that nobody has stopped."""
        return self.stop_button.isEnabled()

    @Slot()
    def read_memory(self) -> None:
        """Read how much memory is in use and show it beside the device."""
        used = resident_bytes()
        parts = [self._device] if self._device else []
        if used is not None:
            parts.append(self.tr("memory {size}").format(size=size_text(used)))
        self.device_label.setText("  ·  ".join(parts))

    def showEvent(self, event: QShowEvent) -> None:
        """Keep an eye on the memory while the strip can be seen."""
        super().showEvent(event)
        self.read_memory()
        self._memory_timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Stop looking."""
        super().hideEvent(event)
        self._memory_timer.stop()

    # Inside

    def _lay_out(self) -> None:
        em = self.fontMetrics().height()
        self.title_label.setAccessibleName(self.tr("Job"))
        self.progress_bar.setAccessibleName(self.tr("Progress of the job"))
        self.progress_bar.setFixedHeight(max(4, round(em * 0.36)))
        self.progress_bar.setMinimumWidth(em * 6)
        for label in (self.text_label, self.device_label, self.pace_label, self.queue_label):
            label.setObjectName("faint")
        self.device_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        words = QHBoxLayout()
        words.setSpacing(em)
        words.addWidget(self.title_label)
        words.addWidget(self.text_label)
        words.addStretch()
        words.addWidget(self.pace_label)
        job = QVBoxLayout()
        job.setSpacing(em // 4)
        job.addLayout(words)
        job.addWidget(self.progress_bar)
        row = QHBoxLayout()
        row.setContentsMargins(em // 2, em // 4, em // 2, em // 4)
        row.setSpacing(round(em * 0.8))
        row.addLayout(job, 1)
        row.addWidget(self.sparkline)
        row.addWidget(self.queue_label)
        row.addWidget(self.device_label)
        row.addWidget(self.copy_button)
        row.addWidget(self.stop_button)
        row.addWidget(self.continue_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addSpacing(em // 4)
        column.addLayout(row)
        self.queue_label.hide()
        self.setFixedHeight(max(self.stop_button.sizeHint().height(), round(1.9 * em)) + 3 * (em // 4))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _show_running(self, running: bool) -> None:
        for widget in (self.progress_bar, self.text_label, self.pace_label, self.copy_button):
            widget.setVisible(running)
        self.stop_button.setVisible(running)
        self.continue_button.setVisible(self._can_go_on and not running)
        self.stop_button.setEnabled(running)
        font = self.title_label.font()
        font.setBold(running)
        self.title_label.setFont(font)
        if not running:
            self.queue_label.hide()

    @Slot()
    def _stop(self) -> None:
        self.stop_button.setEnabled(False)
        self.text_label.setText(self.tr("Stopping…"))
        self.stopRequested.emit()

    @Slot()
    def _copy(self) -> None:
        self.copyCommandRequested.emit()
