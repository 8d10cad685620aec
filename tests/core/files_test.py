"""Writing whole or not at all, natural order, bounded JSON, safe names; with failures injected."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import re
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lipcore import files
from lipcore.errors import LipError


def test_write_atomic_replaces_the_whole_content(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    files.write_atomic(path, b"first, longer")
    files.write_atomic(path, b"second")
    assert path.read_bytes() == b"second"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.bin"]


def test_many_files_are_written_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = {tmp_path / f"{number}.bin": bytes([number]) * number for number in range(20)}
    files.write_all_atomic(contents)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == contents
    replace, done = os.replace, list[object]()

    def fail_at_third(source: Path, target: Path) -> None:
        done.append(target)
        if len(done) == 3:
            raise OSError(errno.EACCES, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail_at_third)
    with pytest.raises(LipError, match=r"^Cannot write .*2\.bin: permission is denied\.$"):
        files.write_all_atomic(dict.fromkeys(contents, b"new"))
    read = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert read == {path: b"new" if path.stem in "01" else data for path, data in contents.items()}


@pytest.mark.parametrize("function", ["write", "fsync", "replace"])
@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "permission is denied"),
    ],
)
def test_failed_write_keeps_the_old_file_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, number: int, reason: str
) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")

    def fail(*arguments: object) -> None:
        raise OSError(number, os.strerror(number))

    class FullDisk(io.FileIO):
        def write(self, data: object) -> int:
            super().write(b"new")
            raise OSError(number, os.strerror(number))

    if function == "write":
        monkeypatch.setattr(os, "fdopen", lambda descriptor, mode: FullDisk(descriptor, mode))
    else:
        monkeypatch.setattr(os, function, fail)
    with pytest.raises(LipError, match=f"^Cannot write .*a.bin: {reason}\\.$"):
        files.write_atomic(path, b"new content")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.bin"]


def test_write_into_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LipError, match=r"the folder .*none does not exist\.$"):
        files.write_atomic(tmp_path / "none" / "a.bin", b"x")


def test_write_over_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(LipError, match="Cannot write"):
        files.write_atomic(tmp_path / "a", b"x")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_make_folder_refuses_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(LipError, match="a file has that name"):
        files.make_folder(tmp_path / "a")
    assert files.make_folder(tmp_path / "b" / "c").is_dir()


def test_a_writable_folder_is_made_and_left_empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not list(files.make_writable_folder(tmp_path / "a" / "b").iterdir())

    def fail(*arguments: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(LipError, match="the disk is read-only"):
        files.make_writable_folder(tmp_path / "c")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a"]


def test_natural_order() -> None:
    names = ["b2", "a10", "a2", "A1", "a02", "10", "9", ""]
    assert sorted(names, key=files.natural_key) == ["", "9", "10", "A1", "a02", "a2", "a10", "b2"]


def test_natural_order_of_numbers_of_any_length() -> None:
    """Python converts no more than 4,300 digits."""
    names = ["f" + "9" * 5000, "f1" + "0" * 5000, "f" + "0" * 5000 + "7", "f8"]
    assert sorted(names, key=files.natural_key) == [names[2], names[3], names[0], names[1]]


def test_reading_takes_memory_for_the_file_and_not_for_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "small"
    path.write_bytes(b"x" * 1000)
    tracemalloc.start()
    try:
        assert len(files.read_bytes(path, 2_000_000_000)) == 1000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@given(st.lists(st.text(max_size=12), max_size=8))
def test_natural_key_orders_any_names(names: list[str]) -> None:
    backwards = names[::-1]
    assert sorted(names, key=files.natural_key) == sorted(backwards, key=files.natural_key)


def test_list_images_takes_images_only(tmp_path: Path) -> None:
    for name in ("10.JPG", "9.png", "notes.txt", "._9.png", ".hidden.png", "8.tiff"):
        (tmp_path / name).touch()
    (tmp_path / "folder.png").mkdir()
    assert [path.name for path in files.list_images(tmp_path)] == ["8.tiff", "9.png", "10.JPG"]


def test_list_images_of_no_folder(tmp_path: Path) -> None:
    with pytest.raises(LipError, match="it does not exist"):
        files.list_images(tmp_path / "none")


def test_read_json_reads_and_refuses(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"frames": [1, 2]}')
    assert files.read_json(path, 100) == {"frames": [1, 2]}
    with pytest.raises(LipError, match="larger than 10 bytes"):
        files.read_json(path, 10)
    path.write_text("[" * 100_000)
    with pytest.raises(LipError, match="nested too deeply"):
        files.read_json(path, 1_000_000)
    path.write_text("1" * 5000)
    with pytest.raises(LipError, match="not valid JSON"):
        files.read_json(path, 10_000)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.integers(0, 60), st.integers(0, 60))
def test_read_json_of_mutated_bytes_gives_a_value_or_a_sentence(
    tmp_path: Path, noise: bytes, start: int, length: int
) -> None:
    valid = json.dumps({"format": 1, "objects": [{"id": 1, "name": "dög"}], "score": 0.5}).encode()
    path = tmp_path / "a.json"
    path.write_bytes(valid[:start] + noise + valid[start + length :])
    with contextlib.suppress(LipError):
        files.read_json(path, 1000)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../a", "a/../../b", "/etc/passwd", "a//b", "C:\\a", "C:a", "a\\b", "a\0b", "a/./b", "a\nb"]
)
def test_safe_child_refuses(tmp_path: Path, name: str) -> None:
    with pytest.raises(LipError, match="is refused"):
        files.safe_child(tmp_path, name)


def test_safe_child_refuses_links_that_leave(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "out").symlink_to(tmp_path)
    (folder / "in").symlink_to(folder)
    with pytest.raises(LipError, match="leads out of"):
        files.safe_child(folder, "out/a.png")
    assert files.safe_child(folder, "in/00000.png") == folder / "in" / "00000.png"


@given(st.text(max_size=30))
def test_safe_child_never_leaves(name: str) -> None:
    folder = Path("/some/folder")
    try:
        path = files.safe_child(folder, name)
    except LipError:
        return
    assert path.resolve().is_relative_to(folder)


def test_digests_tell_contents_apart() -> None:
    assert files.digest(b"a") == files.digest(b"a") != files.digest(b"b")
    assert re.fullmatch("[0-9a-f]{32}", files.digest(b""))
