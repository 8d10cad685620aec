"""Whole edits: an edit of several frames, such as a swap of two objects in a range, is on disk entirely or not at all.

The new masks are first written to `staged/`. Then `whole-edit.json` appears, with the record and the cells that are
to be: from that instant the edit counts as made. Only then is it carried out in the files themselves, after which
`whole-edit.json` is removed. Whoever finds it at opening, takes its frames for the present ones and writes them anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import read_json
from lipcore.project.record import ProjectRecord
from lipcore.storage.cells_file import FRAMES_PER_FILE, Row, decode_file, first_of_file
from lipcore.storage.fields import as_object
from lipcore.storage.migration import format_of
from lipcore.storage.record_file import FORMAT, decode_record, encode_record

WHOLE_EDIT, STAGED = "whole-edit.json", "staged"
MAX_BYTES = 200_000_000  # cells of 100,000 frames with twenty objects each


@dataclass(frozen=True)
class WholeEdit:
    """What `whole-edit.json` says: the record, and of every frame of the edit the row with its mask and its cells."""

    record: ProjectRecord
    rows: Mapping[int, Row]


def encode_whole_edit(record: ProjectRecord, folder: Path, rows: Mapping[int, str]) -> bytes:
    """The content of `whole-edit.json` in `folder`, from the encoded rows of the edit's frames."""
    files: dict[int, list[str]] = {}
    for frame in sorted(rows):
        files.setdefault(first_of_file(frame), []).append(f'"{frame}":[{rows[frame]}]')
    parts = (f'"{first}":{{{",".join(lines)}}}' for first, lines in files.items())
    return b'{"record":' + encode_record(record, folder) + b',"frames":{' + ",".join(parts).encode() + b"}}\n"


def read_whole_edit(path: Path, folder: Path, present: ProjectRecord) -> WholeEdit:
    """The edit in the file `path` of a project whose project.json holds `present`; LipError if it cannot be used."""
    try:
        top = as_object(read_json(path, MAX_BYTES), "it")
        if format_of(top.get("record")) != FORMAT:
            raise LipError("it has another format")
        record = decode_record(top.get("record"), folder)
        if (record.frame_names, record.height, record.width) != (present.frame_names, present.height, present.width):
            raise LipError("it belongs to another video")
        rows = _rows(as_object(top.get("frames"), "frames"), record)
    except LipError as error:
        raise LipError(f"An edit of several frames was begun and cannot be read from {path}: {error}") from error
    return WholeEdit(record, rows)


def _rows(files: Mapping[str, object], record: ProjectRecord) -> dict[int, Row]:
    rows: dict[int, Row] = {}
    count = len(record.frame_names)
    for key, value in files.items():
        first = int(key) if key.isascii() and key.isdigit() and len(key) < 10 else -1
        if not 0 <= first < count or first % FRAMES_PER_FILE:
            raise LipError(f"{key[:20]!r} is no frame")
        for frame, found in decode_file(value, first, count, record.height * record.width).items():
            if len(found) != 1:
                raise LipError(f"frame {frame} must have one row")
            rows[frame] = found[0]
    return rows
