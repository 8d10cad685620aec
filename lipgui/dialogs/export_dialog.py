"""The export dialog: format, range, objects, options and place, with a preview of the names; nothing is blocked."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lipcore.errors import LipError
from lipcore.exchange import WRITABLE, ExportReport, Format, LabelledFrames, LabelledVideo, Selection, export
from lipcore.project.mask_store import PackedLabels
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.resources import resources_folder
from lipcore.video import Video
from lipgui.basics.frame_selection import FrameSelection
from lipgui.dialogs.frame_range import FrameRange
from lipgui.dialogs.job_dialog import JobDialog
from lipgui.jobs.jobs import JobQueue
from lipgui.widgets.option_form import OptionForm

_SHOWN_OBJECTS = 6  # named in the preview
_SHOWN_WARNINGS = 4


def missing_masks(project: Project, frames: range, objects: Iterable[int]) -> dict[int, list[int]]:
    """By object, the frames on which nobody painted, propagated or ruled it out; objects without such are left out."""
    found = {}
    for number in objects:
        unknown = (project.provenances[frames.start : frames.stop, number] == Provenance.NONE) & (
            project.areas[frames.start : frames.stop, number] == 0
        )
        if unknown.any():
            found[number] = [frames.start + int(offset) for offset in np.flatnonzero(unknown)]
    return found


def snapshot(project: Project) -> LabelledFrames:
    """The project's masks as they are now; edits made while the export runs do not reach it."""
    packed: dict[int, PackedLabels | None] = {frame: project.packed(frame) for frame in range(project.frame_count)}
    empty = PackedLabels.pack(project.labels(0) * 0)[0]
    return LabelledFrames(
        name=project.name,
        height=project.height,
        width=project.width,
        frame_names=project.frame_names,
        frame_rate=project.frame_rate,
        objects=dict(project.objects),
        read=lambda frame: (packed[frame] or empty).unpack(),
        scores=project.scores.copy(),
    )


