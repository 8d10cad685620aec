"""Projects on disk: create, open, save and close the folder NAME.lip."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lipcore.errors import LipError
from lipcore.files import explain
from lipcore.project.files import RECORD, ProjectFiles, is_temporary
from lipcore.project.fingerprint import MissingVideo, find_video, fingerprint_of
from lipcore.project.loading import Loader
from lipcore.project.lock import LOCK_NAME, ProjectLock
from lipcore.project.project import Project
from lipcore.project.record import VideoFingerprint
from lipcore.project.writer import ProjectWriter

if TYPE_CHECKING:
    from lipcore.video import Video

SUFFIX = ".lip"
_READINGS = 5  # attempts to read a project that is being written
ProblemListener = Callable[[LipError | None], None]


class DifferentVideo(LipError):
    """The video that was offered has the project's frames but other content; it can be taken all the same."""


class ProjectFolder:
    """A project and the folder in which every edit of it is saved a moment later.

    `notes` are sentences about what was repaired at opening. `on_problem` is called in the writer's thread, with a
    LipError when saving fails and with None when it works again. A folder that cannot be written is opened all the
    same, `read_only`: edits stay in memory, and saving them is a problem that says so.
    """

    def __init__(
        self,
        project: Project,
        files: ProjectFiles,
        lock: ProjectLock | None,
        notes: tuple[str, ...],
        on_problem: ProblemListener | None,
        save: bool = False,
    ) -> None:
        self.project, self.notes = project, notes
        self._files, self._lock = files, lock
        self._on_problem = on_problem
        self._writer = ProjectWriter(project, files, on_problem)
        self._writer.start(save)

    @classmethod
    def create(cls, path: Path, project: Project, on_problem: ProblemListener | None = None) -> ProjectFolder:
        """Save a project in a new folder `path`, to which ".lip" is added where it lacks, and keep it saved there.

        LipError if the folder exists already, or if anything of the project cannot be written.
        """
        path = path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX)
        _refuse_used(path)
        files = ProjectFiles(path)
        files.make_folders()
        lock = ProjectLock(path)
        if not lock.take():
            raise LipError(f"Cannot save a project in {path}: permission is denied.")
        try:
            notes = project.load_all_weights()
            project.mark_all_changed()
            if project.record.fingerprint is None:
                project.update_record(fingerprint=_fingerprint(project.video_path))
            project.update_record(name=path.stem)
            files.save(project, new=True)
        except BaseException:
            project.load_all_weights()
            lock.release()
            shutil.rmtree(path, ignore_errors=True)  # there was nothing in it before
            raise
        return cls(project, files, lock, tuple(notes), on_problem)

    @classmethod
    def open(cls, path: Path, on_problem: ProblemListener | None = None) -> ProjectFolder:
        """Open a project folder, or the project.json in it. The video is not touched: see `find_video`.

        LipError if it is no project, was made by a newer program, or is open in another window.
        """
        folder = _existing(path)
        lock: ProjectLock | None = ProjectLock(folder)
        if lock is not None and not lock.take():
            lock = None
        try:
            loader = Loader(folder, repair=lock is not None)
            files = ProjectFiles(folder, read_only=lock is None)
            project = loader.load(files)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        save = lock is not None and (bool(loader.notes) or project.has_changed_frames)
        return cls(project, files, lock, tuple(loader.notes), on_problem, save)

    @classmethod
    def read(cls, path: Path) -> ProjectFolder:
        """Open a project folder only to read it, even while a window has it open and saves in it.

        Nothing in the folder is locked, repaired or changed. Every frame is as some edit left it, and an edit of
        several frames is seen in all of them or in none. LipError if it is no project or of a newer program.
        """
        folder = _existing(path)
        for _ in range(_READINGS):
            loader = Loader(folder, repair=False)
            files = ProjectFiles(folder, read_only=True)
            project = loader.load(files)
            if not loader.notes:  # else it may have changed between the reading of one file and of the next
                break
        return cls(project, files, None, tuple(loader.notes), None)

    @property
    def path(self) -> Path:
        """The folder."""
        return self._files.folder

    @property
    def read_only(self) -> bool:
        """Whether the folder could not be locked for writing when it was opened."""
        return self._lock is None

    @property
    def problem(self) -> LipError | None:
        """Why the last attempt to save failed, None if it did not."""
        return self._writer.problem

    @property
    def saved(self) -> bool:
        """Whether every edit is on disk."""
        return self._writer.saved

    def find_video(self) -> Path:
        """Where the project's video is; MissingVideo, to ask the user, if it is gone or another has its place."""
        return find_video(self.project.record)

    def relink(self, video: Video, anyway: bool = False) -> None:
        """Take `video` as the project's from now on.

        LipError if its frames differ in number or size; DifferentVideo if only its content does, unless `anyway`.
        """
        project = self.project
        got = (len(video), video.width, video.height)
        wanted = (project.frame_count, project.width, project.height)
        if got != wanted:
            raise LipError(
                f"{video.path} has {got[0]} frames of {got[1]} x {got[2]} pixels, "
                f"but {project.name} was made with {wanted[0]} of {wanted[1]} x {wanted[2]}."
            )
        fingerprint = fingerprint_of(video.path)
        if project.record.fingerprint not in (None, fingerprint) and not anyway:
            raise DifferentVideo(f"{video.path} is not the same file as the video that {project.name} was made with.")
        project.update_record(video_path=Path(video.path), fingerprint=fingerprint)

    def flush(self, timeout: float = 60.0) -> None:
        """Wait until every edit is on disk; LipError if it cannot be."""
        self._writer.flush(timeout)

    def retry(self) -> None:
        """Try again to save, without waiting for the result."""
        self._writer.retry()

    def save_as(self, path: Path) -> ProjectFolder:
        """Save the project in a new folder and go on there; this one is closed. LipError, and this one stays open."""
        with contextlib.suppress(LipError):
            self._writer.flush()
        self._writer.stop()
        try:
            moved = ProjectFolder.create(path, self.project, self._on_problem)
        except BaseException:
            self.project.load_all_weights()
            self.project.mark_all_changed()
            self._writer = ProjectWriter(self.project, self._files, self._on_problem)
            self._writer.start(save=self._lock is not None)
            raise
        if self._lock is not None:
            self._lock.release()
        return moved

    def close(self, discard: bool = False) -> None:
        """Save what is left and let the folder go. LipError, and the folder stays open, if that fails.

        With `discard`, edits that cannot be saved are given up.
        """
        if not discard:
            self._writer.flush()
        self._writer.stop()
        if self._lock is not None:
            self._lock.release()


def _existing(path: Path) -> Path:
    """The folder of a project, given that or the project.json in it; LipError if it is none."""
    folder = path.parent if path.name == RECORD else path
    try:
        if not (folder / RECORD).is_file() and not (folder / "project-copy.json").is_file():
            raise LipError(f"{folder} is not a LIP project: it has no {RECORD}.")
    except OSError as error:
        raise LipError(f"Cannot open {folder}: {explain(error)}.") from error
    return folder


def _refuse_used(path: Path) -> None:
    """Let a new project have a folder that does not exist, is empty, or was begun and holds nothing yet."""
    try:
        names = [name for _, _, files in os.walk(path) for name in files]
        used = any(name != LOCK_NAME and not is_temporary(name) for name in names)
        if used or (path.exists() and not path.is_dir()):
            raise LipError(f"Cannot save a project as {path}: it exists already and is not empty.")
    except OSError as error:
        raise LipError(f"Cannot save a project as {path}: {explain(error)}.") from error


def _fingerprint(path: Path) -> VideoFingerprint | None:
    try:
        return fingerprint_of(path)
    except LipError:
        return None  # such as a video in memory: there is nothing to compare with later


__all__ = ["DifferentVideo", "MissingVideo", "ProjectFolder"]
