"""The files scores/<frame>.json: the cells of 64 frames each, every row tied to the mask file it belongs to.

A row is what is known about one frame: the digest of its mask file, and per object the provenance, score, box and area,
and how far two runs agreed if there were two. A frame may have several rows; the one in force is the last whose digest
is that of the mask file on disk.
`project_files.py` says why that makes masks and cells change together.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from lipcore.errors import LipError
from lipcore.project.snapshots import Box, Cell
from lipcore.storage.fields import as_integer, as_list, as_number, as_object, as_text

FRAMES_PER_FILE = 64
MAX_FILE_BYTES = 8_000_000  # 64 frames of 254 objects with two rows each take some 3 MB
NO_MASK = ""  # the digest of a mask file that does not exist
_MAX_ROWS = 1000


@dataclass(frozen=True)
class Row:
    """The cells of one frame as they belong to the mask file with the digest `mask`."""

    mask: str
    cells: tuple[Cell, ...]


def first_of_file(frame: int) -> int:
    """First of the frames that share a file with `frame`."""
    return frame - frame % FRAMES_PER_FILE


def encode_row(row: Row) -> str:
    """The row as JSON; `decode_file` gives back the same row."""
    return json.dumps([row.mask, cells_document(row.cells)], separators=(",", ":"), allow_nan=False)


def cells_document(cells: Iterable[Cell]) -> list[list[object]]:
    """Cells as lists for JSON; `decode_cells` gives back the same."""
    return [
        [
            *(cell.object_id, cell.provenance, cell.area, _short(cell.score), cell.box and [*map(_short, cell.box)]),
            *([] if cell.agreement is None else [_short(cell.agreement)]),
        ]
        for cell in cells
    ]


def encode_file(rows: Mapping[int, Iterable[str]]) -> bytes:
    """The content of one file from the encoded rows of its frames, oldest first, one frame a line."""
    lines = (f'"{frame}":[{",".join(rows[frame])}]' for frame in sorted(rows))
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode()


def decode_file(document: object, first: int, frame_count: int, pixels: int) -> dict[int, list[Row]]:
    """The rows by frame of the file whose first frame is `first`, with `pixels` in a frame.

    Raises LipError, the end of a sentence, for anything but what `encode_file` can have written.
    """
    rows: dict[int, list[Row]] = {}
    for key, value in as_object(document, "it").items():
        frame = int(key) if key.isascii() and key.isdigit() and len(key) < 10 else -1
        if not first <= frame < min(first + FRAMES_PER_FILE, frame_count) or frame in rows:
            raise LipError(f"{key[:20]!r} is not one of its frames")
        rows[frame] = [_row(item, pixels) for item in as_list(value, "rows", _MAX_ROWS)]
    return rows


def _row(value: object, pixels: int) -> Row:
    items = as_list(value, "a row", 2)
    if len(items) != 2:
        raise LipError("a row must have a mask and cells")
    return Row(as_text(items[0], "a mask", 64), decode_cells(items[1], pixels))


def decode_cells(value: object, pixels: int) -> tuple[Cell, ...]:
    """The cells of a frame of so many pixels; LipError, the end of a sentence, if they are not such."""
    cells = tuple(_cell(item, pixels) for item in as_list(value, "cells", 256))
    if len({cell.object_id for cell in cells}) != len(cells):
        raise LipError("a row has two cells of one object")
    return cells


def _cell(value: object, pixels: int) -> Cell:
    items = as_list(value, "a cell", 6)
    if len(items) < 5:
        raise LipError("a cell must have five or six items")
    score = None if items[3] is None else as_number(items[3], "a score")
    return Cell(
        as_integer(items[0], "an object's id", 0, 255),
        as_integer(items[1], "a provenance", 0, 4),
        score,
        None if items[4] is None else _box(items[4]),
        as_integer(items[2], "an area", 0, pixels),
        None if len(items) == 5 else as_number(items[5], "an agreement"),
    )


def _box(value: object) -> Box:
    items = as_list(value, "a box", 4)
    if len(items) != 4:
        raise LipError("a box must have four numbers")
    left, top, right, bottom = (as_number(item, "a box") for item in items)
    return left, top, right, bottom


def _short(value: float | None) -> float | None:
    """The shortest number that is the same float32."""
    return None if value is None else float(str(np.float32(value)))