class ExportDialog(JobDialog):
    """Runs one export in the background; closing the dialog stops it, and what is half written disappears.

    `damage` are sentences about what the project has lost; nothing is exported until they are accepted.
    """

    finished_with = Signal(object)  # the path that was written

    def __init__(
        self, project: Project, video: Video, queue: JobQueue, parent: QWidget | None = None, damage: Sequence[str] = ()
    ) -> None:
        super().__init__(QCoreApplication.translate("ExportDialog", "Export"), queue, parent)
        self._project, self._video = project, video
        self._submitted = Path()  # where the running export goes
        self._shown_suffix = ""  # of the place as it is shown
        self.format_box = QComboBox()
        for form in WRITABLE:
            self.format_box.addItem(form.title, form.name)
        self.range = FrameRange(project)
        self.range_box, self.first_box, self.last_box = self.range.range_box, self.range.first_box, self.range.last_box
        self.objects_list = QListWidget()
        self.form = OptionForm()
        self.place_field = QLineEdit(str(_place_beside(Path(project.video_path))))
        self.browse_button = QPushButton(self.tr("Browse…"))
        self.browse_button.setAutoDefault(False)
        self.overwrite_check = QCheckBox(self.tr("Replace an earlier export at that place"))
        self.preview_label, self.warning_label = QLabel(), QLabel()
        self.damage_label = QLabel(self._damage_text(damage))
        self.accept_check = QCheckBox(self.tr("Export the rest, without what is lost"))
        self._is_damaged = bool(damage)
        self.problem_label = QLabel()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export_button = QPushButton(self.tr("Export"))
        self._set_up()
        self._lay_out()
        self._connect()
        self._on_format()

    def offer_ranges(self, selection: FrameSelection | None) -> None:
        """Offer the working range, with which it begins, and the range that is selected on the timeline."""
        self.range.offer(selection)

    @property
    def format(self) -> Format:
        """The chosen format."""
        return WRITABLE[self.format_box.currentIndex()]

    @property
    def target(self) -> Path:
        """Where the export goes."""
        return Path(self.place_field.text()).expanduser()

    def selection(self, source: LabelledVideo) -> Selection:
        """What is exported of a source; LipError if nothing is."""
        shown = [self.objects_list.item(row) for row in range(self.objects_list.count())]
        chosen = [item.data(Qt.ItemDataRole.UserRole) for item in shown if item.checkState() == Qt.CheckState.Checked]
        only = None if len(chosen) == len(shown) else tuple(chosen)
        return Selection(source, self.first_box.value(), self.last_box.value(), only, self._video)

    @Slot()
    def start(self) -> None:
        """Export in the background."""
        self.problem_label.hide()
        try:
            selection, form, options = self.selection(snapshot(self._project)), self.format, self.form.value()
        except LipError as error:
            self._show_problem(error)
            return
        target, overwrite, video = self.target, self.overwrite_check.isChecked(), self._project.video_path
        self._submitted = target

        def steps() -> Generator[object, None, None]:
            yield from export(selection, form, target, options, overwrite, [video])

        self._freeze(True)
        self.bar.show()
        self.work(self.tr("Export"), steps)

    @Slot(object)
    def take_step(self, step: object) -> None:
        """Frames were written."""
        if isinstance(step, ExportReport):
            self.bar.setRange(0, step.total)
            self.bar.setValue(step.done)

    def work_ended(self, error: Exception | None, was_stopped: bool) -> None:
        """Say where the export is, or why there is none."""
        self._freeze(False)
        if error is not None:
            self._show_problem(error)
        elif not was_stopped:
            self.finished_with.emit(self._submitted)
            self.accept()

    def _freeze(self, running: bool) -> None:
        """While it runs, what was asked for stays as it was."""
        for widget in (self.form_area, self.export_button):
            widget.setEnabled(not running)

    def _show_problem(self, error: Exception) -> None:
        self.problem_label.setText(str(error))
        self.problem_label.show()

    @Slot()
    def _on_format(self) -> None:
        self.form.show_options(self.format.writer.options)
        self._shown_suffix = self._suffix
        name = f"{self._project.name}-{self.format.name}{self._suffix}"
        self.place_field.setText(str(self.target.parent / name))  # beside the last export, never in it
        self._show_preview()

    @Slot()
    def _on_option(self) -> None:
        if self._suffix != self._shown_suffix:  # a folder became a file, or the file one of another kind
            name = self.target.name.removesuffix(self._shown_suffix)
            self.place_field.setText(str(self.target.parent / f"{name}{self._suffix}"))
            self._shown_suffix = self._suffix
        self._show_preview()

    @property
    def _suffix(self) -> str:
        """Of the file that is written, empty for a folder."""
        return self.format.writer.ending(self.form.value())

    @Slot()
    def _show_preview(self) -> None:
        """What will be written: the first and last name, how many frames, which objects; or why nothing can be."""
        try:
            selection = self.selection(self._project)
            remarks = self.format.writer.check(selection, self.form.value())
        except LipError as error:
            self._say(str(error), "problem")
            self.warning_label.hide()
            self.export_button.setEnabled(False)
            return
        self._show_mapping(selection)
        names = [selection.name(number) for number in selection.declared_ids()]
        objects = ", ".join(names[:_SHOWN_OBJECTS]) + (" …" if len(names) > _SHOWN_OBJECTS else "")
        first, last = self._names_of(selection)
        kind = self.tr("File {0}") if self._suffix else self.tr("Folder {0}")
        counted = self.tr("{0} object: {1}") if len(names) == 1 else self.tr("{0} objects: {1}")
        parts = [
            kind.format(self.target.name),
            self.tr("{0} frames, {1} to {2}").format(len(selection.frames), first, last),
            counted.format(len(names), objects) if names else self.tr("no objects"),
        ]
        self._say("\n".join(parts), "faint")
        warnings = [*remarks, *self._warnings(selection)]
        self.warning_label.setText("\n".join(warnings))
        self.warning_label.setVisible(bool(warnings))
        self.export_button.setEnabled(not self.is_working and (self.accept_check.isChecked() or not self._is_damaged))

    def _say(self, text: str, look: str) -> None:
        """Show a preview, or why there is none, in a look of the style sheet."""
        self.preview_label.setText(text)
        if self.preview_label.objectName() != look:
            self.preview_label.setObjectName(look)
            self.preview_label.style().polish(self.preview_label)

    def _damage_text(self, damage: Sequence[str]) -> str:
        """The first sentences, and how many there are besides."""
        more = len(damage) - _SHOWN_WARNINGS
        rest = [self.tr("And {0} more of this kind.").format(more)] if more > 0 else []
        return "\n".join([self.tr("The project was damaged when it was opened."), *damage[:_SHOWN_WARNINGS], *rest])

    def _warnings(self, selection: Selection) -> list[str]:
        """What would surprise later: frames that are left out, and frames where nobody looked for an object."""
        project, found = self._project, []
        count = len(selection.frames)
        if count < project.frame_count:
            found.append(self.tr("Not the whole video: {0} of {1} frames.").format(count, project.frame_count))
        frames = range(selection.frames[0], selection.frames[-1] + 1)
        for number, missing in missing_masks(project, frames, selection.declared_ids()).items():
            text = self.tr("{0} has no mask yet on {1} of these frames, the first is {2}.")
            found.append(text.format(project.objects[number].name, len(missing), missing[0]))
        more = len(found) - _SHOWN_WARNINGS
        return [
            *found[:_SHOWN_WARNINGS],
            *([self.tr("And so have {0} more objects.").format(more)] if more > 0 else []),
        ]

    def _show_mapping(self, selection: Selection) -> None:
        """Beside every object that is exported, what it becomes in the format."""
        chosen, options = set(selection.declared_ids()), self.form.value()
        with QSignalBlocker(self.objects_list):
            for row in range(self.objects_list.count()):
                item = self.objects_list.item(row)
                number = item.data(Qt.ItemDataRole.UserRole)
                name = self._project.objects[number].name
                arrow = f"{name}  →  {self.format.writer.becomes(selection, options, number)}"
                item.setText(arrow if number in chosen else name)

    def _names_of(self, selection: Selection) -> tuple[str, str]:
        """The first and the last file that is written, or in a single file the names of the first and last frame."""
        first, last = selection.frames[0], selection.frames[-1]
        names = [self.format.writer.names(selection, self.form.value(), frame) for frame in (first, last)]
        if all(names):
            suffix = Path(names[0][0]).suffix  # pictures that come with masks are not named
            return names[0][0], [name for name in names[1] if name.endswith(suffix)][-1]
        return selection.frame_names[first], selection.frame_names[last]

    @Slot()
    def _browse(self) -> None:
        if self._suffix:
            name, _ = QFileDialog.getSaveFileName(self, self.tr("Export to"), self.place_field.text())
        else:
            parent = QFileDialog.getExistingDirectory(self, self.tr("Export into"), str(self.target.parent))
            name = str(Path(parent) / self.target.name) if parent else ""
        if name:
            self.place_field.setText(name)

    def _set_up(self) -> None:
        for each in self._project.objects.values():
            item = QListWidgetItem(each.name)
            item.setData(Qt.ItemDataRole.UserRole, each.object_id)
            item.setCheckState(Qt.CheckState.Checked)
            self.objects_list.addItem(item)
        self.objects_list.setSpacing(2)
        row = self.objects_list.sizeHintForRow(0) + 2 * self.objects_list.spacing()
        self.objects_list.setFixedHeight(row * min(max(self.objects_list.count(), 2), 6) + 10)
        self.objects_list.setAccessibleName(self.tr("Objects to export"))
        for label in (self.preview_label, self.warning_label, self.damage_label, self.problem_label):
            label.setWordWrap(True)
        self.preview_label.setObjectName("faint")
        for label in (self.warning_label, self.damage_label, self.problem_label):
            label.setObjectName("problem")
            label.hide()
        self.damage_label.setVisible(self._is_damaged)
        self.accept_check.setVisible(self._is_damaged)
        self.export_button.setDefault(True)
        self.export_button.setObjectName("primary")
        self.buttons.addButton(self.export_button, QDialogButtonBox.ButtonRole.ActionRole)

    def _lay_out(self) -> None:
        place = QHBoxLayout()
        place.addWidget(self.place_field, 1)
        place.addWidget(self.browse_button)
        place.setSpacing(8)
        self.form_area = QWidget()
        rows = QFormLayout(self.form_area)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setVerticalSpacing(10)
        rows.addRow(self.tr("Format"), self.format_box)
        rows.addRow(self.tr("Frames"), self.range)
        rows.addRow(self.tr("Objects"), self.objects_list)
        rows.addRow(self.tr("Options"), self.form)
        rows.addRow(self.tr("Save as"), place)
        rows.addRow("", self.overwrite_check)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 14)
        column.setSpacing(12)
        column.addWidget(self.form_area)
        parts = (self.preview_label, self.warning_label, self.damage_label, self.accept_check, self.problem_label)
        for part in (*parts, self.bar):
            column.addWidget(part)
        column.addStretch(1)
        column.addWidget(self.buttons)
        self.resize(560, 400)

    def _connect(self) -> None:
        self.format_box.currentIndexChanged.connect(self._on_format)
        self.range.changed.connect(self._show_preview)
        self.place_field.textChanged.connect(self._show_preview)
        self.objects_list.itemChanged.connect(self._show_preview)
        self.form.changed.connect(self._on_option)
        self.accept_check.toggled.connect(self._show_preview)
        self.browse_button.clicked.connect(self._browse)
        self.export_button.clicked.connect(self.start)
        self.buttons.rejected.connect(self.reject)


def _place_beside(video: Path) -> Path:
    """The folder of the video, or the home folder for the bundled one."""
    folder = video.absolute().parent
    return Path.home() if folder.is_relative_to(resources_folder()) else folder
