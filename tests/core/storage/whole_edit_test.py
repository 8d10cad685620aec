"""An edit of several frames is on disk entirely or not at all, whenever the process ends."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.project.identity import swap
from lipcore.project.objects import default_object
from lipcore.project.project import Project
from lipcore.project.provenance import Provenance
from lipcore.storage import loading
from lipcore.storage.project_folder import ProjectFolder
from tests.core.project.helpers import assert_same, paint, small_project
from tests.core.storage.faulty_disk import FaultyDisk

FRAMES = (1, 2, 66, 70)  # in two files of cells


def swap_all(project: Project) -> None:
    """Objects 1 and 2 change places on all frames, 3 is new: pixels, cells and the list of objects at once."""
    with project.edit():
        for after in list(swap([project.snapshot(frame) for frame in FRAMES], 1, 2)):
            project.restore(after)
        project.set_provenance(90, 1, Provenance.VERIFIED)  # a frame without a mask
        project.set_object(default_object(3))


def state_of(project: Project) -> tuple[object, ...]:
    cells = tuple(project.snapshot(frame).cells for frame in range(project.frame_count))
    labels = tuple(project.labels(frame).tobytes() for frame in range(project.frame_count))
    return labels, cells, dict(project.objects)


@pytest.fixture
def folder(tmp_path: Path) -> ProjectFolder:
    project = small_project()
    for frame in FRAMES:
        paint(project, frame, 1, Provenance.MODEL)
        paint(project, frame, 2, Provenance.USER)
        project.set_instance(frame, 1, 0.5, (1.0, 2.0, 3.0, 4.0))
    return ProjectFolder.create(tmp_path / "clip.lip", project)


def pictures_of(folder: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What would be on disk if the process ended before each step of writing the swap."""
    pictures: list[Path] = []

    def picture(step: str, path: Path) -> None:
        pictures.append(tmp_path / f"{len(pictures):03d}-{step}.lip")
        shutil.copytree(folder.path, pictures[-1])

    with monkeypatch.context() as patch:
        FaultyDisk(folder.path, patch).hook = picture
        swap_all(folder.project)
        folder.close()
    picture("end", folder.path)
    return pictures


