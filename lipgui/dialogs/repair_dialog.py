"""The dialog that repairs one object over time: what to do, on which frames, with a preview on the frame in view."""

from __future__ import annotations

from collections.abc import Generator, Mapping

import numpy as np
from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lipcore.errors import LipError
from lipcore.project.provenance import is_annotated
from lipcore.temporal.project import track_of, with_mask
from lipcore.temporal.repair import MOST_FRAMES, RepairOptions, RepairStep, repair
from lipcore.temporal.track import Mask
from lipgui.dialogs.frame_range import FrameRange
from lipgui.document.document import Document
from lipgui.document.temporal_repair import take_repair
from lipgui.jobs.jobs import Job, JobQueue
from lipgui.timeline.geometry import Selection
from lipgui.widgets.number_box import NumberBox

_SETTLED_MS = 200  # after a change, before the preview is made again


class RepairDialog(QDialog):
    """Works in the background and changes the document once, when everything is done; closing it stops the work."""

    told = Signal(str)
    previewed = Signal(int, object)  # a frame and its label map (H, W) uint8 as it would be; -1 and None: none

    def __init__(
        self, document: Document, queue: JobQueue, selection: Selection | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Repair over time"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._document, self._queue = document, queue
        self._job: Job | None = None
        self._is_preview = False
        self._masks: Mapping[int, Mask] = {}
        self._revisions: dict[int, int] = {}
        self.object_box = QComboBox()
        self.range = FrameRange(document.project)
        self.range.offer(selection)
        self.interpolate_check = QCheckBox(self.tr("Pass the shape from each painted frame to the next"))
        self.gaps_check, self.gaps_box = self._counted(self.tr("Fill gaps of up to"), 3, checked=True)
        self.flicker_check, self.flicker_box = self._counted(self.tr("Remove flicker of up to"), 1, checked=True)
        self.clean_check = QCheckBox(self.tr("Remove specks and fill holes that frames beside do not have"))
        self.smooth_check, self.smooth_box = self._counted(self.tr("Smooth edges over"), 1)
        self.preview_label, self.problem_label = QLabel(), QLabel()
        self.bar = QProgressBar()
        self.buttons = QDialogButtonBox()
        self.apply_button, self.close_button = QPushButton(self.tr("Repair")), QPushButton(self.tr("Close"))
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLED_MS)
        self._set_up()
        self._lay_out()
        self._connect()
        self._settled.start()

    @property
    def options(self) -> RepairOptions:
        """What is chosen."""

        def count(check: QCheckBox, box: NumberBox) -> int:
            return box.value() if check.isChecked() else 0

        return RepairOptions(
            interpolate=self.interpolate_check.isChecked(),
            gaps=count(self.gaps_check, self.gaps_box),
            flicker=count(self.flicker_check, self.flicker_box),
            clean=self.clean_check.isChecked(),
            smooth=count(self.smooth_check, self.smooth_box),
        )

    @property
    def object_id(self) -> int:
        """The chosen object."""
        return int(self.object_box.currentData())

    @property
    def frames(self) -> range:
        """The chosen frames."""
        first, last = self.range.frames
        return range(first, last + 1)

    @Slot()
    def start(self) -> None:
        """Repair the whole range in the background, then change the document."""
        self._stop()
        self._submit(self.frames, is_preview=False)

    def done(self, result: int) -> None:
        """Stop what runs, take the preview away, and close."""
        self._settled.stop()
        self._stop()
        self.previewed.emit(-1, None)
        super().done(result)

    @Slot()
    def _preview(self) -> None:
        """Work out what the repair would make of the frame in view."""
        if self._job is not None and not self._is_preview:
            return  # the repair itself runs
        self._stop()
        document, frame = self._document, self._document.frame
        if not document.is_open or frame not in self.frames:
            self._show_no_preview(self.tr("Frame {0} is not among them.").format(frame))
        elif is_annotated(int(document.project.provenances[frame, self.object_id])):
            self._show_no_preview(self.tr("Frame {0} is painted, corrected or verified: it stays.").format(frame))
        elif not self.options.anything:
            self._show_no_preview("")
        else:
            self.preview_label.setText(self.tr("Working out frame {0}…").format(frame))
            self._submit(self._around(frame), is_preview=True)

    def _around(self, frame: int) -> range:
        """The frames that decide about `frame`, within the range."""
        reach, frames = self.options.reach, self.frames
        first, last = frame - reach, frame + reach
        if self.options.interpolate:
            answered = self._document.project.provenances[:, self.object_id]
            painted = [each for each in frames if is_annotated(int(answered[each]))]
            first = min(first, max((each for each in painted if each < frame), default=first))
            last = max(last, min((each for each in painted if each > frame), default=last))
        return range(max(first, frames.start), min(last + 1, frames.stop))

    def _submit(self, frames: range, is_preview: bool) -> None:
        self.problem_label.hide()
        try:
            track = track_of(self._document.project, self._document.video, self.object_id)
            options = self.options
            if not frames or not options.anything:
                raise LipError(self.tr("Choose at least one repair, and at least one frame."))
        except LipError as error:
            self._show_problem(error)
            return

        def steps() -> Generator[object, None, None]:
            yield (yield from repair(track, frames, options))

        project = self._document.project
        self._revisions = {frame: project.revision(frame) for frame in frames}
        self._masks, self._is_preview = {}, is_preview
        self._job = Job(self.tr("Repair over time"), steps)
        self._job.is_passing = is_preview
        self._job.stepped.connect(self._on_step)
        self._show_running(not is_preview)
        self._queue.submit(self._job)

    def _stop(self) -> None:
        """Forget what runs."""
        job, self._job = self._job, None
        if job is not None:
            job.stepped.disconnect(self._on_step)
            self._queue.drop(job)
            job.stop()
        self._show_running(False)

    @Slot(object)
    def _on_step(self, step: object) -> None:
        if isinstance(step, RepairStep):
            self.bar.setRange(0, step.total)
            self.bar.setValue(step.done)
        elif isinstance(step, Mapping):
            self._masks = step

    @Slot(object)
    def _on_ended(self, job: Job) -> None:
        if job is not self._job:
            return
        self._job = None
        self._show_running(False)
        if job.error is not None:
            self._show_problem(job.error)
        elif self._document.is_open and self._is_preview:
            self._show_preview()
        elif self._document.is_open:
            self._take()

    def _take(self) -> None:
        try:
            count = take_repair(self._document, self.object_id, self._masks, self._revisions)
        except LipError as error:
            self._show_problem(error)
            return
        name, left = self._document.project.objects[self.object_id].name, len(self._masks) - count
        text = self.tr("Repaired {0} on {1} frames.").format(name, count)
        if left:
            text += " " + self.tr("{0} that you edited meanwhile were left as they are.").format(left)
        self.told.emit(text)
        self.accept()

    def _show_preview(self) -> None:
        frame = self._document.frame
        mask, labels = self._masks.get(frame), self._document.labels(frame)
        if mask is None:
            self._show_no_preview(self.tr("Nothing changes on frame {0}.").format(frame))
            return
        after = with_mask(labels, self.object_id, mask)
        count = int(np.count_nonzero(after != labels))
        self.preview_label.setText(
            self.tr("Shown on frame {0}: {1} pixels change; the dashed line is as it was.").format(frame, count)
        )
        self.previewed.emit(frame, after)

    def _show_no_preview(self, text: str) -> None:
        self.preview_label.setText(text)
        self.previewed.emit(-1, None)

    def _show_problem(self, error: Exception) -> None:
        self.problem_label.setText(str(error))
        self.problem_label.show()

    def _show_running(self, running: bool) -> None:
        self.bar.setVisible(running)
        for widget in (self.form_area, self.apply_button):
            widget.setEnabled(not running)
        self.close_button.setText(self.tr("Stop") if running else self.tr("Close"))

    @Slot()
    def _on_close(self) -> None:
        """Stop the repair and stay, or close if none runs."""
        if self._job is not None and not self._is_preview:
            self._stop()
        else:
            self.reject()

    def _counted(self, text: str, value: int, checked: bool = False) -> tuple[QCheckBox, NumberBox]:
        check, box = QCheckBox(text), NumberBox()
        check.setChecked(checked)
        box.setRange(1, MOST_FRAMES)
        box.setAccessibleName(text)
        box.valueChanged.connect(lambda number: box.setSuffix(self.tr(" frame") if number == 1 else self.tr(" frames")))
        box.setValue(value)
        box.setSuffix(self.tr(" frame") if value == 1 else self.tr(" frames"))
        return check, box

    def _set_up(self) -> None:
        for each in self._document.project.objects.values():
            self.object_box.addItem(each.name, each.object_id)
        self.object_box.setCurrentIndex(max(0, self.object_box.findData(self._document.object_id)))
        self.object_box.setAccessibleName(self.tr("Object"))
        for label in (self.preview_label, self.problem_label):
            label.setWordWrap(True)
        self.preview_label.setObjectName("faint")
        self.problem_label.setObjectName("problem")
        self.problem_label.hide()
        self.apply_button.setObjectName("primary")
        self.apply_button.setDefault(True)
        self.close_button.setAutoDefault(False)
        self.buttons.addButton(self.apply_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.buttons.addButton(self.close_button, QDialogButtonBox.ButtonRole.RejectRole)

    def _lay_out(self) -> None:
        self.form_area = QWidget()
        rows = QFormLayout(self.form_area)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(10)
        rows.addRow(self.tr("Object"), self.object_box)
        rows.addRow(self.tr("Frames"), self.range)
        rows.addRow(self.interpolate_check)
        for check, box in (
            (self.gaps_check, self.gaps_box),
            (self.flicker_check, self.flicker_box),
            (None, None),
            (self.smooth_check, self.smooth_box),
        ):
            if check is None or box is None:
                rows.addRow(self.clean_check)
                continue
            line = QHBoxLayout()
            line.setSpacing(8)
            line.addWidget(check)
            line.addWidget(box)
            line.addStretch(1)
            rows.addRow(line)
        hint = QLabel(self.tr("What you painted, corrected or verified stays, and other objects keep their pixels."))
        hint.setObjectName("faint")
        hint.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 14)
        column.setSpacing(12)
        column.addWidget(self.form_area)
        for part in (hint, self.preview_label, self.problem_label, self.bar):
            column.addWidget(part)
        column.addStretch(1)
        column.addWidget(self.buttons)
        self.resize(480, 380)

    def _connect(self) -> None:
        changed = self._settled.start
        self.object_box.currentIndexChanged.connect(lambda: changed())
        self.range.changed.connect(lambda: changed())
        for check in (
            *(self.interpolate_check, self.gaps_check, self.flicker_check),
            *(self.clean_check, self.smooth_check),
        ):
            check.toggled.connect(lambda: changed())
        for box in (self.gaps_box, self.flicker_box, self.smooth_box):
            box.valueChanged.connect(lambda: changed())
        self._document.frame_changed.connect(self._settled.start)
        self._document.frames_edited.connect(self._settled.start)
        self._document.closed.connect(self.reject)
        self._settled.timeout.connect(self._preview)
        self._queue.job_ended.connect(self._on_ended)
        self.apply_button.clicked.connect(self.start)
        self.close_button.clicked.connect(self._on_close)
