"""The session: which project is open, where it is saved, and what became of saving it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lipcore.errors import LipError
from lipcore.storage.edits_file import write_edits
from lipcore.storage.project_folder import DifferentVideo, LockUnavailable, PlaceLost, ProjectFolder, WithoutLock
from lipgui.basics.settings import Settings
from lipgui.controllers.session import opening
from lipgui.controllers.session.opening import Opened, OtherValues, VideoWanted
from lipgui.document.document import Document
from lipgui.jobs.jobs import Job, JobQueue
from lipgui.widgets.notice import Message

_LOOK_AGAIN_MS = 200


class Session(QObject):
    """Opens, saves and closes in the background; the document changes hands only in the window's thread."""

    openingStarted = Signal(str)
    openingEnded = Signal()
    recentChanged = Signal()
    videoWanted = Signal(str)  # a sentence: the open project's video has to be found
    differentVideo = Signal(str, object)  # a sentence, and the path that may be taken all the same
    saveStateChanged = Signal(str)
    savingFailed = Signal(str)
    placeLost = Signal(str)  # a sentence: the project's folder is not there any more, or is another's
    lockUnavailable = Signal(str, object)  # a sentence, and the path that may be opened all the same
    announced = Signal(object)  # a Message
    failed = Signal(object)
    _writerSpoke = Signal(object)

    def __init__(self, document: Document, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._settings = document, settings
        self._queue = JobQueue(self)
        self._queue.job_ended.connect(lambda job: self._asked.pop(job, None))
        self._opened: Opened | None = None  # what is open
        self._waiting_folder: ProjectFolder | None = None
        self._asked: dict[Job, Path | None] = {}  # what each job opens; None is the sample
        self._state = ""
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_AGAIN_MS)
        self._timer.timeout.connect(self._show_state)
        self._writerSpoke.connect(self._on_writer)
        document.edited.connect(self._on_edited)

    @property
    def project_path(self) -> Path | None:
        """The folder of a project that the user has named, None for a draft or none at all."""
        return self._folder.path if self._folder is not None and not self._is_draft else None

    @property
    def is_sample(self) -> bool:
        """Whether the bundled clip is open."""
        return self._opened is not None and self._opened.is_sample

    @property
    def damage(self) -> Sequence[str]:
        """What the open project had lost when it was opened, a sentence for each file."""
        return self._folder.damage if self._folder is not None else ()

    @property
    def folder_path(self) -> Path | None:
        """Where the project's folder is, a draft's too."""
        return self._folder.path if self._folder is not None else None

    @property
    def save_state(self) -> str:
        """Whether all is saved, in words."""
        return self._state

    @property
    def title(self) -> str:
        """What to call what is open."""
        if not self._document.is_open:
            return ""
        return self.project_path.name if self.project_path else self._document.project.name

    def open(self, path: Path, without_lock: WithoutLock = "refuse") -> None:
        """Open a project, a video file or a folder of images; what is open now is closed when that succeeds.

        `without_lock` says what to do on a disk without locks; see `lockUnavailable`.
        """
        autosave = self._settings.preferences().autosave
        self._run(
            self.tr("Open {0}").format(path.name),
            lambda: opening.open_path(path, self._tell_problem, autosave, without_lock),
            path,
        )

    def open_sample(self) -> None:
        """Open the bundled clip: earlier work on it, or with its first frame painted."""
        self._open_sample(afresh=False)

    def restart_sample(self) -> None:
        """Forget the earlier work on the bundled clip and open it anew."""
        self.close()
        self._open_sample(afresh=True)

    @property
    def is_lost(self) -> bool:
        """Whether the project's folder is not there any more, or is another's, so that nothing can be saved."""
        return self._folder is not None and isinstance(self._folder.problem, PlaceLost)

    def use_video(self, path: Path, anyway: bool = False) -> None:
        """Take the video at `path` for the project whose own is missing."""
        folder = self._waiting_folder
        if folder is not None:
            self._run(self.tr("Open {0}").format(path.name), lambda: opening.relink(folder, path, anyway), path)

    def show_values(self, values: tuple[float, float] | None) -> None:
        """Show other values of the open video's pictures as black and white; None: those found in them."""
        project, path = self._document.project, self._document.video.path
        self._run(self.tr("Open {0}").format(path.name), lambda: opening.open_again(project, path, values), path)

    def give_up_waiting(self) -> None:
        """Close the project whose video cannot be found."""
        folder, self._waiting_folder = self._waiting_folder, None
        if folder is not None:
            folder.close(discard=True)

    def save(self) -> bool:
        """Write what is left; False if there is no place yet, so that the user has to be asked for one."""
        if self._folder is None or self._is_draft:
            return False
        self._folder.flush()
        self._show_state()
        return True

    def save_as(self, path: Path) -> None:
        """Save as a project in a new folder and go on there; LipError if that fails, and nothing changes."""
        opened = self._opened
        if opened is None:
            return
        if opened.folder is None:
            folder = ProjectFolder.create(path, opened.project, self._tell_problem)
        else:
            old = opened.folder.path
            folder = opened.folder.save_as(path)
            if opened.is_draft:
                opening.discard_draft(old)
        self._opened = replace(opened, folder=folder, is_draft=False)
        self._settings.add_recent(folder.path)
        self.recentChanged.emit()
        self._show_state()

    def retry(self) -> None:
        """Try again to save."""
        if self._folder is not None:
            self._folder.retry()
            self._timer.start()

    def close(self, discard: bool = False) -> None:
        """Save and let go of what is open; LipError, and it stays open, if it cannot be saved and not `discard`."""
        self._queue.stop_all()
        self._asked.clear()
        self.give_up_waiting()
        self._let_go(discard)

    def _open_sample(self, afresh: bool) -> None:
        autosave = self._settings.preferences().autosave
        self._run(self.tr("Open the sample"), lambda: opening.open_sample(self._tell_problem, autosave, afresh), None)

    def _let_go(self, discard: bool) -> None:
        if self._would_lose and not discard:
            name = self._document.project.name
            raise LipError(self.tr("The work on {0} is not saved anywhere yet: save it first.").format(name))
        if self._document.is_open:
            self._settings.store_last_frame(self._place, self._document.frame)
        folder, unused = self._folder, self._is_draft and self._is_unused()
        if folder is not None:
            self._keep_past(folder, discard or unused)
            folder.close(discard or unused)
            if unused:
                opening.discard_draft(folder.path)
        self._opened = None
        self._timer.stop()
        self._state = ""
        self._document.close()

    def _keep_past(self, folder: ProjectFolder, is_given_up: bool) -> None:
        """Keep with the project what can be taken back; where that fails, only this is lost."""
        if not is_given_up and not folder.read_only:
            folder.flush()
            with contextlib.suppress(LipError):
                write_edits(folder.path, folder.project, self._document.past_edits())

    @property
    def _folder(self) -> ProjectFolder | None:
        """Where the open project is saved; None for one that lives in memory only, and for none at all."""
        return self._opened.folder if self._opened is not None else None

    @property
    def _is_draft(self) -> bool:
        return self._opened is not None and self._opened.is_draft

    @property
    def _place(self) -> Path:
        """The project's folder, or the video where there is none."""
        return (self.project_path or self._document.project.video_path).absolute()

    @property
    def _would_lose(self) -> bool:
        """Whether closing would lose edits: there is no folder."""
        is_kept = self._folder is not None or not self._document.is_open
        return not is_kept and self._document.stack.count() > 0

    def _is_unused(self) -> bool:
        if self._opened is not None and self._opened.is_sample:  # it comes with objects
            return not self._opened.is_back and self._document.stack.count() == 0
        project = self._document.project
        return not project.objects and not project.annotated_frames and not project.weights_in_use

    def _run(self, title: str, steps: Callable[[], Generator[object, None, None]], asked: Path | None) -> None:
        job = Job(title, steps)
        self._asked[job] = asked
        job.stepped.connect(self._on_step)
        job.failed.connect(self._on_failed)
        job.finished.connect(self.openingEnded)
        self.openingStarted.emit(title)
        self._queue.submit(job)

    @Slot(object)
    def _on_step(self, step: object) -> None:
        if isinstance(step, VideoWanted):
            self.give_up_waiting()
            self._waiting_folder = step.folder
            self.videoWanted.emit(step.sentence)
        elif isinstance(step, OtherValues):
            self._take_values(step)
        elif isinstance(step, Opened):
            self._take(step, self._asked_now)

    @property
    def _asked_now(self) -> Path | None:
        """What the running job opens; other requests may wait behind it."""
        job = self._queue.current
        return self._asked.get(job) if job is not None else None

    def _take(self, opened: Opened, asked: Path | None) -> None:
        if opened.folder is self._waiting_folder:
            self._waiting_folder = None
        try:
            self._let_go(discard=False)
        except LipError as error:
            opened.video.close()
            if opened.folder is not None:
                opened.folder.close(discard=True)
            self.failed.emit(error)
            return
        self._opened = opened
        self._document.open(opened.project, opened.video)
        self._document.recall(opened.past)
        if not opened.is_sample:
            self._document.go_to(self._settings.last_frame(self._place))
        recent = self.project_path or asked
        if recent is not None:
            self._settings.add_recent(recent.absolute())
            self.recentChanged.emit()
        if opened.is_back and opened.is_sample:
            text = self.tr("Your earlier work on the sample is back.")
            self.announced.emit(Message(text, ((self.tr("Discard it and start anew"), self.restart_sample),)))
        elif opened.is_back or opened.notes:
            back = self.tr("Your earlier work on this video is back. Save it as a project to keep it elsewhere.")
            notes = [*opened.notes, *([back] if opened.is_back else [])]
            self.announced.emit(Message("\n".join(notes), is_news=True))
        self._show_state()

    def _take_values(self, other: OtherValues) -> None:
        """The same project with the video anew; what the network remembers of its pictures is forgotten."""
        if not self._document.is_open or self._document.project is not other.project:
            other.video.close()
            return
        frame = self._document.frame
        other.project.set_values(other.values)
        self._document.open(other.project, other.video)
        self._document.go_to(frame)
        if other.video.notes:
            self.announced.emit(Message("\n".join(other.video.notes), is_news=True))
        self._show_state()

    @Slot(Exception)
    def _on_failed(self, error: Exception) -> None:
        asked = self._asked_now
        if isinstance(error, DifferentVideo):
            self.differentVideo.emit(str(error), asked)
        elif isinstance(error, LockUnavailable) and asked is not None:
            self.lockUnavailable.emit(str(error), asked)
        else:
            self.failed.emit(error)
            if self._waiting_folder is not None:
                self.videoWanted.emit(str(error))

    def _tell_problem(self, problem: LipError | None) -> None:
        self._writerSpoke.emit(problem)  # from the writer's thread to the window's

    @Slot(object)
    def _on_writer(self, problem: LipError | None) -> None:
        self._show_state()
        if isinstance(problem, PlaceLost):
            self.placeLost.emit(str(problem))
        elif problem is not None:
            self.savingFailed.emit(str(problem))

    @Slot()
    def _on_edited(self) -> None:
        self._show_state()

    @Slot()
    def _show_state(self) -> None:
        folder = self._folder
        if not self._document.is_open:
            state = ""
        elif folder is None:
            state = self.tr("Not saved: press Ctrl+S to keep this work")
        elif folder.problem is not None:
            state = self.tr("Not saved")
        elif not folder.saved:
            state = self.tr("Saving…")
        else:
            state = self.tr("Kept as a draft") if self._is_draft else self.tr("All changes saved")
        if folder is not None and not folder.saved:
            self._timer.start()
        else:
            self._timer.stop()
        if state != self._state:
            self._state = state
            self.saveStateChanged.emit(state)
