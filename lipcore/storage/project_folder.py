"""Projects on disk: create, open, save and close the folder NAME.lip."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lipcore.errors import LipError
from lipcore.files import explain, make_folder
from lipcore.project.project import Project
from lipcore.project.record import VideoFingerprint
from lipcore.staging import PROJECT_SUFFIX, RECORD, RECORD_COPY
from lipcore.storage.fingerprint import MissingVideo, find_video, fingerprint_of
from lipcore.storage.loading import CannotSetAside, Loader
from lipcore.storage.project_files import ProjectFiles, is_temporary
from lipcore.storage.project_lock import LOCK_NAME, LockUnavailable, PlaceLost, ProjectLock, ProjectPlace
from lipcore.storage.writer import ProjectWriter

if TYPE_CHECKING:
    from lipcore.video import Video

_READINGS = 5  # attempts to read a project without a note while it is being written
_READING_SECONDS = 10.0  # for attempts to read it in which no edit of several frames began or ended
_SHOWN_DAMAGE = 5  # sentences of an error
WithoutLock = Literal["refuse", "read", "write"]
"""What to do where the disk has no locks: raise LockUnavailable, open read-only, or take the project over."""
ProblemListener = Callable[[LipError | None], None]


class ProjectDamaged(LipError):
    """Something of the project is lost, which the sentence names; it can be used all the same."""


class DifferentVideo(LipError):
    """The video that was offered has the project's frames but other content; it can be taken all the same."""


class ProjectFolder:
    """A project and the folder in which every edit of it is saved a moment later.

    `notes` are sentences about what was not as it should be at opening, `damage` those of them that tell of something
    lost. `on_problem` is called in the writer's thread, with a
    LipError when saving fails and with None when it works again. A folder that cannot be written is opened all the
    same, `read_only`: edits stay in memory, and saving them is a problem that says so.
    """

    def __init__(
        self,
        project: Project,
        files: ProjectFiles,
        place: ProjectPlace | None,
        lock: ProjectLock | None,
        notes: tuple[str, ...] = (),
        damage: tuple[str, ...] = (),
        on_problem: ProblemListener | None = None,
        save: bool = False,
    ) -> None:
        self.project, self.notes, self.damage = project, notes, damage
        self._files, self._place, self._lock = files, place, lock
        self._on_problem = on_problem
        self._writer = ProjectWriter(project, files, on_problem)
        self._writer.start(save)

    @classmethod
    def create(
        cls, path: Path, project: Project, on_problem: ProblemListener | None = None, name: str = ""
    ) -> ProjectFolder:
        """Save a project in a new folder `path`, to which ".lip" is added where it lacks, and keep it saved there.

        The project is called `name`, or as its folder if that is empty.
        LipError if the folder exists already, or if anything of the project cannot be written.
        """
        path = path if path.suffix == PROJECT_SUFFIX else path.with_name(path.name + PROJECT_SUFFIX)
        _refuse_used(path)
        made = not path.exists()
        make_folder(path)
        lock, place = ProjectLock(path), None
        try:
            if not _lock(lock, "write"):
                raise LipError(f"Cannot save a project in {path}: permission is denied.")
            place = ProjectPlace(path, lock if lock.in_place else None)
            files = ProjectFiles(path, place)
            notes = project.load_all_weights()
            project.mark_all_changed()
            if project.record.fingerprint is None:
                project.update_record(fingerprint=_fingerprint(project.video_path))
            project.update_record(name=name or path.stem)
            files.save(project, new=True)
        except BaseException:
            project.load_all_weights()
            _let_go(place, lock)
            _remove_begun(path, made)
            raise
        return cls(project, files, place, lock, tuple(notes), (), on_problem)

    @classmethod
    def open(
        cls,
        path: Path,
        on_problem: ProblemListener | None = None,
        without_lock: WithoutLock = "refuse",
        accept_damage: bool = True,
    ) -> ProjectFolder:
        """Open a project folder, or the project.json in it. The video is not touched: see `find_video`.

        LipError if it is no project, was made by a newer program, or is open in another window; LockUnavailable if the
        disk has no locks; ProjectDamaged, with nothing repaired, if something of it is lost and not `accept_damage`.
        """
        folder = _existing(path)
        lock, place = ProjectLock(folder), None
        try:
            writable = _lock(lock, without_lock)
            if not accept_damage:
                _refuse_damage(folder, _load(folder, None)[1])
            if writable:
                place = ProjectPlace(folder, lock if lock.in_place else None)
            try:
                project, loader, files = _load(folder, place)
            except CannotSetAside as error:
                _let_go(place, lock)
                place = None
                project, loader, files = _load(folder, None)
                loader.notes.append(str(error))
        except BaseException:
            _let_go(place, lock)
            raise
        if place is not None:
            place.settle()
        save = place is not None and (bool(loader.notes) or project.has_changed_frames)
        return cls(project, files, place, lock, tuple(loader.notes), tuple(loader.damage), on_problem, save)

    @classmethod
    def read(cls, path: Path, accept_damage: bool = True) -> ProjectFolder:
        """Open a project folder only to read it, even while a window has it open and saves in it.

        Nothing in the folder is locked, repaired or changed. Every frame is as some edit left it, and an edit of
        several frames is seen in all of them or in none. LipError if it is no project or of a newer program, or is
        written without a pause; ProjectDamaged if something of it is lost and not `accept_damage`.
        """
        folder = _existing(path)
        end, readings = time.monotonic() + _READING_SECONDS, 0
        while True:
            before = _state(folder)
            project, loader, files = _load(folder, None)
            readings += 1
            if _state(folder) != before:  # an edit of several frames began or ended
                if time.monotonic() > end:
                    raise LipError(f"Cannot read {folder}: it is being changed all the time. Try again later.")
            elif not loader.notes or readings >= _READINGS:  # a file may have changed between two that were read
                break
        if not accept_damage:
            _refuse_damage(folder, loader)
        return cls(project, files, None, None, tuple(loader.notes), tuple(loader.damage))

    @property
    def path(self) -> Path:
        """The folder."""
        return self._files.folder

    @property
    def read_only(self) -> bool:
        """Whether the folder could not be opened for writing."""
        return self._place is None

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
        self._files.follow_weights(self.project)
        try:
            moved = ProjectFolder.create(path, self.project, self._on_problem)
        except BaseException:
            self.project.load_all_weights()
            self.project.mark_all_changed()
            self._writer = ProjectWriter(self.project, self._files, self._on_problem)
            self._writer.start(save=self._place is not None)
            raise
        moved.damage = self.damage
        _let_go(self._place, self._lock)
        return moved

    def close(self, discard: bool = False) -> None:
        """Save what is left and let the folder go. LipError, and the folder stays open, if that fails.

        With `discard`, edits that cannot be saved are given up.
        """
        if not discard:
            self._writer.flush()
        self._writer.stop()
        _let_go(self._place, self._lock)


