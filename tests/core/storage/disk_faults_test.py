"""Every step of every write fails once, or is the last before a kill: nothing is lost, and masks fit their cells."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.project.identity import remove
from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.storage.project_folder import ProjectFolder
from tests.core.project.helpers import assert_same, paint, small_project
from tests.core.storage.faulty_disk import FaultyDisk

NOT_SAVED = "Masks were removed, or LIP was stopped before they were saved: frames 00070."


def first_edits(project: Project) -> None:
    paint(project, 1, 2)
    paint(project, 2, 2, Provenance.MODEL)
    paint(project, 4, 1, Provenance.MODEL)
    project.add_weights(b"first", [1])


def later_edits(project: Project) -> None:
    """New pixels where there are some, where there are none, new cells alone, an object gone, one new, weights."""
    paint(project, 4, 1, Provenance.CORRECTED)
    paint(project, 2, 3, Provenance.USER)
    paint(project, 70, 3, Provenance.MODEL)
    project.set_instance(70, 3, 0.5, (1.0, 2.0, 3.0, 4.0))
    project.set_provenance(4, 1, Provenance.VERIFIED)
    for after in list(remove([project.snapshot(frame) for frame in (1, 2)], [2])):
        project.restore(after)
    project.remove_object(2)
    project.add_weights(b"second", [1, 2])
    project.set_in_out(2, 80)


def frame_states(project: Project) -> list[tuple[bytes, object]]:
    """Per frame its pixels and its cells."""
    cells = [project.snapshot(frame).cells for frame in range(project.frame_count)]
    return [(project.labels(frame).tobytes(), cells[frame]) for frame in range(project.frame_count)]


@pytest.fixture
def folder(tmp_path: Path) -> ProjectFolder:
    project = small_project()
    first_edits(project)
    return ProjectFolder.create(tmp_path / "clip.lip", project)


def count_steps(tmp_path: Path) -> int:
    """How many steps of writing `later_edits` takes, the folder's two files of the record and its copies included."""
    project = small_project()
    first_edits(project)
    folder = ProjectFolder.create(tmp_path / "count.lip", project)
    steps: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        disk = FaultyDisk(folder.path, patch)
        disk.hook = lambda step, path: steps.append(step)
        with project.edit():
            later_edits(project)
        folder.close()
    return len(steps)


