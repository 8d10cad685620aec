"""Loading a project: what is damaged is set aside under its name, and the rest is there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.project.project import Project
from lipcore.storage.loading import Loader
from lipcore.storage.project_files import DAMAGED, MASKS, RECORD, ProjectFiles
from lipcore.storage.project_folder import ProjectFolder
from tests.core.project.helpers import assert_same, painted_project


@pytest.fixture
def project() -> Project:
    return painted_project()


@pytest.fixture
def folder(tmp_path: Path, project: Project) -> Path:
    ProjectFolder.create(tmp_path / "a.lip", project).close()
    return tmp_path / "a.lip"


def load(folder: Path, repair: bool) -> tuple[Project, Loader]:
    loader = Loader(folder, repair)
    return loader.load(ProjectFiles(folder)), loader


@pytest.mark.parametrize("repair", [False, True])
def test_a_whole_project_comes_back_without_a_word(folder: Path, project: Project, repair: bool) -> None:
    found, loader = load(folder, repair)
    assert_same(found, project)
    assert (loader.notes, loader.damage) == ([], [])


@pytest.mark.parametrize("repair", [False, True])
def test_a_damaged_mask_costs_its_frame_alone_and_is_moved_away_only_in_a_repair(
    folder: Path, project: Project, repair: bool
) -> None:
    (path,) = (folder / MASKS).glob("*00002*")
    path.write_bytes(path.read_bytes()[:30])
    found, loader = load(folder, repair)
    assert not found.labels(2).any()
    np.testing.assert_array_equal(found.labels(65), project.labels(65))
    assert len(loader.damage) == 1
    assert path.name in loader.damage[0]
    assert path.exists() != repair
    assert (folder / DAMAGED).is_dir() == repair


def test_a_damaged_record_gives_way_to_its_copy(folder: Path, project: Project) -> None:
    (folder / RECORD).write_text("{")
    found, loader = load(folder, repair=True)
    assert found.record == project.record
    assert "Its copy was used" in loader.notes[0]


def test_without_any_record_there_is_no_project(folder: Path) -> None:
    for path in folder.glob("project*.json*"):
        path.unlink()
    with pytest.raises(LipError):
        load(folder, repair=True)


@pytest.mark.parametrize("repair", [False, True])
def test_temporaries_of_a_process_that_died_are_removed_in_a_repair_alone(folder: Path, repair: bool) -> None:
    left = folder / MASKS / ".00001.png.0123456789ab.tmp"
    left.write_bytes(b"x")
    load(folder, repair)
    assert left.exists() != repair


def test_a_link_in_the_place_of_a_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    (folder / MASKS).rename(tmp_path / "elsewhere")
    (folder / MASKS).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LipError):
        load(folder, repair=True)
