"""Writing a project's changes: only what changed, a record at the end, and what failed is written the next time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.project.project import Project
from lipcore.storage import project_files
from lipcore.storage.loading import Loader
from lipcore.storage.project_files import MASKS, RECORD, SCORES, ProjectFiles, is_temporary
from lipcore.storage.project_lock import ProjectPlace
from tests.core.project.helpers import assert_same, paint, painted_project


@pytest.fixture
def project() -> Project:
    return painted_project()


@pytest.fixture
def files(tmp_path: Path, project: Project) -> ProjectFiles:
    """A folder in which the project is written."""
    made = ProjectFiles(tmp_path, ProjectPlace(tmp_path, None))
    made.save(project, new=True)
    return made


def on_disk(folder: Path) -> Project:
    return Loader(folder, repair=False).load(ProjectFiles(folder))


def written_since(folder: Path, before: dict[Path, int]) -> set[str]:
    """The names of files that are others than before."""
    return {path.name for path, number in inodes(folder).items() if before.get(path) != number}


def inodes(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def test_what_is_written_is_what_is_read(files: ProjectFiles, project: Project) -> None:
    assert_same(on_disk(files.folder), project)
    names = sorted(path.name for path in (files.folder / MASKS).iterdir())
    assert names == ["00001.png", "00002.png", "00065.png"]
    assert sorted(path.name for path in (files.folder / SCORES).iterdir()) == ["000000.json", "000064.json"]
    assert not any(is_temporary(path.name) for path in files.folder.rglob("*"))


def test_only_what_changed_is_written_again(files: ProjectFiles, project: Project) -> None:
    before = inodes(files.folder)
    files.save(project)
    assert written_since(files.folder, before) == set()
    paint(project, 2, 2)
    files.save(project)
    assert written_since(files.folder, before) == {"00002.png", "000000.json"}
    assert_same(on_disk(files.folder), project)


def test_a_mask_that_was_taken_away_is_empty_on_disk(files: ProjectFiles, project: Project) -> None:
    project.set_labels(65, np.zeros((20, 30), np.uint8))
    files.save(project)
    assert not on_disk(files.folder).labels(65).any()


def test_what_could_not_be_written_is_written_the_next_time(
    files: ProjectFiles, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise LipError("the disk is full")

    paint(project, 1, 2)
    with monkeypatch.context() as inside:
        inside.setattr(project_files, "write_all_atomic", full)
        with pytest.raises(LipError, match="the disk is full"):
            files.save(project)
    files.save(project)
    assert_same(on_disk(files.folder), project)


def test_a_new_folder_is_a_project_only_when_all_is_written(
    tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: object) -> None:
        raise LipError("the disk is full")

    monkeypatch.setattr(project_files, "write_all_atomic", full)
    with pytest.raises(LipError, match="the disk is full"):
        ProjectFiles(tmp_path, ProjectPlace(tmp_path, None)).save(project, new=True)
    assert not (tmp_path / RECORD).exists()


def test_without_a_place_nothing_is_written(tmp_path: Path, project: Project) -> None:
    with pytest.raises(LipError, match="is read-only, so changes are not saved"):
        ProjectFiles(tmp_path).save(project)
    assert list(tmp_path.iterdir()) == []
