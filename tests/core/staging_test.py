"""Output appears whole or not at all, and replaces nothing that LIP did not write."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from lipcore.errors import LipError
from lipcore.staging import MARKER, staged_file, staged_folder


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def test_file_appears_at_the_end_only(tmp_path: Path) -> None:
    with staged_file(tmp_path / "new" / "a.txt") as path:
        path.write_text("whole")
        assert not (tmp_path / "new" / "a.txt").exists()
    assert names(tmp_path) == {"new", "new/a.txt"}
    assert (tmp_path / "new" / "a.txt").read_text() == "whole"


@pytest.mark.parametrize("staged", [staged_file, staged_folder])
def test_failure_leaves_nothing_behind(tmp_path: Path, staged: object) -> None:
    def fill() -> None:
        with staged(tmp_path / "new" / "deep" / "a") as path:
            (path / "half.txt" if path.is_dir() else path).write_text("half")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(LipError, match="the disk is full"):
        fill()
    assert names(tmp_path) == set()


def test_existing_file_is_refused_and_survives_a_failed_overwrite(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(LipError, match="exists already"), staged_file(target):
        pass

    def fail() -> None:
        with staged_file(target, overwrite=True) as path:
            path.write_text("new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert target.read_text() == "old"
    with staged_file(target, overwrite=True) as path:
        path.write_text("new")
    assert target.read_text() == "new"
    assert names(tmp_path) == {"a.txt"}


def test_folder_is_replaced_only_if_all_in_it_is_ours(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with staged_folder(target) as folder:
        (folder / "one.txt").write_text("1")
    assert names(target) == {"one.txt", MARKER}
    with pytest.raises(LipError, match="not empty"), staged_folder(target):
        pass
    with staged_folder(target, overwrite=True) as folder:
        (folder / "two.txt").write_text("2")
    assert names(target) == {"two.txt", MARKER}
    (target / "mine.txt").write_text("precious")
    with pytest.raises(LipError, match=r"such as mine\.txt"), staged_folder(target, overwrite=True):
        pass
    assert (target / "mine.txt").read_text() == "precious"


def test_foreign_folder_and_file_are_never_replaced_by_a_folder(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("photo")
    (tmp_path / "photos" / MARKER).write_text('{"files": "a.jpg"}')
    with pytest.raises(LipError, match="did not write"), staged_folder(tmp_path / "photos", overwrite=True):
        pass
    with pytest.raises(LipError, match="a file has that name"), staged_folder(tmp_path / "photos" / "a.jpg", True):
        pass
    assert (tmp_path / "photos" / "a.jpg").read_text() == "photo"


def test_empty_folder_is_used_and_file_over_folder_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with staged_folder(tmp_path / "out") as folder:
        (folder / "one.txt").write_text("1")
    assert (tmp_path / "out" / "one.txt").exists()
    with pytest.raises(LipError, match="it is a folder"), staged_file(tmp_path / "out", overwrite=True):
        pass


def test_file_that_appeared_meanwhile_in_the_folder_is_kept(tmp_path: Path) -> None:
    def run() -> None:
        with staged_folder(tmp_path / "out") as folder:
            (folder / "one.txt").write_text("1")
            (tmp_path / "out").mkdir()
            (tmp_path / "out" / "late.txt").write_text("late")

    with pytest.raises(LipError, match="not empty"):
        run()
    assert names(tmp_path) == {"out", "out/late.txt"}


def test_link_in_an_earlier_output_counts_as_the_users(tmp_path: Path) -> None:
    with staged_folder(tmp_path / "out") as folder:
        (folder / "one.txt").write_text("1")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(LipError, match="such as link"), staged_folder(tmp_path / "out", overwrite=True):
        pass


def test_long_names_are_no_obstacle(tmp_path: Path) -> None:
    target = tmp_path / ("森" * 80)
    with staged_folder(target) as folder:
        (folder / "one.txt").write_text("1")
    with staged_folder(target, overwrite=True) as folder:
        (folder / "two.txt").write_text("2")
    assert names(target) == {"two.txt", MARKER}


def test_what_0_1_0_exported_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    (target / "one.txt").write_text("old")
    (target / ".lip-files.json").write_text('{"files": ["one.txt"]}')
    with staged_folder(target, overwrite=True) as folder:
        (folder / "two.txt").write_text("new")
    assert names(target) == {"two.txt", MARKER}