def test_a_kill_at_every_step_leaves_each_frame_old_or_new(
    folder: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = folder.project
    old = frame_states(project)
    pictures: list[Path] = []

    def picture(step: str, path: Path) -> None:
        """What would be on disk if the process ended here."""
        target = tmp_path / f"{len(pictures):03d}-{step}.lip"
        shutil.copytree(folder.path, target)
        pictures.append(target)

    with monkeypatch.context() as patch:
        FaultyDisk(folder.path, patch).hook = picture
        with project.edit():
            later_edits(project)
        folder.close()
        picture("end", folder.path)
    new = frame_states(project)
    assert len(pictures) > 40
    seen = set()
    for path in pictures:
        opened = ProjectFolder.open(path)
        assert opened.notes in ((), (NOT_SAVED,)), path
        states = frame_states(opened.project)
        assert states in (old, new), f"{path}: one edit is there by half"
        for frame, state in enumerate(states):
            seen.add((frame, state == new[frame]))
        assert opened.project.weights.content(opened.project.weights_in_use) in (b"first", b"second")
        opened.close()
        again = ProjectFolder.open(path)
        assert again.notes == ()
        assert_same(again.project, opened.project)
        again.close()
    assert {(frame, is_new) for frame in (1, 2, 4, 70) for is_new in (False, True)} <= seen


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_a_failure_at_every_step_is_reported_and_nothing_is_lost(tmp_path: Path, code: int) -> None:
    steps = count_steps(tmp_path)
    assert steps > 40
    for failing in range(steps):
        project = small_project()
        first_edits(project)
        problems: list[LipError | None] = []
        folder = ProjectFolder.create(tmp_path / f"{failing}.lip", project, problems.append)
        with pytest.MonkeyPatch.context() as patch:
            disk, taken = FaultyDisk(folder.path, patch), iter(range(10**6))
            broken = [True]

            def fail(step: str, path: Path) -> None:
                if next(taken) >= failing and broken[0]:  # noqa: B023
                    raise OSError(code, os.strerror(code))

            disk.hook = fail
            with project.edit():
                later_edits(project)
            with pytest.raises(LipError, match=r"the disk is full|permission is denied"):
                folder.close()
            assert folder.problem is not None
            assert not folder.saved
            if failing == 0:
                paint(project, 8, 1)
                with pytest.raises(LipError):
                    folder.flush()
            broken[0] = False
            folder.close()
        reports = [str(problem) for problem in problems]
        assert len(reports) == len(set(reports)), "a problem was reported twice"
        assert problems[-1] is None
        opened = ProjectFolder.open(folder.path)
        assert opened.notes == ()
        assert_same(opened.project, project)
        opened.close()


def test_what_was_saved_before_the_disk_filled_up_stays(folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    project = folder.project
    old = frame_states(project)

    def full(step: str, path: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        FaultyDisk(folder.path, patch).hook = full
        later_edits(project)
        with pytest.raises(LipError, match="the disk is full"):
            folder.close()
        folder.close(discard=True)
    opened = ProjectFolder.open(folder.path)
    assert frame_states(opened.project) == old
    assert opened.notes == ()
    opened.close()


def test_a_failed_creation_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = small_project()
    first_edits(project)
    path = tmp_path / "new.lip"

    def full(step: str, file: Path) -> None:
        if file.parent.name == "masks":
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        FaultyDisk(path, patch).hook = full
        with pytest.raises(LipError, match="the disk is full"):
            ProjectFolder.create(path, project)
    assert not path.exists()
    folder = ProjectFolder.create(path, project)
    assert folder.notes == ()
    folder.close()
    opened = ProjectFolder.open(path)
    assert opened.project.weights.content(opened.project.weights_in_use) == b"first"
    assert_same(opened.project, project)
    opened.close()


def test_a_kill_during_creation_leaves_no_incomplete_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = small_project()
    first_edits(project)
    path, pictures = tmp_path / "new.lip", list[Path]()

    def picture(step: str, file: Path) -> None:
        target = tmp_path / f"{len(pictures):03d}-{step}.lip"
        shutil.copytree(path, target)
        pictures.append(target)

    with monkeypatch.context() as patch:
        FaultyDisk(path, patch).hook = picture
        ProjectFolder.create(path, project).close()
    complete = 0
    for picture_path in pictures:
        try:
            opened = ProjectFolder.open(picture_path)
        except LipError as error:
            refusal = str(error)
        else:
            complete += 1
            assert opened.notes == ()
            assert frame_states(opened.project) == frame_states(project)
            opened.close()
            continue
        assert "is not a LIP project" in refusal
    assert 0 < complete < 10


def test_a_folder_that_was_only_begun_can_be_used(tmp_path: Path) -> None:
    path = tmp_path / "new.lip"
    for name in ("masks", "scores"):
        (path / name).mkdir(parents=True)
    (path / ".lock").touch()
    (path / ".project.json.0123456789ab.tmp").write_bytes(b"{")
    ProjectFolder.create(path, small_project()).close()
    with pytest.raises(LipError, match="exists already"):
        ProjectFolder.create(path, small_project())
    (tmp_path / "file.lip").touch()
    with pytest.raises(LipError, match="exists already"):
        ProjectFolder.create(tmp_path / "file.lip", small_project())


def test_a_folder_that_cannot_be_written_opens_read_only(
    folder: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.close()
    (folder.path / "masks" / "00001.png").write_bytes(b"junk")
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.path.rglob("*"))

    with monkeypatch.context() as patch:
        patch.setattr("lipcore.storage.project_lock.ProjectLock.take", lambda lock: False)
        opened = ProjectFolder.open(folder.path)
    assert opened.read_only
    assert len(opened.notes) == 1
    assert opened.project.provenance(2, 2) is Provenance.MODEL
    opened.flush()
    paint(opened.project, 3, 1)
    with pytest.raises(LipError, match="is read-only"):
        opened.close()
    assert sorted((path, path.stat().st_mtime_ns) for path in folder.path.rglob("*")) == before
    moved = opened.save_as(tmp_path / "writable.lip")
    moved.close()
    again = ProjectFolder.open(moved.path)
    assert again.notes == ()
    assert_same(again.project, opened.project)
    again.close()


def test_a_removed_folder_is_reported_and_can_be_saved_elsewhere(folder: ProjectFolder, tmp_path: Path) -> None:
    shutil.rmtree(folder.path)
    paint(folder.project, 3, 1)
    with pytest.raises(LipError):
        folder.close()
    moved = folder.save_as(tmp_path / "other.lip")
    assert ".safetensors: it does not exist" in moved.notes[0]
    assert moved.project.weights.entries == ()
    moved.close()
    again = ProjectFolder.open(moved.path)
    assert_same(again.project, folder.project)
    again.close()


def test_a_new_object_is_listed_before_its_pixels_are_written(folder: ProjectFolder) -> None:
    project = folder.project
    order: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        FaultyDisk(folder.path, patch).hook = lambda step, path: order.append(path.name) if step == "replace" else None
        with project.edit():
            project.set_labels(9, np.full((20, 30), 7, np.uint8))
            project.set_object(default_object(7))
        folder.close()
    assert order == ["project.json", "project-copy.json", "000000.json", "00009.png"]
