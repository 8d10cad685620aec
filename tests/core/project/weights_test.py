"""Tuned weights: what is kept of them in memory and on disk, and what is forgotten when."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lipcore.project.project import Project
from lipcore.project.weights import WeightsHistory
from lipcore.storage.project_folder import ProjectFolder
from tests.core.project.helpers import small_project
from tests.core.storage.faulty_disk import FaultyDisk


def tune(project: Project, count: int, first: int = 0) -> list[str]:
    """Names of `count` tuned states."""
    return [project.add_weights(f"state {number}".encode() * 100, [0]).name for number in range(first, first + count)]


def files_of(path: Path) -> set[str]:
    return {each.stem for each in (path / "weights").glob("*.safetensors")}


def test_the_newest_few_and_those_around_the_one_in_use_stay() -> None:
    history = WeightsHistory()
    names = [history.add(bytes([number]), []).name for number in range(10)]
    assert history.superfluous([], names[9]) == names[:7]
    assert history.superfluous([names[0]], names[4]) == [*names[1:3], *names[5:7]]
    assert history.superfluous([], "") == names[:7]
    history.forget(names[:7])
    assert [entry.name for entry in history.entries] == names[7:]
    assert names[0] not in history
    assert history.size(names[0]) == (0, False)
    assert history.size(names[9]) == (1, True)


def test_pruned_states_leave_the_disk_and_the_others_stay(tmp_path: Path) -> None:
    folder = ProjectFolder.create(tmp_path / "clip.lip", small_project())
    names = tune(folder.project, 6)
    folder.flush()
    assert files_of(folder.path) == set(names)
    assert all(not folder.project.weights.size(name)[1] for name in names), "a state on disk is kept in memory too"
    folder.project.prune_weights([names[1]])
    folder.close()
    assert files_of(folder.path) == {names[1], *names[3:]}
    opened = ProjectFolder.open(folder.path)
    assert opened.notes == ()
    assert [entry.name for entry in opened.project.weights.entries] == [names[1], *names[3:]]
    assert opened.project.weights.content(names[5]) == b"state 5" * 100
    opened.close()


def test_a_kill_at_every_step_of_tuning_and_pruning_keeps_the_weights_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = ProjectFolder.create(tmp_path / "clip.lip", small_project())
    project = folder.project
    tune(project, 4)
    folder.flush()
    pictures: list[Path] = []

    def picture(step: str, path: Path) -> None:
        pictures.append(tmp_path / f"{len(pictures):03d}-{step}.lip")
        shutil.copytree(folder.path, pictures[-1])

    in_use = {project.weights_in_use}
    with monkeypatch.context() as patch:
        FaultyDisk(folder.path, patch).hook = picture
        with project.edit():
            in_use.update(tune(project, 4, first=4)[3:])
            project.prune_weights([])
        folder.close()
    picture("end", folder.path)
    assert len(pictures) > 20
    for path in pictures:
        opened = ProjectFolder.open(path)
        assert opened.notes == (), path
        assert opened.project.weights_in_use in in_use
        for entry in opened.project.weights.entries:
            opened.project.weights.content(entry.name)
        listed = {entry.name for entry in opened.project.weights.entries}
        opened.close()
        assert files_of(path) == listed, "opening leaves states that nothing lists"


def test_opening_removes_states_that_nothing_lists_and_no_other_file(tmp_path: Path) -> None:
    folder = ProjectFolder.create(tmp_path / "clip.lip", small_project())
    names = tune(folder.project, 2)
    folder.close()
    stranger, own = folder.path / "weights" / f"{'0' * 32}.safetensors", folder.path / "weights" / "mine.safetensors"
    stranger.write_bytes(b"left by a kill")
    own.write_bytes(b"put there by the user")
    reader = ProjectFolder.read(folder.path)
    reader.close()
    assert stranger.exists()
    opened = ProjectFolder.open(folder.path)
    assert opened.notes == ()
    opened.close()
    assert not stranger.exists()
    assert own.exists()
    assert files_of(folder.path) == {*names, "mine"}


def test_a_state_that_comes_back_after_it_was_pruned_is_written_again(tmp_path: Path) -> None:
    folder = ProjectFolder.create(tmp_path / "clip.lip", small_project())
    names = tune(folder.project, 5)
    folder.project.prune_weights([])
    folder.flush()
    assert names[0] not in files_of(folder.path)
    assert tune(folder.project, 1) == names[:1]
    folder.close()
    opened = ProjectFolder.open(folder.path)
    assert opened.project.weights.content(names[0]) == b"state 0" * 100
    opened.close()
