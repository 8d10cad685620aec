"""The import dialog: a file or folder of masks, what it holds, and one undoable entry when it is taken."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lipcore.exchange import READABLE, ImportedFrame, ImportOptions, LabelImport, VideoShape, open_import
from lipgui.document import edits
from lipgui.document.document import Document
from lipgui.jobs.jobs import Job, JobQueue

_SHOWN_OBJECTS = 6  # named in the preview


class ImportDialog(QDialog):
    """Reads in the background and then edits the document once; cells a person made keep their pixels."""

    told = Signal(str)

    def __init__(self, document: Document, queue: JobQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import masks"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._document, self._queue = document, queue
        self._job: Job | None = None
        self._glance: Job | None = None  # the job that only looks what there is
        self._found: LabelImport | None = None
        self._frames: list[ImportedFrame] = []
        self.path_field = QLineEdit()
        self.path_field.setAccessibleName(self.tr("File or folder"))
        self.file_button = QPushButton(self.tr("File…"))
        self.folder_button = QPushButton(self.tr("Folder…"))
        for button in (self.file_button, self.folder_button):
            button.setAutoDefault(False)
        self.format_box = QComboBox()
        self.format_box.addItem(self.tr("Find out"), "auto")
        for form in READABLE:
            self.format_box.addItem(form.title, form.name)
        self.preview_label = QLabel()
        self.preview_label.setWordWrap(True)
        self.notes_label = QLabel(self.tr("Masks replace what propagation made; what you painted or verified stays."))
        self.notes_label.setWordWrap(True)
        self.notes_label.setObjectName("faint")
        self.bar = QProgressBar()
        self.bar.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.import_button = QPushButton(self.tr("Import"))
        self.import_button.setDefault(True)
        self.import_button.setObjectName("primary")
        self.buttons.addButton(self.import_button, QDialogButtonBox.ButtonRole.ActionRole)
        self._lay_out()
        self.file_button.clicked.connect(self._browse_file)
        self.folder_button.clicked.connect(self._browse_folder)
        self.path_field.editingFinished.connect(self.look)
        self.format_box.currentIndexChanged.connect(self.look)
        self.import_button.clicked.connect(self.start)
        self.buttons.rejected.connect(self.reject)

    @Slot()
    def look(self) -> None:
        """Show what the file or folder holds, found out in the background; nothing is taken yet."""
        self._stop_looking()
        if not self.path_field.text() or self._job is not None or not self._document.is_open:
            return
        open_source = self._source()

        def steps() -> Generator[object, None, None]:
            yield open_source()

        self._glance = Job(self.tr("Look into the masks"), steps)
        self._glance.stepped.connect(self._show_preview)
        self._glance.failed.connect(self._show_refusal)
        self._queue.submit(self._glance)

    @Slot()
    def start(self) -> None:
        """Read in the background, then take everything as one entry of the history."""
        self._stop_looking()
        open_source = self._source()

        def steps() -> Generator[object, None, None]:
            found = open_source()
            yield found
            yield from found.read()

        self._frames, self._found = [], None
        self._job = Job(self.tr("Import"), steps)
        self._job.stepped.connect(self._on_step)
        self._queue.job_ended.connect(self._on_ended)
        self.import_button.setEnabled(False)
        self.bar.setRange(0, 0)
        self.bar.show()
        self._queue.submit(self._job)

    def done(self, result: int) -> None:
        """Stop what runs, then close."""
        self._stop_looking()
        if self._job is not None:
            self._job.stop()
        super().done(result)

    def _source(self) -> Callable[[], LabelImport]:
        """What opens the chosen file or folder for the open video; to be called in a job."""
        path, form = Path(self.path_field.text()).expanduser(), str(self.format_box.currentData())
        video: VideoShape = self._document.project
        options = ImportOptions(frame=self._document.frame)
        return lambda: open_import(path, video, form, options)

    def _stop_looking(self) -> None:
        if self._glance is not None:
            self._glance.stepped.disconnect(self._show_preview)
            self._glance.failed.disconnect(self._show_refusal)
            self._queue.drop(self._glance)
            self._glance.stop()
        self._glance = None

    @Slot(object)
    def _show_preview(self, found: LabelImport) -> None:
        """The frames that have masks, by name, and the objects as far as the source names them."""
        names = self._document.project.frame_names
        lines = [self.tr("No frame has masks.")]
        if found.frames:
            text = self.tr("1 frame, {1}") if len(found.frames) == 1 else self.tr("{0} frames, {1} to {2}")
            lines = [text.format(len(found.frames), names[found.frames[0]], names[found.frames[-1]])]
        if found.objects:
            objects = [each.name for each in found.objects.values()]
            shown = ", ".join(objects[:_SHOWN_OBJECTS]) + (" …" if len(objects) > _SHOWN_OBJECTS else "")
            text = self.tr("1 object: {1}") if len(objects) == 1 else self.tr("{0} objects: {1}")
            lines.append(text.format(len(objects), shown))
        self.preview_label.setText("\n".join([*lines, *found.notes[:2]]))

    @Slot(Exception)
    def _show_refusal(self, error: Exception) -> None:
        self.preview_label.setText(str(error))

    @Slot(object)
    def _on_step(self, step: object) -> None:
        if isinstance(step, LabelImport):
            self._found = step
            self.bar.setRange(0, len(step.frames))
        elif isinstance(step, ImportedFrame):
            self._frames.append(step)
            self.bar.setValue(len(self._frames))

    @Slot(object)
    def _on_ended(self, job: Job) -> None:
        if job is not self._job:
            return
        self._queue.job_ended.disconnect(self._on_ended)
        self._job = None
        self.import_button.setEnabled(True)
        self.bar.hide()
        if job.error is not None:
            self.notes_label.setText(str(job.error))
        elif not job.was_stopped and self._found is not None and self._document.is_open:
            count = edits.take_import(self._document, self._found.objects, self._frames)
            notes = [*self._found.notes, *(note for frame in self._frames for note in frame.notes)]
            text = self.tr("Imported masks for {0} frames.").format(count)
            self.told.emit(" ".join([text, *notes[:3]]))
            self.accept()

    @Slot()
    def _browse_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Import"), "", self.tr("Masks (*.png *.json)"))
        if name:
            self.path_field.setText(name)
            self.look()

    @Slot()
    def _browse_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Import"))
        if name:
            self.path_field.setText(name)
            self.look()

    def _lay_out(self) -> None:
        place = QHBoxLayout()
        place.addWidget(self.path_field, 1)
        place.addWidget(self.file_button)
        place.addWidget(self.folder_button)
        rows = QFormLayout()
        rows.addRow(self.tr("Masks"), place)
        rows.addRow(self.tr("Format"), self.format_box)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 14)
        column.setSpacing(12)
        column.addLayout(rows)
        column.addWidget(self.preview_label)
        column.addWidget(self.notes_label)
        column.addWidget(self.bar)
        column.addStretch(1)
        column.addWidget(self.buttons)
        self.resize(560, 240)
