"""Opening a path in a job: what it is, its project and its video; drafts keep work that was never saved by hand."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path

from platformdirs import user_data_path
from PySide6.QtCore import QCoreApplication

from lipcore.errors import LipError
from lipcore.masks import object_ids, read_label_map
from lipcore.project.objects import default_object
from lipcore.project.past_edit import PastEdit
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.resources import resource
from lipcore.staging import PROJECT_SUFFIX, RECORD
from lipcore.storage.edits_file import read_edits
from lipcore.storage.project_folder import LockUnavailable, MissingVideo, ProjectFolder, WithoutLock
from lipcore.video import Video, open_video

translate = QCoreApplication.translate
_SAMPLE_NAMES = {1: "astronaut", 2: "cat", 3: "motorcycle"}
ProblemListener = Callable[[LipError | None], None]
Preparation = Callable[[Project, Video], None]


@dataclass(frozen=True)
class Opened:
    """A project with its video; `folder` is None for one that lives in memory only."""

    project: Project
    video: Video
    folder: ProjectFolder | None
    is_draft: bool = False
    is_sample: bool = False  # whether it is the bundled clip
    is_back: bool = False  # whether it is earlier work on a video that was never saved by hand
    notes: tuple[str, ...] = ()
    past: tuple[PastEdit, ...] = ()  # what can still be taken back


@dataclass(frozen=True)
class OtherValues:
    """The video of `project` again, with other values of its pictures shown as black and white (None: as found)."""

    project: Project
    video: Video
    values: tuple[float, float] | None


@dataclass(frozen=True)
class VideoWanted:
    """A project whose video is not where it was: `folder` stays open until the user has found it or given up."""

    folder: ProjectFolder
    sentence: str


def is_project(path: Path) -> bool:
    """Whether the path is a project's folder or the record in it."""
    return path.suffix == PROJECT_SUFFIX or path.name == RECORD or (path / RECORD).is_file()


def drafts_folder() -> Path:
    """Where work on videos is kept until it is saved as a project."""
    return user_data_path("LIP", appauthor=False) / "drafts"


def draft_path(video: Path) -> Path:
    """The draft of one video file or folder."""
    digest = hashlib.blake2b(str(video.resolve()).encode(), digest_size=5).hexdigest()
    return drafts_folder() / f"{video.stem[:60]}-{digest}{PROJECT_SUFFIX}"


def open_path(
    path: Path, on_problem: ProblemListener, autosave: bool, without_lock: WithoutLock = "refuse"
) -> Generator[object, None, None]:
    """Yields one `Opened` or `VideoWanted`; LipError if the path cannot be opened, LockUnavailable on a disk without
    locks unless `without_lock` says what to do there.
    """
    if not path.exists():
        raise LipError(translate("Opening", "Cannot open {0}: it does not exist.").format(path))
    if is_project(path):
        yield _open_project(path, on_problem, without_lock)
    else:
        yield _open_video(path, on_problem, autosave, _prepare_nothing, without_lock)


def relink(folder: ProjectFolder, path: Path, anyway: bool) -> Generator[object, None, None]:
    """Yields the `Opened` project with the video at `path`; LipError, and the folder stays open, if it does not fit."""
    video = open_video(path, values=folder.project.values)
    try:
        folder.relink(video, anyway)
    except LipError:
        video.close()
        raise
    yield Opened(folder.project, video, folder, notes=(*folder.notes, *_notes(video)), past=_past(folder))


def open_again(project: Project, path: Path, values: tuple[float, float] | None) -> Generator[object, None, None]:
    """Yields the video at `path` as `OtherValues`; LipError."""
    yield OtherValues(project, open_video(path, values=values), values)


def open_sample(on_problem: ProblemListener, autosave: bool, afresh: bool = False) -> Generator[object, None, None]:
    """Yields the bundled clip as `Opened`: earlier work on it, or with its first frame painted; `afresh` forgets it."""
    path = resource("sample/clip.mp4")
    if afresh:
        discard_draft(draft_path(path))
    yield replace(_open_video(path, on_problem, autosave, _paint_first_frame), is_sample=True)


