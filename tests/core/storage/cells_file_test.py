"""Files of cells: what is written is what is read, and anything else is the end of a sentence."""

from __future__ import annotations

import json

import pytest

from lipcore.errors import LipError
from lipcore.project.provenance import Provenance
from lipcore.project.snapshots import Cell
from lipcore.storage.cells_file import NO_MASK, Row, decode_file, encode_file, encode_row, first_of_file

PIXELS = 600
WHOLE = Cell(3, Provenance.MODEL, 0.25, (1.0, 2.0, 7.5, 9.0), 40, 0.5)
BARE = Cell(254, Provenance.USER, None, None, 0, None)
CELL = [3, 1, 40, 0.25, [1, 2, 7.5, 9]]


def read(rows: object, first: int = 64, frames: int = 100) -> dict[int, list[Row]]:
    return decode_file(rows, first, frames, PIXELS)


def test_frames_share_a_file_by_64() -> None:
    assert [first_of_file(frame) for frame in (0, 63, 64, 127, 128)] == [0, 0, 64, 64, 128]


def test_rows_come_back_in_their_order() -> None:
    rows = {99: [Row("a" * 32, (WHOLE, BARE)), Row(NO_MASK, ())], 64: [Row("b", (BARE,))]}
    content = encode_file({frame: map(encode_row, of_frame) for frame, of_frame in rows.items()})
    assert read(json.loads(content)) == rows
    assert content.decode().count("\n") == 4  # a frame a line


def test_a_score_is_the_shortest_number_of_its_float32() -> None:
    row = encode_row(Row("", (Cell(1, Provenance.USER, 0.10000000149011612, None, 1, None),)))
    assert json.loads(row)[1] == [[1, int(Provenance.USER), 1, 0.1, None]]


@pytest.mark.parametrize("frame", ["63", "128", "100", "x", "٦٤", "-1", "0000000064", ""])
def test_frames_of_other_files_are_refused(frame: str) -> None:
    with pytest.raises(LipError, match="is not one of its frames"):
        read({frame: []})


def test_a_frame_that_is_written_twice_is_refused() -> None:
    with pytest.raises(LipError, match="is not one of its frames"):
        read({"64": [], "064": []})


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["a"], "a row must have a mask and cells"),
        ([5, []], "a mask must be a text"),
        (["a", [CELL, CELL]], "two cells of one object"),
        (["a", [CELL[:4]]], "five or six items"),
        (["a", [[256, *CELL[1:]]]], "an object's id"),
        (["a", [[3, 5, *CELL[2:]]]], "a provenance"),
        (["a", [[3, 1, PIXELS + 1, *CELL[3:]]]], "an area must be a whole number from 0 to 600"),
        (["a", [[3, 1, 40, "x", None]]], "a score"),
        (["a", [[3, 1, 40, None, [1, 2, 3]]]], "a box must have four numbers"),
        (["a", [[*CELL, "x"]]], "an agreement"),
    ],
)
def test_other_rows_are_refused(row: object, words: str) -> None:
    with pytest.raises(LipError, match=words):
        read({"64": [row]})
