"""Ids by value, and which annotations are one object: by track, by label, or each its own."""

from __future__ import annotations

import pytest

from lipcore.errors import LipError
from lipcore.importing.identity import Claim, identify, identity, label_text, whole


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (7, 7),
        ("7", 7),
        (" 7.0 ", 7),
        (7.0, 7),
        ("-3", -3),
        ("0", 0),
        ("07", "07"),
        ("7.5", "7.5"),
        (7.5, "7.5"),
        ("", ""),
        ("1" * 19, "1" * 19),
        (True, None),
        (None, None),
        (float("nan"), None),
        (float("inf"), None),
        ([7], None),
    ],
)
def test_ids_count_by_value(value: object, found: object) -> None:
    assert identity(value) == found
    assert type(identity(value)) is type(found)


def test_whole_numbers_and_labels() -> None:
    assert [whole(value) for value in ("12", 12.0, "x", 1.5, False)] == [12, 12, None, None, None]
    assert [label_text(value) for value in ("cat", 5, 5.0, "05", None, [])] == ["cat", "5", "5", "05", None, None]


def test_a_track_is_one_object_whatever_its_label() -> None:
    keys = identify([Claim(0, "cat", 4), Claim(1, "dog", 4), Claim(1, "cat", 5)], "a.json")
    assert keys[0] == keys[1] != keys[2]


def test_without_tracks_a_label_that_is_once_in_a_picture_is_one_object() -> None:
    keys = identify([Claim(0, "cat"), Claim(0, "dog"), Claim(1, "cat")], "a.json")
    assert keys[0] == keys[2] != keys[1]


def test_in_a_single_picture_every_annotation_is_an_object() -> None:
    assert len(set(identify([Claim(3, "cat"), Claim(3, "cat"), Claim(3, "dog")], "a.json"))) == 3


def test_a_label_twice_in_one_of_several_pictures_is_refused_unless_it_has_tracks() -> None:
    with pytest.raises(LipError, match=r"a\.json: it has several objects of one category"):
        identify([Claim(0, "cat"), Claim(0, "cat"), Claim(1, "cat")], "a.json")
    assert len(set(identify([Claim(0, "cat", 1), Claim(0, "cat", 2), Claim(1, "cat")], "a.json"))) == 3


def test_no_annotation_is_no_object() -> None:
    assert identify([], "a.json") == []
