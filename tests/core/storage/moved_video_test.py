"""ProjectFolder: a video that moved is found again, another one in its place is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from lipcore.errors import LipError
from lipcore.project.project import Project
from lipcore.storage.project_folder import DifferentVideo, MissingVideo, ProjectFolder
from lipcore.video import open_video
from tests.helpers import MovingSquare, write_moving_square


def test_a_moved_video_is_asked_for_and_linked_again(tmp_path: Path, moving_square: MovingSquare) -> None:
    with open_video(moving_square.path) as video:
        folder = ProjectFolder.create(tmp_path / "square.lip", Project.create(video))
    assert folder.find_video() == moving_square.path
    moved = moving_square.path.rename(tmp_path / "elsewhere")
    with pytest.raises(MissingVideo, match="Where is it now") as caught:
        folder.find_video()
    assert caught.value.path == moving_square.path
    with open_video(moved) as video:
        folder.relink(video)
    folder.close()
    again = ProjectFolder.open(folder.path)
    assert again.find_video() == moved
    other = write_moving_square(tmp_path / "other", frames=11).path
    with open_video(other) as video, pytest.raises(LipError, match="11 frames"):
        again.relink(video, anyway=True)
    changed = write_moving_square(tmp_path / "changed").path
    (changed / "00000.png").write_bytes((changed / "00001.png").read_bytes())
    with open_video(changed) as video:
        with pytest.raises(DifferentVideo):
            again.relink(video)
        again.relink(video, anyway=True)
    assert again.find_video() == changed
    again.close()


def test_project_and_video_may_move_together(tmp_path: Path) -> None:
    home = tmp_path / "home"
    square = write_moving_square(home / "square")
    with open_video(square.path) as video:
        ProjectFolder.create(home / "square.lip", Project.create(video)).close()
    home.rename(tmp_path / "new")
    folder = ProjectFolder.open(tmp_path / "new" / "square.lip")
    assert folder.find_video() == tmp_path / "new" / "square"
    folder.close()


def test_another_video_in_the_same_place_is_noticed(tmp_path: Path, moving_square: MovingSquare) -> None:
    with open_video(moving_square.path) as video:
        folder = ProjectFolder.create(tmp_path / "square.lip", Project.create(video))
    (moving_square.path / "00011.png").write_bytes(b"other")
    with pytest.raises(MissingVideo, match="is not the video"):
        folder.find_video()
    folder.close()
