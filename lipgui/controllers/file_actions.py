"""Opening, saving, exporting and importing: what the menu File asks for, with the dialogs it needs."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from lipgui.actions.dispatch import Answers
from lipgui.basics.settings import Settings
from lipgui.controllers.command_line import command_line
from lipgui.controllers.session.session import Session
from lipgui.document.document import Document
from lipgui.jobs.jobs import JobQueue
from lipgui.timeline.timeline import Timeline
from lipgui.widgets.notice import Message

# Files that open as a video; of pictures those that may hold several.
_VIDEOS = (
    "*.mp4 *.mov *.mkv *.avi *.webm *.m4v *.mpg *.mpeg *.ts *.mts *.m2ts *.vob *.mxf *.3gp *.wmv *.asf *.flv *.ogv "
    "*.dv *.gif *.webp *.avif *.apng *.tif *.tiff"
)


class Filing(QObject):
    """Opening, saving, importing and exporting: what the menu File does. `answers` names the actions."""

    told = Signal(str)
    announced = Signal(object)  # a Message

    def __init__(
        self, document: Document, session: Session, settings: Settings, timeline: Timeline, window: QWidget
    ) -> None:
        super().__init__(window)
        self._document, self._session, self._settings = document, session, settings
        self._timeline, self._window = timeline, window
        self.files_queue = JobQueue(self)
        session.videoWanted.connect(self._on_video_wanted)
        session.differentVideo.connect(self._on_different_video)
        session.lockUnavailable.connect(self._on_lock_unavailable)

    def answers(self) -> Answers:
        """What answers which action."""
        return {
            "open_video": self.open_video,
            "open_folder": self.open_folder,
            "open_project": self.open_project,
            "open_sample": self.open_sample,
            "save": self.save,
            "save_as": self.save_as,
            "export": self.export,
            "import_masks": self.import_masks,
            "copy_command": self.copy_command,
            "close_project": self.close_project,
            "set_values": self.set_values,
        }

    def open_video(self) -> None:
        """Ask for a video file and open it."""
        filters = self.tr("Videos ({0});;All files (*)").format(_VIDEOS)
        name, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open video"), self._start(), filters)
        self._open(name)

    def open_folder(self) -> None:
        """Ask for a folder of images and open it."""
        self._open(QFileDialog.getExistingDirectory(self._window, self.tr("Open folder of images"), self._start()))

    def open_project(self) -> None:
        """Ask for a project and open it."""
        self._open(QFileDialog.getExistingDirectory(self._window, self.tr("Open project (.lip)"), self._start()))

    def open_sample(self) -> None:
        """Open the bundled clip."""
        self._session.open_sample()

    def open_name(self, name: str) -> None:
        """Open a path given as text, such as a dropped or recent one."""
        self._open(name)

    def save(self) -> None:
        """Write what is left, or ask for a place."""
        if self._session.save():
            self.told.emit(self.tr("All changes are saved in {0}.").format(self._session.title))
        else:
            self.save_as()

    def save_as(self) -> None:
        """Ask for a name and save the project there."""
        name = self._document.project.name
        start = str(Path(self._start()) / f"{name}.lip")
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save project"), start, self.tr("LIP projects (*.lip)")
        )
        if chosen:
            self.save_to(Path(chosen))

    def save_to(self, path: Path) -> None:
        """Save the project at `path` and go on there."""
        self._session.save_as(path)
        place = self._session.project_path
        self.told.emit(self.tr("The project is saved in {0}; further edits are saved as you make them.").format(place))

    def set_values(self) -> None:
        """Ask which values of deep pictures are shown as black and as white."""
        from lipgui.dialogs.values_dialog import ValuesDialog

        values = self._document.video.values
        if values is not None:
            dialog = ValuesDialog(values, self._window)
            dialog.chosen.connect(self._session.show_values)
            dialog.show()

    def close_project(self) -> None:
        """Close what is open."""
        self._session.close()

    def export(self) -> None:
        """Show the export dialog; it does not block the window."""
        from lipgui.dialogs.export_dialog import (
            ExportDialog,  # the formats need half a second to load, so not at the start
        )

        for shown in self._window.findChildren(ExportDialog):
            if shown.isVisible():  # one alone, so that it is clear which one runs
                shown.raise_()
                shown.activateWindow()
                return
        project, video, damage = self._document.project, self._document.video, self._session.damage
        dialog = ExportDialog(project, video, self.files_queue, self._window, damage)
        dialog.offer_ranges(self._timeline.selection)
        dialog.finished_with.connect(self._on_exported)
        dialog.show()

    def import_masks(self) -> None:
        """Show the import dialog; it does not block the window."""
        from lipgui.dialogs.import_dialog import ImportDialog

        dialog = ImportDialog(self._document, self.files_queue, self._window)
        dialog.told.connect(self.told)
        dialog.show()

    def copy_command(self) -> None:
        """Copy the command line that does the same as this window."""
        text = command_line(self._document.project, self._session.folder_path, self._settings.preferences())
        QGuiApplication.clipboard().setText(text)
        self.told.emit(self.tr("Copied: {0}").format(text))

    def offer_retry(self, sentence: str) -> None:
        """Say that saving failed, that nothing is lost, and offer to try again."""
        text = self.tr("{0} Your work is kept in this window; nothing is lost as long as it is open.").format(sentence)
        self.announced.emit(Message(text, ((self.tr("Try again"), self._session.retry),)))

    def offer_copy(self, sentence: str) -> None:
        """Say that the project's folder is lost to this window, and offer to save what it holds elsewhere."""
        text = self.tr("{0} Your work is kept in this window: save a copy before you close it.").format(sentence)

        def copy() -> None:
            self.save_as()
            if self._session.is_lost:  # the dialog was cancelled
                self.offer_copy(sentence)

        self.announced.emit(Message(text, ((self.tr("Save a copy…"), copy),)))

    def _on_lock_unavailable(self, sentence: str, path: Path) -> None:
        advice = self.tr("If no other window has it open, take it over; looking at it changes nothing on the disk.")
        choices = (
            (self.tr("Look only"), partial(self._session.open, path, "read")),
            (self.tr("Take over"), partial(self._session.open, path, "write")),
        )
        self.announced.emit(Message(f"{sentence} {advice}", choices))

    def _on_exported(self, path: Path) -> None:
        choices = ((self.tr("Show in folder"), lambda: _show_folder(path)),)
        self.announced.emit(Message(self.tr("Exported to {0}.").format(path), choices, is_news=True))

    def _on_video_wanted(self, sentence: str) -> None:
        choices = (
            (self.tr("Find the file…"), self._find_file),
            (self.tr("Find the folder of images…"), self._find_folder),
        )
        self.announced.emit(Message(sentence, choices))

    def _find_file(self) -> None:
        filters = self.tr("Videos ({0});;All files (*)").format(_VIDEOS)
        self._use_video(QFileDialog.getOpenFileName(self._window, self.tr("Find the video"), self._start(), filters)[0])

    def _find_folder(self) -> None:
        self._use_video(QFileDialog.getExistingDirectory(self._window, self.tr("Find the video"), self._start()))

    def _use_video(self, name: str) -> None:
        if name:
            self._session.use_video(Path(name))
        else:
            self._session.give_up_waiting()

    def _on_different_video(self, sentence: str, path: Path) -> None:
        take = partial(self._session.use_video, path, anyway=True)
        self.announced.emit(Message(sentence, ((self.tr("Use it all the same"), take),)))

    def _open(self, name: str) -> None:
        if name:
            self._session.open(Path(name))

    def _start(self) -> str:
        recent = self._settings.recent()
        return str(recent[0].parent if recent else Path.home())


def _show_folder(path: Path) -> None:
    """Show where a file or folder was written, in the system's own window of files."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if path.is_dir() else path.parent)))
