"""Marks become a source: objects by track or label, painted in order, with scores and what belongs to nobody."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lipcore.errors import LipError
from lipcore.importing.marks import Mark, left_out_notes, lost_notes, marks_source
from lipcore.importing.source import MAX_PARTS, Picture, Source, Special

H, W = 4, 10
PICTURES = [Picture("00000"), Picture("00001")]


def mark(picture: int, label: str, first: int, last: int, **more: Any) -> Mark:  # noqa: ANN401
    """A mark of all rows of the columns `first` to `last`, without the latter."""

    def draw(height: int, width: int) -> np.ndarray:
        mask = np.zeros((height, width), bool)
        mask[:, first:last] = True
        return mask

    return Mark(picture, label, draw, **more)


def drawn(source: Source, index: int, **names: int) -> tuple[list[int], dict[int, float]]:
    """The first row of a picture's labels and the scores, with ids by the object's name."""
    ids = {key: names[str(item.name)] for key, item in source.objects.items()}
    found = source.reader(ids)(index, H, W)
    return found.labels[0].tolist(), dict(found.scores)


def test_marks_of_one_label_are_one_object_over_the_pictures() -> None:
    marks = [mark(0, "a", 0, 3, name="cat", score=0.5), mark(0, "b", 5, 7, name="dog"), mark(1, "a", 2, 4, name="cat")]
    source = marks_source("x", PICTURES, marks)
    assert [item.name for item in source.objects.values()] == ["cat", "dog"]
    assert drawn(source, 0, cat=1, dog=2) == ([1, 1, 1, 0, 0, 2, 2, 0, 0, 0], {1: 0.5})
    assert drawn(source, 1, cat=1, dog=2) == ([0, 0, 1, 1, 0, 0, 0, 0, 0, 0], {})


def test_what_comes_later_in_the_order_lies_above() -> None:
    marks = [mark(0, "a", 0, 6, name="cat", order=2), mark(0, "b", 4, 8, name="dog", order=1)]
    assert drawn(marks_source("x", PICTURES, marks), 0, cat=1, dog=2)[0] == [1] * 6 + [2] * 2 + [0] * 2


def test_special_marks_take_away_or_are_ignored_and_are_no_objects() -> None:
    marks = [
        mark(0, "a", 0, 8, name="cat"),
        mark(0, "a", 0, 2, special=Special.BACKGROUND, order=1),
        mark(0, "a", 6, 10, special=Special.IGNORED, order=2, score=0.9),
    ]
    source = marks_source("x", PICTURES, marks)
    assert len(source.objects) == 1
    assert drawn(source, 0, cat=1) == ([0, 0, 1, 1, 1, 1, 255, 255, 255, 255], {})


def test_of_several_scores_of_an_object_the_best_counts() -> None:
    marks = [mark(0, "a", 0, 1, track=7, name="cat", score=score) for score in (0.25, 0.75, 0.5)]
    assert drawn(marks_source("x", PICTURES, marks), 0, cat=3)[1] == {3: 0.75}


def test_an_object_that_nobody_knew_is_a_change_while_reading() -> None:
    source = marks_source("x", PICTURES, [mark(0, "a", 0, 1)])
    with pytest.raises(LipError, match="changed while it was read"):
        source.reader({})(0, H, W)


def test_too_many_marks_of_a_picture_are_refused() -> None:
    with pytest.raises(LipError, match=f"more than {MAX_PARTS} annotations"):
        marks_source("x", PICTURES, [mark(0, "a", 0, 1, track=1)] * (MAX_PARTS + 1))


def test_remarks_about_what_was_left_out() -> None:
    assert left_out_notes(["point", "line", "point"]) == (
        "Shapes of type point have no inside and were left out.",
        "Shapes of type line have no inside and were left out.",
    )
    assert lost_notes(0, "x") == ()
    assert lost_notes(1, "pictures not listed") == ("1 annotation of pictures not listed was left out.",)
    assert lost_notes(2, "pictures not listed") == ("2 annotations of pictures not listed were left out.",)
