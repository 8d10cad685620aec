"""Opening a path in a job: what it is, its project and its video; drafts keep work that was never saved by hand."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from lipcore.errors import LipError
from lipcore.masks import read_label_map
from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.project.storage import MissingVideo, ProjectFolder
from lipcore.resources import resource
from lipcore.video import Video, open_video

SUFFIX = ".lip"
ProblemListener = Callable[[LipError | None], None]


@dataclass(frozen=True)
class Opened:
    """A project with its video; `folder` is None for one that lives in memory only, such as the sample."""

    project: Project
    video: Video
    folder: ProjectFolder | None
    is_draft: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class VideoWanted:
    """A project whose video is not where it was: `folder` stays open until the user has found it or given up."""

    folder: ProjectFolder
    sentence: str


def is_project(path: Path) -> bool:
    """Whether the path is a project's folder or the record in it."""
    return path.suffix == SUFFIX or path.name == "project.json" or (path / "project.json").is_file()


def drafts_folder() -> Path:
    """Where work on videos is kept until it is saved as a project."""
    return user_data_path("LIP", appauthor=False) / "drafts"


def draft_path(video: Path) -> Path:
    """The draft of one video file or folder."""
    digest = hashlib.blake2b(str(video.resolve()).encode(), digest_size=5).hexdigest()
    return drafts_folder() / f"{video.stem[:60]}-{digest}{SUFFIX}"


def open_path(path: Path, on_problem: ProblemListener, autosave: bool) -> Generator[object, None, None]:
    """Yields one `Opened` or `VideoWanted`; LipError if the path cannot be opened."""
    if not path.exists():
        raise LipError(f"Cannot open {path}: it does not exist.")
    if is_project(path):
        yield _open_project(path, on_problem)
    else:
        yield _open_draft(path, on_problem) if autosave else _in_memory(open_video(path))


def relink(folder: ProjectFolder, path: Path, anyway: bool) -> Generator[object, None, None]:
    """Yields the `Opened` project with the video at `path`; LipError, and the folder stays open, if it does not fit."""
    video = open_video(path)
    try:
        folder.relink(video, anyway)
    except LipError:
        video.close()
        raise
    yield Opened(folder.project, video, folder, notes=folder.notes)


def open_sample() -> Generator[object, None, None]:
    """Yields the bundled clip as `Opened`, in memory, with its first frame painted."""
    video = open_video(resource("sample/clip.mp4"))
    project = Project.create(video)
    labels = read_label_map(resource(f"sample/masks/{video.frame_names[0]}.png"))
    with project.edit():
        project.set_labels(0, labels)
        for object_id in (int(each) for each in set(labels.ravel().tolist()) - {0, 255}):
            project.set_object(default_object(object_id))
            project.set_provenance(0, object_id, Provenance.USER)
    yield Opened(project, video, None)


def discard_draft(path: Path) -> None:
    """Remove a draft that was saved elsewhere or never used."""
    if path.parent == drafts_folder() and path.suffix == SUFFIX:
        shutil.rmtree(path, ignore_errors=True)


def _in_memory(video: Video) -> Opened:
    return Opened(Project.create(video), video, None)


def _open_project(path: Path, on_problem: ProblemListener) -> Opened | VideoWanted:
    folder = ProjectFolder.open(path, on_problem)
    try:
        video = open_video(folder.find_video())
    except MissingVideo as missing:
        return VideoWanted(folder, str(missing))
    except LipError as error:
        return VideoWanted(folder, str(error))
    return Opened(folder.project, video, folder, notes=folder.notes)


def _open_draft(path: Path, on_problem: ProblemListener) -> Opened:
    """The video with what was done to it before; in memory if the drafts cannot be written or are in use."""
    video, draft = open_video(path), draft_path(path)
    if (draft / "project.json").is_file():
        with contextlib.suppress(LipError):  # another window has it, or it belongs to another video by now
            folder = ProjectFolder.open(draft, on_problem)
            if (len(video), video.height, video.width) == _shape(folder.project):
                return Opened(folder.project, video, folder, True, (*folder.notes, *_welcome_back(folder.project)))
            folder.close(discard=True)
        note = "The earlier work on this video is open elsewhere or cannot be used: save this as a project to keep it."
        return Opened(Project.create(video), video, None, notes=(note,))
    project = Project.create(video)
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
        return Opened(project, video, ProjectFolder.create(draft, project, on_problem), True)
    except (LipError, OSError):
        return Opened(project, video, None, notes=("Edits are not saved as they are made: save the project.",))


def _shape(project: Project) -> tuple[int, int, int]:
    return project.frame_count, project.height, project.width


def _welcome_back(project: Project) -> tuple[str, ...]:
    if not project.objects:
        return ()
    return ("Your earlier work on this video is back. Save it as a project to keep it elsewhere.",)
