"""Where output may go: never onto what a command reads, nor into a project."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import explain


def refuse_inputs(target: Path, inputs: Iterable[Path | None], inside: bool = True) -> None:
    """Raise LipError if `target` is one of the `inputs` or a project, or, with `inside`, lies in one of them.

    Links are followed, and names are compared as the file system does it. An input that does not exist or is None is
    left out; a project is never written into.
    """
    try:
        places = _with_parents(target)
        for known in inputs:
            if known is not None and known.exists():
                place = next((place for place in places if place.exists() and place.samefile(known)), None)
                if place == places[0]:
                    raise LipError(f"Cannot write {target}: it is the input {known}. Choose another place.")
                if place is not None and inside:
                    raise LipError(f"Cannot write {target}: it is inside the input {known}. Choose another place.")
        project = next((place for place in places if _is_project(place)), None)
    except (OSError, ValueError) as error:
        reason = explain(error) if isinstance(error, OSError) else "it is no name of a file"
        raise LipError(f"Cannot write {target}: {reason}.") from error
    if project is not None:
        raise LipError(f"Cannot write {target}: {project} is a project. Choose another place.")


def _with_parents(path: Path) -> list[Path]:
    real = Path(os.path.realpath(path))
    return [real, *real.parents]


def _is_project(folder: Path) -> bool:
    if not any((folder / name).is_file() for name in ("project.json", "project-copy.json")):
        return False
    return folder.suffix == ".lip" or (folder / "scores").is_dir()  # other programs have a project.json, too