def _lock(lock: ProjectLock, without_lock: WithoutLock) -> bool:
    """Take the lock; whether the folder may be written. LipError, LockUnavailable."""
    try:
        return lock.take()
    except LockUnavailable:
        if without_lock == "refuse":
            raise
        return without_lock == "write"


def _load(folder: Path, place: ProjectPlace | None) -> tuple[Project, Loader, ProjectFiles]:
    """Read the folder; with a place that may be written, repair it."""
    loader = Loader(folder, repair=place is not None)
    files = ProjectFiles(folder, place)
    return loader.load(files), loader, files


def _let_go(place: ProjectPlace | None, lock: ProjectLock | None) -> None:
    if place is not None:
        place.close()
    if lock is not None:
        lock.release()


def _refuse_damage(folder: Path, loader: Loader) -> None:
    if loader.damage:
        shown, count = loader.damage[:_SHOWN_DAMAGE], len(loader.damage)
        more = [f"There are {count - len(shown)} more files like these."] if count > len(shown) else []
        raise ProjectDamaged(" ".join([f"{folder} is damaged.", *shown, *more]))


def _state(folder: Path) -> tuple[object, ...]:
    """Changes whenever something appears in the project's folder itself or leaves it."""
    try:
        state = folder.stat()
        return state.st_dev, state.st_ino, state.st_mtime_ns
    except OSError as error:
        raise LipError(f"Cannot open {folder}: {explain(error)}.") from error


def _remove_begun(path: Path, made: bool) -> None:
    """Remove what a failed creation left, in which nothing was before."""
    shutil.rmtree(path, ignore_errors=True)
    if not made:
        with contextlib.suppress(OSError):
            path.mkdir()


def _existing(path: Path) -> Path:
    """The folder of a project, given that or the project.json in it; LipError if it is none."""
    folder = path.parent if path.name == RECORD else path
    try:
        if not (folder / RECORD).is_file() and not (folder / RECORD_COPY).is_file():
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


__all__ = [
    "DifferentVideo",
    "LockUnavailable",
    "MissingVideo",
    "PlaceLost",
    "ProjectDamaged",
    "ProjectFolder",
    "WithoutLock",
]
