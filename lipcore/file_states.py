"""States of files: name, size and time of change, which tell cheaply whether inputs are those of an earlier run."""

from __future__ import annotations

from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import explain


def file_states(path: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of change of a file, or of every file of a folder; cheap, unlike their contents. LipError."""
    try:
        found = sorted(path.iterdir()) if path.is_dir() else [path]
        states = [(file.name, file.stat()) for file in found]
    except OSError as error:
        raise LipError(f"Cannot read {path}: {explain(error)}.") from error
    return [(name, state.st_size, state.st_mtime_ns) for name, state in states]
