"""What is in the folder of a video's results: whether they are whole, damaged, or changed by a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lipcore.errors import LipError
from lipcore.files import digest, read_bytes, read_json
from lipcore.masks import read_label_map
from lipcore.runs.results_folder import REPORT
from lipcore.staging import MARKER, is_entry

# Is in the folder of every finished video: the digest of what made it, its summary, and the digest of every file.
MARK = ".lip-done.json"

_FILE_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Standing:
    """A folder of results: the `summary` and `made_of` of its mark, None and "" without one, and the names of files
    that are `gone` (missing or damaged) or were `changed` by a person.
    """

    summary: dict[str, Any] | None = None
    made_of: str = ""
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def standing(folder: Path) -> Standing:
    """Look at every file of a folder of results and compare it with the mark."""
    mark = _object(folder / MARK)
    summary, files = mark.get("summary"), mark.get("files")
    if not isinstance(summary, dict) or not isinstance(files, dict):  # masks are listed a second time
        masks = _object(folder / REPORT).get("masks")
        return Standing(changed=tuple(_compare(folder, masks)[1] if isinstance(masks, dict) else ()))
    gone, changed = _compare(folder, files)
    return Standing(summary, str(mark.get("made_of")), tuple(gone), tuple(changed))


def digests_of(folder: Path) -> dict[str, str]:
    """The digest of every file of a finished result, by its path in the folder; LipError."""
    paths = [path for path in sorted(folder.rglob("*")) if is_entry(path) and path.name not in (MARK, MARKER)]
    return {path.relative_to(folder).as_posix(): digest(read_bytes(path, _FILE_BYTES)) for path in paths}


def refuse_changed(folder: Path) -> None:
    """Raise LipError if a person changed a result in the folder: it must not be replaced."""
    changed = standing(folder).changed
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise LipError(
            f"{folder / changed[0]}{more} was changed after LIP wrote it, and is not replaced. "
            "Move the folder away to have the video done again."
        )


def _object(path: Path) -> dict[str, Any]:
    """The object in a JSON file, an empty one if there is none that can be read."""
    try:
        content = read_json(path, _FILE_BYTES) if path.is_file() else {}
    except LipError:
        return {}
    return content if isinstance(content, dict) else {}


def _compare(folder: Path, files: Mapping[str, object]) -> tuple[list[str], list[str]]:
    gone, changed = list[str](), list[str]()
    for name, expected in files.items():
        try:
            data = read_bytes(folder / name, _FILE_BYTES)
            if digest(data) == expected:
                continue
            if name.endswith(".png"):
                read_label_map(folder / name)
            (changed if data else gone).append(name)
        except LipError:
            gone.append(name)
    return gone, changed
