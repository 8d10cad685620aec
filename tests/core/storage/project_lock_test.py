"""Where a project is: its lock, disks without locks, pipes in its place, and disks that refuse to flush."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from lipcore import files
from lipcore.errors import LipError
from lipcore.storage import project_lock as lock
from lipcore.storage.project_folder import LockUnavailable, PlaceLost, ProjectDamaged, ProjectFolder
from tests.core.project.helpers import paint, small_project


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A saved project."""
    project = small_project()
    paint(project, 1, 1)
    project.add_weights(b"tuned", [1])
    folder = ProjectFolder.create(tmp_path / "p.lip", project)
    folder.close()
    return folder.path


NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)


@pytest.mark.parametrize("code", [*NO_LOCKS, errno.EIO, errno.ESTALE, errno.ENOSPC, errno.EPERM, errno.EACCES])
def test_every_refusal_of_a_lock_is_a_sentence(path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(lock, "_lock", refuse)
    with pytest.raises(LipError) as caught:
        ProjectFolder.open(path)
    assert "another window. Close it" not in str(caught.value)
    assert isinstance(caught.value, LockUnavailable) == (code in NO_LOCKS)


def test_a_disk_without_locks_is_used_as_the_user_decides(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int) -> None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))

    monkeypatch.setattr(lock, "_lock", refuse)
    looking = ProjectFolder.open(path, without_lock="read")
    assert looking.read_only
    looking.close()
    writing = ProjectFolder.open(path, without_lock="write")
    paint(writing.project, 2, 1)
    writing.close()
    assert ProjectFolder.read(path).project.labels(2).any()
    made = ProjectFolder.create(path.with_name("new.lip"), small_project())
    made.close()


def test_a_failed_creation_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock.ProjectLock, "take", lambda _: False)
    with pytest.raises(LipError, match="permission is denied"):
        ProjectFolder.create(tmp_path / "n.lip", small_project())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_was_moved_keeps_its_weights_for_a_copy(path: Path, tmp_path: Path) -> None:
    folder = ProjectFolder.open(path)
    path.rename(tmp_path / "moved.lip")
    paint(folder.project, 3, 2)
    with pytest.raises(PlaceLost, match="was moved or renamed"):
        folder.flush()
    assert not folder.saved
    copy = folder.save_as(tmp_path / "copy.lip")
    (entry,) = copy.project.weights.entries
    assert copy.project.weights.content(entry.name) == b"tuned"
    copy.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
@pytest.mark.parametrize(
    "name", ["project.json", "masks/00001.png", "scores/000000.json", "weights/history.json", "whole-edit.json"]
)
def test_a_pipe_in_the_place_of_a_file_is_damage_and_not_waited_for(path: Path, name: str) -> None:
    (path / name).unlink(missing_ok=True)
    os.mkfifo(path / name)
    with pytest.raises(ProjectDamaged, match="is a pipe or a device"):
        ProjectFolder.read(path, accept_damage=False)
    folder = ProjectFolder.open(path)
    assert any("is a pipe or a device" in note for note in folder.damage)
    folder.close()


def test_a_damaged_file_that_cannot_be_moved_lets_the_project_be_read(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path / "masks" / "00001.png").write_bytes(b"junk")

    def refuse(source: object, target: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", refuse)
        folder = ProjectFolder.open(path)
    assert folder.read_only
    assert any("was opened read-only" in note for note in folder.notes)
    folder.close()


@pytest.mark.parametrize("number", range(1, 12))
def test_a_folder_that_cannot_be_flushed_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """The n-th flush of a folder in a save fails: the edit counts as saved only when all of them worked."""
    folder = ProjectFolder.open(path)
    count, sync = 0, files.sync_folders

    def fail(folders: object) -> None:
        nonlocal count
        count += 1
        if count == number:
            raise OSError(errno.EIO, "Input/output error")
        sync(folders)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(files, "sync_folders", fail)
        with folder.project.edit():
            for frame in (4, 5, 80):
                paint(folder.project, frame, 2)
        problem = ""
        try:
            folder.flush()
        except LipError as error:
            problem = str(error)
        assert (count < number and not problem) or "the disk reports an error" in problem
        assert folder.saved is not bool(problem)
    folder.flush()
    folder.close()
    again = ProjectFolder.open(path)
    assert again.notes == ()
    assert all(again.project.labels(frame).any() for frame in (4, 5, 80))
    again.close()


def test_flushes_that_a_disk_does_not_know_are_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(descriptor: int) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "fsync", unknown)
    files.sync_folders([tmp_path])


def test_a_removed_folder_is_noticed_without_an_edit(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lipcore.storage.writer.LOOK_SECONDS", 0.01)
    told: list[LipError | None] = []
    folder = ProjectFolder.open(path, told.append)
    assert folder.saved
    shutil.rmtree(path)
    while not told:
        folder._writer._thread.join(0.01)
    assert isinstance(told[0], PlaceLost)
    assert not folder.saved
    with pytest.raises(PlaceLost):
        folder.close()
    folder.close(discard=True)