def test_a_kill_at_every_step_leaves_the_edit_made_or_not_made(
    folder: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = state_of(folder.project)
    pictures = pictures_of(folder, tmp_path, monkeypatch)
    new = state_of(folder.project)
    assert old != new
    seen = []
    for path in pictures:
        reader = ProjectFolder.read(path)
        opened = ProjectFolder.open(path)
        assert reader.notes == opened.notes == (), path
        state = state_of(opened.project)
        assert state in (old, new), path
        assert state_of(reader.project) == state
        seen.append(state == new)
        reader.close()
        opened.close()
        again = ProjectFolder.open(path)
        assert again.notes == ()
        assert_same(again.project, opened.project)
        again.close()
        assert not (path / "whole-edit.json").exists()
        assert list((path / "staged").glob("*")) == []
    assert seen == sorted(seen)
    assert {True, False} == set(seen)


def test_after_a_failure_midway_later_edits_are_not_undone_by_the_unfinished_one(
    folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(step: str, path: Path) -> None:
        if step == "replace" and path.parent.name == "masks":
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patch:
        FaultyDisk(folder.path, patch).hook = fail
        swap_all(folder.project)
        with pytest.raises(LipError, match="permission is denied"):
            folder.flush()
        assert (folder.path / "whole-edit.json").exists()
    paint(folder.project, 2, 2, Provenance.CORRECTED)
    folder.flush()
    assert not (folder.path / "whole-edit.json").exists()
    folder.close()
    opened = ProjectFolder.open(folder.path)
    assert opened.notes == ()
    assert_same(opened.project, folder.project)
    opened.close()


def test_one_frame_needs_no_staging(folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[Path] = []
    with monkeypatch.context() as patch:
        FaultyDisk(folder.path, patch).hook = lambda step, path: steps.append(path)
        paint(folder.project, 5, 1)
        folder.close()
    assert "staged" not in {path.parent.name for path in steps}
    assert "whole-edit.json" not in {path.name for path in steps}


def interrupted(folder: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose swap was begun: everything waits, nothing is carried out."""
    path = tmp_path / "interrupted.lip"

    def picture(step: str, file: Path) -> None:
        if (folder.path / "whole-edit.json").exists() and not path.exists():
            shutil.copytree(folder.path, path)

    with monkeypatch.context() as patch:
        FaultyDisk(folder.path, patch).hook = picture
        swap_all(folder.project)
        folder.close()
    return path


@pytest.mark.parametrize("content", [b"{", b"[]", b"null", b'{"record": {}, "frames": {}}'])
def test_a_damaged_edit_is_set_aside_and_the_project_is_as_before(
    folder: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    old = state_of(folder.project)
    path = interrupted(folder, tmp_path, monkeypatch)
    (path / "whole-edit.json").write_bytes(content)
    opened = ProjectFolder.open(path)
    assert len(opened.notes) == 1
    assert "An edit of several frames was begun" in opened.notes[0]
    assert (path / "damaged" / "whole-edit.json").read_bytes() == content
    assert state_of(opened.project) == old
    opened.close()


def test_an_edit_of_another_video_is_refused(
    folder: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = interrupted(folder, tmp_path, monkeypatch)
    document = json.loads((path / "whole-edit.json").read_bytes())
    document["record"]["frames"]["height"] = 10_000
    (path / "whole-edit.json").write_text(json.dumps(document))
    opened = ProjectFolder.open(path)
    assert "another video" in opened.notes[0]
    opened.close()


def test_a_lost_staged_mask_is_named_and_the_older_one_used(
    folder: ProjectFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = folder.project.labels(66).copy()
    path = interrupted(folder, tmp_path, monkeypatch)
    (path / "staged" / "00066.png").unlink()
    opened = ProjectFolder.open(path)
    assert "frame 00066" in opened.notes[0]
    np.testing.assert_array_equal(opened.project.labels(66), old)
    np.testing.assert_array_equal(opened.project.labels(70), folder.project.labels(70))
    opened.close()
    again = ProjectFolder.open(path)
    assert again.notes == ()
    again.close()


def test_a_staged_folder_that_leads_out_is_refused(folder: ProjectFolder, tmp_path: Path) -> None:
    folder.close()
    (tmp_path / "outside").mkdir()
    (folder.path / "staged").symlink_to(tmp_path / "outside")
    with pytest.raises(LipError, match="leads out"):
        ProjectFolder.open(folder.path)


def verify_all(project: Project) -> None:
    """Cells alone, of frames whose cells are in two files."""
    with project.edit():
        for frame in (*FRAMES, 0, 90):
            project.set_provenance(frame, 1, Provenance.VERIFIED)


@pytest.mark.parametrize("edit", [verify_all, swap_all])
def test_a_reader_sees_the_whole_edit_or_nothing_of_it_whenever_it_is_saved(
    folder: ProjectFolder, monkeypatch: pytest.MonkeyPatch, edit: Callable[[Project], None]
) -> None:
    """The edit is made and saved before the first, the second, ... file that the reader opens."""
    first, seen = 0, set()
    before = state_of(folder.project)
    after = None
    start = {frame: folder.project.snapshot(frame) for frame in (*FRAMES, 0, 90)}
    objects = dict(folder.project.objects)
    while True:
        count = 0

        def interrupted(path: Path, most: int, read: Callable[[Path, int], object], moment: int = first) -> object:
            nonlocal count
            count += 1
            if count == moment + 1:
                edit(folder.project)
                folder.flush()
            return read(path, most)

        with monkeypatch.context() as patch:
            for name in ("read_json", "read_bytes"):
                real = getattr(loading, name)
                patch.setattr(loading, name, lambda path, most, real=real: interrupted(path, most, real))
            reader = ProjectFolder.read(folder.path)
        found = state_of(reader.project)
        assert reader.notes == ()
        reader.close()
        if count <= first:
            break
        after = after or state_of(folder.project)
        assert found in (before, after), f"half of the edit before file {first}"
        seen.add(found == after)
        with folder.project.edit():  # back to the start
            for snapshot in start.values():
                folder.project.restore(snapshot)
            for object_id in set(folder.project.objects) - set(objects):
                folder.project.remove_object(object_id)
        folder.flush()
        first += 1
    assert first > 5
    assert True in seen
    folder.close()
