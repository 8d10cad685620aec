"""The import dialog: a file or folder of masks, what was found in it, and one undoable entry when it is taken."""

from __future__ import annotations

from collections.abc import Generator
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

from lipcore.importing import FORMATS, ImportedFrame, ImportOptions, LabelImport, VideoShape, open_import
from lipgui import edits
from lipgui.document import Document
from lipgui.jobs import Job, JobQueue


class ImportDialog(QDialog):
    """Reads in the background and then edits the document once; cells a person made keep their pixels."""

    told = Signal(str)

    def __init__(self, document: Document, queue: JobQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Import masks"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._document, self._queue = document, queue
        self._job: Job | None = None
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
        for form in FORMATS:
            self.format_box.addItem(form.title, form.name)
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
        self.import_button.clicked.connect(self.start)
        self.buttons.rejected.connect(self.reject)

    @Slot()
    def start(self) -> None:
        """Read in the background, then take everything as one entry of the history."""
        path, form = Path(self.path_field.text()).expanduser(), str(self.format_box.currentData())
        video: VideoShape = self._document.project
        options = ImportOptions(frame=self._document.frame)

        def steps() -> Generator[object, None, None]:
            found = open_import(path, video, form, options)
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
        if self._job is not None:
            self._job.stop()
        super().done(result)

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

    @Slot()
    def _browse_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Import"))
        if name:
            self.path_field.setText(name)

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
        column.addWidget(self.notes_label)
        column.addWidget(self.bar)
        column.addStretch(1)
        column.addWidget(self.buttons)
        self.resize(560, 240)
