"""What a loss of power may leave: records what is done to a folder's files and gives every state a disk may be in.

The disk is a weakly ordered one. Of each folder's entries (names that appear, vanish or are replaced) any number of the
latest may be lost, in their order, each folder for itself; only flushing that folder makes them durable. A file's
content is empty unless the file was flushed. A rename between two folders is two entries, one in each.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Literal

import pytest

State = tuple[tuple[str, bytes | None], ...]
"""Relative paths in order, each with the file's content, None for a folder."""


@dataclass(frozen=True)
class Entry:
    """A name in a folder that stands for another file from now on; None: it is gone."""

    folder: str
    name: str
    number: int | None
    replaces: str = ""  # the name that the file had in the same folder


@dataclass(frozen=True)
class Flushed:
    """A folder's entries, or a file's content, are on disk."""

    folder: str = ""
    number: int = -1
    content: bytes = b""


@dataclass(frozen=True)
class Mark:
    """The program was told that everything up to here is on disk."""

    text: str


class Recorder:
    """Records what happens below `root`, which exists and is empty, while it is in force."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps: list[Entry | Flushed | Mark] = []
        self._root = root
        self._numbers: dict[str, int] = {}
        self._folders: set[int] = set()
        self._opened: dict[int, str] = {}
        self._count = 0
        self._patch(monkeypatch, "open", self._open)
        self._patch(monkeypatch, "fsync", self._fsync)
        self._patch(monkeypatch, "mkdir", self._mkdir)
        self._patch(monkeypatch, "link", self._link)
        self._patch(monkeypatch, "unlink", self._unlink)
        self._patch(monkeypatch, "replace", self._rename)
        self._patch(monkeypatch, "rename", self._rename)

    def mark(self, text: str) -> None:
        """Note that all edits so far were reported as saved."""
        self.steps.append(Mark(text))

    def is_folder(self, number: int) -> bool:
        return number in self._folders

    def _patch(self, monkeypatch: pytest.MonkeyPatch, name: str, does: Callable[..., Any]) -> None:
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *rest, **options: does(real, *rest, **options))

    def _short(self, path: object) -> str | None:
        whole = Path(str(path))
        return whole.relative_to(self._root).as_posix() if whole.is_relative_to(self._root) else None

    def _entry(self, path: str, number: int | None, replaces: str = "") -> None:
        folder, _, name = path.rpartition("/")
        self.steps.append(Entry(folder, name, number, replaces))
        if number is None:
            self._numbers.pop(path, None)
        else:
            self._numbers[path] = number

    def _new(self, path: str) -> int:
        self._count += 1
        self._entry(path, self._count)
        return self._count

    def _open(self, real: Callable[..., int], path: object, flags: int, *rest: Any, **options: Any) -> int:  # noqa: ANN401
        name = self._short(path) if isinstance(path, str | Path) else None
        is_new = name is not None and bool(flags & os.O_CREAT) and not os.path.lexists(str(path))
        descriptor = real(path, flags, *rest, **options)
        if name is not None:
            self._opened[descriptor] = name
            if is_new:
                self._new(name)
        return descriptor

    def _fsync(self, real: Callable[[int], None], descriptor: int) -> None:
        name = self._opened.get(descriptor)
        if name is None or not os.path.samestat(os.fstat(descriptor), os.stat(self._root / name)):
            return
        if (self._root / name).is_dir():
            self.steps.append(Flushed(folder="" if name == "." else name))
        else:
            self.steps.append(Flushed(number=self._numbers[name], content=(self._root / name).read_bytes()))

    def _mkdir(self, real: Callable[..., None], path: object, *rest: Any, **options: Any) -> None:  # noqa: ANN401
        real(path, *rest, **options)
        if name := self._short(path):
            self._folders.add(self._new(name))

    def _link(self, real: Callable[..., None], source: object, target: object) -> None:
        real(source, target)
        one, two = self._short(source), self._short(target)
        if one and two:
            self._entry(two, self._numbers[one])

    def _unlink(self, real: Callable[..., None], path: object, **options: Any) -> None:  # noqa: ANN401
        real(path, **options)
        if name := self._short(path):
            self._entry(name, None)

    def _rename(self, real: Callable[..., None], source: object, target: object) -> None:
        real(source, target)
        one, two = self._short(source), self._short(target)
        if not one or not two:
            return
        number = self._numbers[one]
        if one.rpartition("/")[0] == two.rpartition("/")[0]:
            self._numbers.pop(one)
            self._entry(two, number, replaces=one.rpartition("/")[2])
        else:
            self._entry(two, number)
            self._entry(one, None)


def states(recorder: Recorder, order: Literal["strict", "weak"]) -> Iterator[tuple[int, State]]:
    """Every state that may be found after a loss of power, once for each number of marks that had passed by then.

    With `strict` order nothing is on disk before everything that was done earlier is.
    """
    seen: set[tuple[int, State]] = set()
    entries: dict[str, list[Entry]] = {}
    durable: dict[str, int] = {}
    contents: dict[int, bytes] = {}
    marks = 0
    for step in recorder.steps:
        if isinstance(step, Mark):
            marks += 1
        elif isinstance(step, Entry):
            entries.setdefault(step.folder, []).append(step)
        elif step.number >= 0:
            contents[step.number] = step.content
        else:
            durable[step.folder] = len(entries.get(step.folder, []))
        folders = list(entries)
        choices = [
            range(durable.get(folder, 0) if order == "weak" else len(entries[folder]), len(entries[folder]) + 1)
            for folder in folders
        ]
        for lengths in product(*choices):
            kept = {folder: entries[folder][:length] for folder, length in zip(folders, lengths, strict=True)}
            state = _tree(kept, contents, recorder)
            if (marks, state) not in seen:
                seen.add((marks, state))
                yield marks, state


def write(state: State, root: Path) -> None:
    """Make the state's files and folders below `root`, an empty folder."""
    for name, content in state:
        if content is None:
            (root / name).mkdir()
        else:
            (root / name).write_bytes(content)


def _tree(kept: dict[str, list[Entry]], contents: dict[int, bytes], recorder: Recorder) -> State:
    names: dict[str, dict[str, int]] = {}
    for folder, entries in kept.items():
        inside = names.setdefault(folder, {})
        for entry in entries:
            inside.pop(entry.replaces, None)
            inside.pop(entry.name, None)
            if entry.number is not None:
                inside[entry.name] = entry.number
    found: list[tuple[str, bytes | None]] = []

    def walk(folder: str) -> None:
        for name, number in sorted(names.get(folder, {}).items()):
            path = f"{folder}/{name}" if folder else name
            if recorder.is_folder(number):
                found.append((path, None))
                walk(path)
            else:
                found.append((path, contents.get(number, b"")))

    walk("")
    return tuple(found)
