"""Sources of parts: drawn one over the other, what is covered is said, and bounded."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.importing.source import MAX_PARTS, Part, Special, check_count, parts_reader


def columns(first: int, last: int) -> np.ndarray:
    mask = np.zeros((2, 8), bool)
    mask[:, first:last] = True
    return mask


def test_parts_are_painted_in_their_order_and_what_they_cover_is_said() -> None:
    parts = [
        Part("cat", lambda *_: columns(0, 4)),
        Part("dog", lambda *_: columns(3, 6)),
        Part(Special.BACKGROUND, lambda *_: columns(0, 1)),
    ]
    found = parts_reader(lambda _: (parts, ("Seen.",)), "a")({"cat": 1, "dog": 2})(0, 2, 8)
    assert found.labels[0].tolist() == [0, 1, 1, 2, 2, 2, 0, 0]
    assert found.notes[0] == "Seen."
    assert "2 pixels" in found.notes[1]


def test_a_part_is_asked_for_the_size_that_is_wanted() -> None:
    part = Part("cat", lambda height, width: np.ones((height, width), bool))
    assert parts_reader(lambda _: ([part], ()), "a")({"cat": 5})(0, 3, 4).labels.tolist() == [[5] * 4] * 3


def test_counts_are_bounded() -> None:
    check_count(MAX_PARTS, "a")
    with pytest.raises(LipError, match="Cannot import a: a picture has more than"):
        check_count(MAX_PARTS + 1, "a")