def discard_draft(path: Path) -> None:
    """Remove a draft that was saved elsewhere or never used."""
    if path.parent == drafts_folder() and path.suffix == PROJECT_SUFFIX:
        shutil.rmtree(path, ignore_errors=True)


def _prepare_nothing(project: Project, video: Video) -> None:
    """A new project starts empty."""


def _paint_first_frame(project: Project, video: Video) -> None:
    """A new project of the sample starts with its true masks on frame 0."""
    labels = read_label_map(resource(f"sample/masks/{video.frame_names[0]}.png"))
    with project.edit():
        project.update_record(name="sample")
        project.set_labels(0, labels)
        for object_id in object_ids(labels):
            plain = default_object(object_id)
            project.set_object(replace(plain, name=_SAMPLE_NAMES.get(object_id, plain.name)))
            project.set_provenance(0, object_id, Provenance.USER)


def _open_video(
    path: Path,
    on_problem: ProblemListener,
    autosave: bool,
    prepare: Preparation,
    without_lock: WithoutLock = "write",
) -> Opened:
    """The video with what was done to it before, or `prepare`d; in memory unless there is autosave."""
    if autosave:
        return _open_draft(path, on_problem, prepare, without_lock)
    video = open_video(path)
    return Opened(_new_project(video, prepare), video, None, notes=_notes(video))


def _notes(video: Video) -> tuple[str, ...]:
    """What people should know of the video."""
    if video.values is None or not video.notes:
        return tuple(video.notes)
    return (*video.notes, translate("Opening", "Other values can be chosen in the menu View."))


def _new_project(video: Video, prepare: Preparation) -> Project:
    project = Project.create(video)
    prepare(project, video)
    return project


def _open_project(path: Path, on_problem: ProblemListener, without_lock: WithoutLock) -> Opened | VideoWanted:
    folder = ProjectFolder.open(path, on_problem, without_lock)
    try:
        video = open_video(folder.find_video(), values=folder.project.values)
    except MissingVideo as missing:
        return VideoWanted(folder, str(missing))
    except LipError as error:
        return VideoWanted(folder, str(error))
    return Opened(folder.project, video, folder, notes=(*folder.notes, *_notes(video)), past=_past(folder))


def _open_draft(path: Path, on_problem: ProblemListener, prepare: Preparation, without_lock: WithoutLock) -> Opened:
    """The same as a draft; in memory if the drafts cannot be written or are in use."""
    video, draft = open_video(path), draft_path(path)
    if (draft / RECORD).is_file():
        try:
            folder = ProjectFolder.open(draft, on_problem, without_lock)
            if (len(video), video.height, video.width) == _shape(folder.project):
                if folder.project.values is not None:
                    video.close()
                    video = open_video(path, values=folder.project.values)
                notes, past = (*folder.notes, *_notes(video)), _past(folder)
                if folder.project.name == draft.stem:  # of an earlier version
                    folder.project.update_record(name=video.name)
                is_back = bool(folder.project.objects)
                return Opened(folder.project, video, folder, True, is_back=is_back, notes=notes, past=past)
            folder.close(discard=True)
        except LockUnavailable:
            video.close()
            raise
        except LipError:  # another window has it, or it belongs to another video by now
            pass
        note = translate(
            "Opening",
            "The earlier work on this video is open elsewhere or cannot be used: save this as a project to keep it.",
        )
        return Opened(_new_project(video, prepare), video, None, notes=(note, *_notes(video)))
    project = _new_project(video, prepare)
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
        return Opened(
            project, video, ProjectFolder.create(draft, project, on_problem, project.name), True, notes=_notes(video)
        )
    except (LipError, OSError):
        note = translate("Opening", "Edits are not saved as they are made: save the project.")
        return Opened(project, video, None, notes=(note, *_notes(video)))


def _past(folder: ProjectFolder) -> tuple[PastEdit, ...]:
    """What can be taken back of a project that was opened just now; nothing if it was not as it should be."""
    return () if folder.notes else read_edits(folder.path, folder.project)


def _shape(project: Project) -> tuple[int, int, int]:
    return project.frame_count, project.height, project.width
