"""What a path opens: a project, a video with the work done on it before, or the sample; what is said if it cannot."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.project.objects import VideoObject
from lipcore.project.project import Project
from lipcore.storage.project_folder import ProjectFolder
from lipcore.video import open_video
from lipgui.controllers.session import opening
from lipgui.controllers.session.opening import Opened, OtherValues, VideoWanted
from tests.helpers import MovingSquare, write_moving_square

CAT = VideoObject(1, "cat", (200, 0, 0))


@pytest.fixture(autouse=True)
def drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "drafts"
    monkeypatch.setattr(opening, "drafts_folder", lambda: folder)
    return folder


def only(steps: Generator[object, None, None]) -> object:
    (found,) = steps
    return found


def opened(steps: Generator[object, None, None]) -> Opened:
    found = only(steps)
    assert isinstance(found, Opened)
    return found


def let_go(found: Opened) -> None:
    found.video.close()
    if found.folder is not None:
        found.folder.close()


def work_on(path: Path) -> None:
    """Open a video as a draft, add a cat, and close it."""
    found = opened(opening.open_path(path, print, autosave=True))
    found.project.set_object(CAT)
    let_go(found)


@pytest.fixture
def project(moving_square: MovingSquare, tmp_path: Path) -> Path:
    """A project of the moving square."""
    video = open_video(moving_square.path)
    folder = ProjectFolder.create(tmp_path / "work.lip", Project.create(video), print, "work")
    folder.close()
    video.close()
    return tmp_path / "work.lip"


def test_the_work_on_a_video_comes_back_with_it(moving_square: MovingSquare) -> None:
    first = opened(opening.open_path(moving_square.path, print, autosave=True))
    assert (first.is_draft, first.is_back, dict(first.project.objects)) == (True, False, {})
    let_go(first)
    work_on(moving_square.path)
    again = opened(opening.open_path(moving_square.path, print, autosave=True))
    assert (again.is_draft, again.is_back, dict(again.project.objects)) == (True, True, {1: CAT})
    let_go(again)


def test_without_drafts_the_work_is_in_memory_only(moving_square: MovingSquare, drafts: Path) -> None:
    found = opened(opening.open_path(moving_square.path, print, autosave=False))
    assert (found.folder, found.is_draft, found.notes) == (None, False, ())
    assert not drafts.exists()
    let_go(found)


def test_two_videos_of_one_name_have_two_drafts(tmp_path: Path) -> None:
    one, other = tmp_path / "a" / "clip.mp4", tmp_path / "b" / "clip.mp4"
    assert opening.draft_path(one) == opening.draft_path(tmp_path / "a" / "." / "clip.mp4")
    assert opening.draft_path(one) != opening.draft_path(other)


def test_a_draft_of_another_video_or_one_in_use_is_left_alone_and_that_is_said(moving_square: MovingSquare) -> None:
    work_on(moving_square.path)
    held = opened(opening.open_path(moving_square.path, print, autosave=True))
    second = opened(opening.open_path(moving_square.path, print, autosave=True))
    assert (second.folder, second.is_draft) == (None, False)
    assert "open elsewhere" in second.notes[0]
    let_go(second)
    let_go(held)
    shutil.rmtree(moving_square.path)
    write_moving_square(moving_square.path, frames=5)
    other = opened(opening.open_path(moving_square.path, print, autosave=True))
    assert (other.folder, other.project.frame_count, dict(other.project.objects)) == (None, 5, {})
    assert "cannot be used" in other.notes[0]
    let_go(other)


def test_where_no_draft_can_be_written_one_is_told_to_save(moving_square: MovingSquare, drafts: Path) -> None:
    drafts.write_text("in the way", encoding="utf-8")
    found = opened(opening.open_path(moving_square.path, print, autosave=True))
    assert (found.folder, found.notes) == (None, ("Edits are not saved as they are made: save the project.",))
    let_go(found)


def test_a_project_whose_video_is_gone_waits_for_it(project: Path, moving_square: MovingSquare, tmp_path: Path) -> None:
    found = opened(opening.open_path(project, print, autosave=True))
    assert (found.project.name, found.is_draft) == ("work", False)
    let_go(found)
    moved = moving_square.path.rename(tmp_path / "elsewhere")
    wanted = only(opening.open_path(project, print, autosave=True))
    assert isinstance(wanted, VideoWanted)
    assert str(moving_square.path) in wanted.sentence
    other = write_moving_square(tmp_path / "other", frames=5)
    with pytest.raises(LipError):
        only(opening.relink(wanted.folder, other.path, anyway=False))
    back = opened(opening.relink(wanted.folder, moved, anyway=False))
    assert back.folder is wanted.folder
    assert len(back.video) == 12
    let_go(back)
    let_go(opened(opening.open_path(project, print, autosave=True)))  # it knows where the video is now


def test_a_path_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="it does not exist"):
        only(opening.open_path(tmp_path / "none.mp4", print, autosave=True))


def test_what_is_a_project(project: Path, moving_square: MovingSquare, tmp_path: Path) -> None:
    assert opening.is_project(project)
    assert opening.is_project(project.rename(tmp_path / "without suffix"))
    assert opening.is_project(tmp_path / "gone.lip")
    assert not opening.is_project(moving_square.path)


def test_other_values_open_the_video_again(moving_square: MovingSquare) -> None:
    video = open_video(moving_square.path)
    project = Project.create(video)
    found = only(opening.open_again(project, moving_square.path, None))
    assert isinstance(found, OtherValues)
    assert found.project is project
    assert found.video is not video
    np.testing.assert_array_equal(found.video[0], video[0])
    video.close()
    found.video.close()


def test_the_sample_begins_painted_comes_back_and_can_begin_afresh() -> None:
    first = opened(opening.open_sample(print, autosave=True))
    assert (first.is_sample, first.is_back, first.project.annotated_frames) == (True, False, [0])
    names = {each.name for each in first.project.objects.values()}
    assert names == {"astronaut", "cat", "motorcycle"}
    first.project.set_object(replace(first.project.objects[1], name="she"))
    let_go(first)
    again = opened(opening.open_sample(print, autosave=True))
    assert (again.is_back, again.project.objects[1].name) == (True, "she")
    let_go(again)
    afresh = opened(opening.open_sample(print, autosave=True, afresh=True))
    assert afresh.project.objects[1].name in names
    let_go(afresh)


def test_only_drafts_are_ever_discarded(project: Path, moving_square: MovingSquare) -> None:
    work_on(moving_square.path)
    opening.discard_draft(project)
    assert project.is_dir()
    opening.discard_draft(opening.draft_path(moving_square.path))
    assert not opening.draft_path(moving_square.path).exists()
