"""What dialogs that mend masks over frames share: objects, frames, a preview of the frame in view, a single edit."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lipcore.errors import LipError
from lipcore.temporal.repair import RepairReport
from lipcore.temporal.track import Mask, Track
from lipcore.workflow.mending import Mended, track_of, with_masks
from lipcore.workflow.permission import Writer, locked_ids
from lipgui.basics.frame_selection import FrameSelection
from lipgui.dialogs.frame_range import FrameRange
from lipgui.dialogs.job_dialog import JobDialog
from lipgui.document.document import Document
from lipgui.document.mending import take_mended
from lipgui.jobs.jobs import JobQueue

_ALL = 0  # in place of an object's id


@dataclass(frozen=True)
class Task:
    """What to do with each object: the work, as whom it writes, and the frames that decide about one of a range."""

    work: Callable[[Track, range], Generator[RepairReport, None, Mapping[int, Mask]]]
    by: Writer
    around: Callable[[Track, int, range], range]


@dataclass(frozen=True)
class Words:
    """What a dialog says: its title, its button, "Cleaned {0} on {1} frames.", what stays, and if nothing is chosen."""

    title: str
    apply: str
    done: str
    stays: str
    nothing: str


class MendingForm(QWidget):
    """The choices of what to do."""

    changed = Signal()

    def task(self) -> Task | None:
        """What is chosen, None if nothing is."""
        raise NotImplementedError


class MendingDialog(JobDialog):
    """Works in the background and changes the document once, when everything is done; closing it stops the work.

    When the choices of `form` change, the preview is made again after `settled_ms`.
    """

    told = Signal(str)
    previewed = Signal(int, object)  # a frame and its label map (H, W) uint8 as it would be; -1 and None: none

    def __init__(
        self,
        document: Document,
        queue: JobQueue,
        selection: FrameSelection | None,
        parent: QWidget | None,
        *,
        form: MendingForm,
        words: Words,
        settled_ms: int,
        offers_all: bool,
    ) -> None:
        super().__init__(words.title, queue, parent)
        self._document, self._form, self._words = document, form, words
        self._is_preview = False
        self._asked = -1  # the frame that was in view when the work began
        self._by = Writer.MODEL
        self._masks: dict[int, Mapping[int, Mask]] = {}
        self._revisions: dict[int, int] = {}
        self.object_box = QComboBox()
        self.range = FrameRange(document.project)
        self.range.offer(selection)
        self.preview_label, self.problem_label = QLabel(), QLabel()
        self.buttons = QDialogButtonBox()
        self.apply_button, self.close_button = QPushButton(words.apply), QPushButton(self.tr("Close"))
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(settled_ms)
        self._set_up(offers_all)
        self._lay_out()
        self._connect()
        self._settled.start()

    @property
    def object_ids(self) -> list[int]:
        """The chosen objects."""
        chosen, project = int(self.object_box.currentData()), self._document.project
        return sorted(set(project.objects) - locked_ids(project)) if chosen == _ALL else [chosen]

    @property
    def frames(self) -> range:
        """The chosen frames."""
        first, last = self.range.frames
        return range(first, last + 1)

    @Slot()
    def refresh(self) -> None:
        """Make the preview again, once nothing has changed for a moment."""
        self._settled.start()

    @Slot()
    def start(self) -> None:
        """Work through the whole range in the background, then change the document."""
        self._submit(is_preview=False)

    def done(self, result: int) -> None:
        """Stop what runs, take the preview away, and close."""
        self._settled.stop()
        self.previewed.emit(-1, None)
        super().done(result)

    @Slot()
    def _preview(self) -> None:
        """Work out what would become of the frame in view."""
        if self.is_working and not self._is_preview:
            return  # the work itself runs
        self._stop()
        if not self._document.is_open or self._document.frame not in self.frames:
            self._show_no_preview(self.tr("Frame {0} is not among them.").format(self._document.frame))
        elif self._form.task() is None:
            self._show_no_preview("")
        else:
            self._submit(is_preview=True)

    def _submit(self, is_preview: bool) -> None:
        self.problem_label.hide()
        project, frames, task, frame = self._document.project, self.frames, self._form.task(), self._document.frame
        try:
            if not frames or task is None:
                raise LipError(self._words.nothing)
            work, by = task.work, task.by
            tracks = {each: track_of(project, self._document.video, each, by) for each in self.object_ids}
            if not tracks:
                raise LipError(self.tr("Every object is locked: unlock one to change it."))
        except LipError as error:
            self._show_no_preview("")
            self._show_problem(error)
            return
        if is_preview and all(track.is_fixed(frame) for track in tracks.values()):
            self._show_no_preview(self.tr("Frame {0} is painted, corrected or verified: it stays.").format(frame))
            return
        parts = {each: task.around(track, frame, frames) if is_preview else frames for each, track in tracks.items()}
        total = sum(map(len, parts.values()))

        def steps() -> Generator[object, None, None]:
            done = 0
            for each, track in tracks.items():
                following = work(track, parts[each])
                while True:
                    try:
                        step = next(following)
                    except StopIteration as end:
                        yield each, end.value
                        break
                    yield RepairReport(done + round(step.done / step.total * len(parts[each])), total)
                done += len(parts[each])

        self._revisions = {frame: project.revision(frame) for part in parts.values() for frame in part}
        self._masks, self._is_preview, self._by, self._asked = {}, is_preview, by, frame
        self._show_running(not is_preview)
        self.work(self._words.title, steps, is_preview)

    def _stop(self) -> None:
        """Forget what runs."""
        self.drop_work()
        self._show_running(False)

    @Slot(object)
    def take_step(self, step: object) -> None:
        """How far the work is, or the masks that it gave an object."""
        if isinstance(step, RepairReport):
            self.bar.setRange(0, step.total)
            self.bar.setValue(step.done)
        elif isinstance(step, tuple):
            object_id, masks = step
            self._masks[object_id] = masks

    def work_ended(self, error: Exception | None, was_stopped: bool) -> None:
        """Show the preview, or change the document."""
        self._show_running(False)
        if error is not None:
            self._show_problem(error)
        elif self._document.is_open and self._is_preview:
            if self._document.frame == self._asked:  # that of another frame follows
                self._show_preview()
        elif self._document.is_open:
            self._take(self._masks)

    def _take(self, masks: Mended) -> None:
        try:
            changed, left = take_mended(self._document, masks, self._revisions, self._by, self._words.title)
        except LipError as error:
            self._show_problem(error)
            return
        name = ", ".join(self._document.project.objects[each].name for each in masks)
        text = self._words.done.format(name, changed)
        if left:
            text += " " + self.tr("{0} that you edited meanwhile were left as they are.").format(left)
        self.told.emit(text)
        self.accept()

    def _show_preview(self) -> None:
        frame = self._document.frame
        masks = {each: found[frame] for each, found in self._masks.items() if frame in found}
        labels = self._document.labels(frame)
        after = with_masks(labels, masks)
        count = int(np.count_nonzero(after != labels))
        if not count:
            self._show_no_preview(self.tr("Nothing changes on frame {0}.").format(frame))
            return
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
        """Stop the work and stay, or close if none runs."""
        if self.is_working and not self._is_preview:
            self._stop()
        else:
            self.reject()

    def _set_up(self, offers_all: bool) -> None:
        if offers_all and len(self._document.project.objects) > 1:
            self.object_box.addItem(self.tr("All objects that are not locked"), _ALL)
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
        rows.addRow(self._form)
        hint = QLabel(self._words.stays)
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
        self.resize(480, 430)

    def _connect(self) -> None:
        self._form.changed.connect(self.refresh)
        self.object_box.currentIndexChanged.connect(self.refresh)
        self.range.changed.connect(self.refresh)
        self._document.frame_changed.connect(self.refresh)
        self._document.frames_edited.connect(self.refresh)
        self._document.objects_changed.connect(self.refresh)
        self._document.closed.connect(self.reject)
        self._settled.timeout.connect(self._preview)
        self.apply_button.clicked.connect(self.start)
        self.close_button.clicked.connect(self._on_close)
