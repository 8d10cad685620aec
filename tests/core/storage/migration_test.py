"""Migration: a backup first, then step by step, the format number last."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from lipcore.errors import LipError
from lipcore.storage import migration
from lipcore.storage.migration import migrate
from lipcore.storage.project_folder import ProjectFolder
from tests.core.project.helpers import paint, small_project


def rename_name(folder: Path, document: dict[str, object]) -> dict[str, object]:
    document = dict(document)
    document["name"] = str(document.pop("called"))
    return document


def keep(folder: Path, document: dict[str, object]) -> dict[str, object]:
    return document


@pytest.fixture
def old_folder(tmp_path: Path) -> Path:
    """A project of an imagined format 1, in which `name` was `called`; the present format is 3."""
    project = small_project()
    paint(project, 1, 1)
    project.add_weights(b"state", [1])
    folder = ProjectFolder.create(tmp_path / "old.lip", project)
    folder.close()
    document = json.loads((folder.path / "project.json").read_bytes())
    document["called"] = document.pop("name")
    (folder.path / "project.json").write_text(json.dumps(document))
    return folder.path


def contents(folder: Path) -> dict[str, bytes]:
    names = ("masks", "scores", "weights")
    files = [path for name in names for path in (folder / name).rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in [*files, folder / "project.json"]}


def test_steps_run_in_order_after_a_backup(old_folder: Path) -> None:
    before = contents(old_folder)
    document = json.loads(before["project.json"])
    migrated = migrate(old_folder, document, {1: rename_name, 2: keep}, newest=3)
    assert migrated == json.loads((old_folder / "project.json").read_bytes())
    assert isinstance(migrated, dict)
    assert (migrated["format"], migrated["name"]) == (3, "old")
    assert contents(old_folder / "backup-format-1") == before
    assert json.loads(contents(old_folder / "backup-format-2")["project.json"])["format"] == 2


def test_an_old_project_opens_and_its_backup_does_not_change_with_it(
    old_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(old_folder)
    monkeypatch.setattr(migration.migrate, "__defaults__", ({1: rename_name}, 2))
    monkeypatch.setattr("lipcore.storage.record_file.FORMAT", 2)
    folder = ProjectFolder.open(old_folder)
    assert folder.project.name == "old"
    assert folder.project.annotated_frames == [1]
    paint(folder.project, 1, 2)
    paint(folder.project, 2, 2)
    folder.close()
    assert contents(old_folder / "backup-format-1") == before
    ProjectFolder.open(old_folder).close()


def test_no_backup_no_migration(old_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(old_folder)

    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(LipError, match=r"no backup can be made, the disk is full\."):
        migrate(old_folder, json.loads(before["project.json"]), {1: rename_name}, newest=2)
    assert contents(old_folder) == before


def test_an_interrupted_migration_runs_again(old_folder: Path) -> None:
    before = contents(old_folder)
    document = json.loads(before["project.json"])

    def interrupted(folder: Path, document: dict[str, object]) -> dict[str, object]:
        raise KeyboardInterrupt

    (old_folder / ".backup-format-1.tmp").mkdir()
    with pytest.raises(KeyboardInterrupt):
        migrate(old_folder, document, {1: interrupted}, newest=2)
    assert contents(old_folder) == before
    migrate(old_folder, document, {1: rename_name}, newest=2)
    assert contents(old_folder / "backup-format-1") == before


@pytest.mark.parametrize("document", [None, {}, {"format": "1"}, {"format": True}, {"format": 0}, {"format": 1.0}])
def test_a_format_that_is_no_number_is_refused(tmp_path: Path, document: object) -> None:
    with pytest.raises(LipError):
        migrate(tmp_path, document)
