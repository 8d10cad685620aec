"""The import dialog: a file or folder of masks, what becomes which object, and one undoable entry when it is taken."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from lipcore.exchange import READABLE, ImportedFrame, ImportOptions, LabelImport, detect, mapping, open_import
from lipcore.masks import object_ids
from lipcore.project.provenance import Provenance
from lipgui.dialogs.job_dialog import JobDialog
from lipgui.dialogs.mapping_table import MappingTable, redirected
from lipgui.document import edits
from lipgui.document.document import Document
from lipgui.jobs.jobs import JobQueue

_SHOWN_NOTES = 3
_PALETTE = "palette"
_OF_VALUES = {"davis", "youtube-vos", "masks"}  # formats whose masks may hold values that only a person can explain


class Source(NamedTuple):
    """What is to be read and how."""

    path: Path
    form: str
    values: str
    frame: int  # the frame of a single mask


class ImportDialog(JobDialog):
    """Reads in the background, says what becomes which object, and edits the document once, when that is asked for.

    Cells a person made keep their pixels.
    """

    told = Signal(str)

    def __init__(self, document: Document, queue: JobQueue, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("ImportDialog", "Import masks"), queue, parent)
        self._document = document
        self._source: Source | None = None  # what was read or is being read
        self._found: LabelImport | None = None
        self._frames: list[ImportedFrame] = []
        self._complete = self._wanted = False  # everything is read; it is to be taken when it is
        self.path_field = QLineEdit()
        self.path_field.setAccessibleName(self.tr("File or folder"))
        self.file_button = QPushButton(self.tr("File…"))
        self.folder_button = QPushButton(self.tr("Folder…"))
        self.format_box, self.values_box = QComboBox(), QComboBox()
        self.palette_field, self.palette_button = QLineEdit(), QPushButton(self.tr("File…"))
        self.rows = QFormLayout()
        self.preview_label = QLabel()
        self.mapping_table = MappingTable()
        self.meaning_box = QComboBox()
        self.notes_label = QLabel(self.tr("Masks replace what propagation made; what you painted or verified stays."))
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.import_button = QPushButton(self.tr("Import"))
        self._set_up()
        self._lay_out()
        self.file_button.clicked.connect(self._browse_file)
        self.folder_button.clicked.connect(self._browse_folder)
        self.path_field.editingFinished.connect(self.look)
        self.format_box.currentIndexChanged.connect(self.look)
        self.values_box.currentIndexChanged.connect(self._choose_values)
        self.palette_button.clicked.connect(self._browse_palette)
        self.palette_field.editingFinished.connect(self.look)
        self.import_button.clicked.connect(self.start)
        self.buttons.rejected.connect(self.reject)

    @Slot()
    def look(self) -> None:
        """Read what the file or folder holds, in the background, and show it; nothing is taken yet."""
        source = self._chosen()
        if source == self._source or not self.path_field.text() or not self._document.is_open:
            return
        self._forget()
        self._source, video = source, self._document.project

        def steps() -> Generator[object, None, None]:
            options = ImportOptions(frame=source.frame, values=source.values)
            there = source.form == "auto" and source.path.exists()
            yield (form := detect(source.path) if there else source.form)
            found = open_import(source.path, video, form, options)
            yield found
            yield from found.read()

        self.preview_label.setText(self.tr("Reading…"))
        self.bar.setRange(0, 0)
        self.bar.show()
        self.work(self.tr("Look into the masks"), steps, is_passing=True)

    @Slot()
    def start(self) -> None:
        """Take everything as one entry of the history, at once if it is read, else as soon as it is."""
        self.look()
        self._wanted = self.is_working
        self.import_button.setEnabled(not self._wanted)
        if self._complete:
            self._take()

    def done(self, result: int) -> None:
        """Stop what runs, then close."""
        for field in (self.path_field, self.palette_field):  # they would look again as they lose the keyboard
            field.editingFinished.disconnect(self.look)
        super().done(result)

    def _chosen(self) -> Source:
        path, form = Path(self.path_field.text()).expanduser(), str(self.format_box.currentData())
        values = str(self.values_box.currentData())
        if values == _PALETTE:
            values = str(Path(self.palette_field.text()).expanduser()) if self.palette_field.text() else "auto"
        return Source(path, form, values, self._document.frame)

    def _forget(self) -> None:
        """Forget what was read, and stop reading."""
        self.drop_work()
        self._source = self._found = None
        self._frames, self._complete, self._wanted = [], False, False
        self.mapping_table.hide()
        self.bar.hide()
        self.import_button.setEnabled(True)

    @Slot(object)
    def take_step(self, step: object) -> None:
        """The format was found, the source was opened, or a frame was read."""
        if isinstance(step, str):
            self.rows.setRowVisible(self.values_box, step in _OF_VALUES)
            self._show_palette()
        elif isinstance(step, LabelImport):
            self._found = step
            self.bar.setRange(0, len(step.frames))
        elif isinstance(step, ImportedFrame):
            self._frames.append(step)
            self.bar.setValue(len(self._frames))

    def work_ended(self, error: Exception | None, was_stopped: bool) -> None:
        """Show what was read, and take it if that was asked for meanwhile."""
        self.import_button.setEnabled(True)
        if error is not None:
            self._refuse(error)
        elif not was_stopped and self._found is not None and self._document.is_open:
            self._complete = True
            self._show_found(self._found)
            if self._wanted:
                self._take()

    def _refuse(self, error: Exception) -> None:
        """Say why it cannot be imported; it may be tried again."""
        self._wanted, self._source = False, None
        self.preview_label.setText(str(error))

    def _show_found(self, found: LabelImport) -> None:
        """The frames that have masks, what was repaired or lost, and what becomes which object."""
        names = self._document.project.frame_names
        text = self.tr("1 frame, {1}") if len(found.frames) == 1 else self.tr("{0} frames, {1} to {2}")
        lines = [text.format(len(found.frames), names[found.frames[0]], names[found.frames[-1]])]
        self.preview_label.setText("\n".join([*lines, *self._notes(found)]))
        seen = {number for frame in self._frames for number in object_ids(frame.labels)}
        self.mapping_table.show_mapping(mapping(found, seen, self._document.project.objects), self._document.project)
        self.mapping_table.show()

    def _notes(self, found: LabelImport) -> list[str]:
        notes = list(dict.fromkeys([*found.notes, *(note for frame in self._frames for note in frame.notes)]))
        more = [self.tr("and {0} more remarks.").format(len(notes) - _SHOWN_NOTES)] if len(notes) > _SHOWN_NOTES else []
        return [*notes[:_SHOWN_NOTES], *more]

    def _take(self) -> None:
        found = self._found
        assert found is not None, "nothing was read"
        targets = self.mapping_table.targets()
        frames = [redirected(frame, targets) for frame in self._frames]
        named = {
            targets[number]: replace(each, object_id=targets[number])
            for number, each in found.objects.items()
            if targets.get(number)
        }
        provenance, spoken = self.meaning_box.currentData(), {each for each in targets.values() if each}
        count = edits.take_import(self._document, named, frames, Provenance(provenance), spoken)
        text = self.tr("Imported masks for {0} frames.").format(count)
        self.told.emit(" ".join([text, *self._notes(found)]))
        self.accept()

    @Slot()
    def _choose_values(self) -> None:
        self._show_palette()
        if self.values_box.currentData() == _PALETTE and not self.palette_field.text():
            self._browse_palette()
        self.look()

    def _show_palette(self) -> None:
        wanted = self.values_box.currentData() == _PALETTE and self.rows.isRowVisible(self.values_box)
        self.rows.setRowVisible(self._palette_row, wanted)

    @Slot()
    def _browse_palette(self) -> None:
        kinds = self.tr("Palettes (*.gpl *.pal *.txt *.csv *.json);;All files (*)")
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Palette"), "", kinds)
        if name:
            self.palette_field.setText(name)
            self.look()

    @Slot()
    def _browse_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Import"), "", self.tr("Masks (*.png *.json *.xml *.txt)"))
        if name:
            self.path_field.setText(name)
            self.look()

    @Slot()
    def _browse_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, self.tr("Import"))
        if name:
            self.path_field.setText(name)
            self.look()

    def _set_up(self) -> None:
        for button in (self.file_button, self.folder_button, self.palette_button):
            button.setAutoDefault(False)
        self.format_box.addItem(self.tr("Find out"), "auto")
        for form in READABLE:
            self.format_box.addItem(form.title, form.name)
        self.format_box.setAccessibleName(self.tr("Format"))
        for text, values in (
            (self.tr("Not said"), "auto"),
            (self.tr("Ids of objects: 1, 2, 3…"), "ids"),
            (self.tr("Shades of one object, from black to white"), "shades"),
            (self.tr("Colours of a palette file"), _PALETTE),
        ):
            self.values_box.addItem(text, values)
        self.values_box.setAccessibleName(self.tr("What the values of the masks are"))
        self.palette_field.setAccessibleName(self.tr("Palette"))
        for text, provenance in (
            (self.tr("Painted: propagation keeps them and learns from them"), Provenance.USER),
            (self.tr("Verified: looked at and right"), Provenance.VERIFIED),
            (self.tr("The model's: propagation may replace them"), Provenance.MODEL),
        ):
            self.meaning_box.addItem(text, int(provenance))
        self.meaning_box.setAccessibleName(self.tr("They count as"))
        for label in (self.preview_label, self.notes_label):
            label.setWordWrap(True)
        self.notes_label.setObjectName("faint")
        self.import_button.setDefault(True)
        self.import_button.setObjectName("primary")
        self.buttons.addButton(self.import_button, QDialogButtonBox.ButtonRole.ActionRole)
        self.mapping_table.hide()

    def _lay_out(self) -> None:
        place = QHBoxLayout()
        place.addWidget(self.path_field, 1)
        place.addWidget(self.file_button)
        place.addWidget(self.folder_button)
        self.rows.addRow(self.tr("Masks"), place)
        self.rows.addRow(self.tr("Format"), self.format_box)
        self.rows.addRow(self.tr("Values are"), self.values_box)
        self._palette_row = QHBoxLayout()
        self._palette_row.addWidget(self.palette_field, 1)
        self._palette_row.addWidget(self.palette_button)
        self.rows.addRow(self.tr("Palette"), self._palette_row)
        for row in (self.values_box, self._palette_row):
            self.rows.setRowVisible(row, False)
        self.rows.addRow(self.tr("They count as"), self.meaning_box)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 18, 18, 14)
        column.setSpacing(12)
        column.addLayout(self.rows)
        for part in (self.preview_label, self.mapping_table, self.notes_label, self.bar):
            column.addWidget(part)
        column.addStretch(1)
        column.addWidget(self.buttons)
        self.resize(560, 280)
