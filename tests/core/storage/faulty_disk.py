"""A disk on which every step of a write can be watched or made to fail."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import pytest


class FaultyDisk:
    """Calls `hook(step, path)` before every step of every write below `folder`; what the hook raises, the step raises.

    Steps are "open", "write" (called when half of the content is on disk), "flush" and "replace".
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hook: Callable[[str, Path], None] = lambda step, path: None
        self._folder = folder
        self._paths: dict[int, Path] = {}
        self._open, self._fdopen, self._fsync, self._replace = os.open, os.fdopen, os.fsync, os.replace
        monkeypatch.setattr(os, "open", self.open)
        monkeypatch.setattr(os, "fdopen", self.fdopen)
        monkeypatch.setattr(os, "fsync", self.fsync)
        monkeypatch.setattr(os, "replace", self.replace)

    def open(self, path: Any, flags: int, *rest: Any, **options: Any) -> int:  # noqa: ANN401
        ours = bool(flags & os.O_CREAT) and isinstance(path, Path) and path.is_relative_to(self._folder)
        if ours:
            self.hook("open", path)
        descriptor = self._open(path, flags, *rest, **options)
        if ours:
            self._paths[descriptor] = path
        return descriptor

    def fdopen(self, descriptor: int, *rest: Any, **options: Any) -> Any:  # noqa: ANN401
        file = self._fdopen(descriptor, *rest, **options)
        path = self._paths.get(descriptor)
        return file if path is None else _HalfwayFile(file, lambda: self.hook("write", path))

    def fsync(self, descriptor: int) -> None:
        path = self._paths.pop(descriptor, None)
        if path is not None:
            self.hook("flush", path)
        # the machine that runs the tests does not lose power: flushing for real would only make them slow

    def replace(self, source: Path, target: Path) -> None:
        if isinstance(target, Path) and target.is_relative_to(self._folder):
            self.hook("replace", target)
        self._replace(source, target)


class _HalfwayFile:
    """A file that tells when half of a write is done."""

    def __init__(self, file: BinaryIO, halfway: Callable[[], None]) -> None:
        self._file, self._halfway = file, halfway

    def __enter__(self) -> _HalfwayFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, data: bytes) -> int:
        self._file.write(data[: len(data) // 2])
        self._file.flush()
        self._halfway()
        return self._file.write(data[len(data) // 2 :])

    def flush(self) -> None:
        self._file.flush()

    def fileno(self) -> int:
        return self._file.fileno()
