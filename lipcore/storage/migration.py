"""Migration: older projects are brought to the present format, after everything in them was kept aside."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import explain, write_atomic
from lipcore.staging import RECORD
from lipcore.storage.fields import as_integer, as_object
from lipcore.storage.record_file import FORMAT

# From each older format to the next: changes files of the folder other than project.json, gives the new content of
# project.json. A step may be interrupted and run again, since project.json, with its format number, is written last.
Step = Callable[[Path, dict[str, object]], dict[str, object]]
STEPS: Mapping[int, Step] = {}


def format_of(document: object) -> int:
    """The format number in the content of a project.json; LipError, the end of a sentence, if there is none."""
    return as_integer(as_object(document, "it").get("format"), "format", 1, 1_000_000)


def migrate(folder: Path, document: object, steps: Mapping[int, Step] = STEPS, newest: int = FORMAT) -> object:
    """Bring the project in `folder`, whose project.json holds `document`, to the format `newest`.

    Gives the new content of project.json, which is on disk too. Before each step all files are kept in
    `backup-format-<number>`. Raises LipError for a project of a newer program, or if something cannot be written.
    """
    number = format_of(document)
    if number > newest:
        raise LipError(
            f"Cannot open {folder}: it has format {number} and this version of LIP reads up to {newest}. "
            "Install a newer version of LIP."
        )
    while number < newest:
        _keep_backup(folder, folder / f"backup-format-{number}")
        number += 1
        document = {**steps[number - 1](folder, as_object(document, "it")), "format": number}
        write_atomic(folder / RECORD, json.dumps(document, indent=1).encode())
    return document


def _keep_backup(folder: Path, backup: Path) -> None:
    """Link (files are only ever replaced, never changed in place) or copy the project's files into `backup`, once."""
    if backup.exists():
        return
    unfinished = backup.with_name(f".{backup.name}.tmp")
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        for part in ("masks", "scores", "weights"):
            if (folder / part).is_dir():
                shutil.copytree(folder / part, unfinished / part, symlinks=True, copy_function=_link_or_copy)
        unfinished.mkdir(exist_ok=True)
        shutil.copy2(folder / RECORD, unfinished / RECORD)
        os.replace(unfinished, backup)
    except (OSError, shutil.Error) as error:
        reason = explain(error) if isinstance(error, OSError) and error.errno else "not every file can be copied"
        raise LipError(f"Cannot bring {folder} to the new format: no backup can be made, {reason}.") from error


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
