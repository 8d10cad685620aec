"""Fields of JSON: a value of the promised kind comes back, everything else is an end of a sentence."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from lipcore.errors import LipError
from lipcore.storage.fields import as_flag, as_integer, as_list, as_number, as_object, as_text

Reader = Callable[[object], object]


def a_list(value: object) -> object:
    return as_list(value, "rows", 2)


def a_text(value: object) -> object:
    return as_text(value, "a name", 3)


def an_id(value: object) -> object:
    return as_integer(value, "an id", 1, 254)


def a_number(value: object) -> object:
    return as_number(value, "a score")


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda value: as_object(value, "it"), {"a": 1}),
        (a_list, [1, 2]),
        (a_list, []),
        (a_text, "abc"),
        (a_text, ""),
        (an_id, 1),
        (an_id, 254),
        (a_number, -1e300),
        (lambda value: as_flag(value, "seen"), False),
    ],
)
def test_what_was_promised_comes_back(read: Reader, value: object) -> None:
    assert read(value) == value


@pytest.mark.parametrize(
    ("read", "value", "words"),
    [
        (lambda value: as_object(value, "it"), [], "it must be an object"),
        (a_list, [1, 2, 3], "rows must be a list of at most 2 items"),
        (a_list, {"a": 1}, "rows must be a list"),
        (a_list, "ab", "rows must be a list"),
        (a_text, "abcd", "a name must be a text of at most 3"),
        (a_text, "a\0", "a name must be a text"),
        (a_text, 5, "a name must be a text"),
        (an_id, 0, "an id must be a whole number from 1 to 254"),
        (an_id, 255, "an id must be"),
        (an_id, True, "an id must be"),
        (an_id, 1.0, "an id must be"),
        (a_number, True, "a score must be a number"),
        (a_number, "1", "a score must be a number"),
        (a_number, math.nan, "a score must be a number"),
        (a_number, math.inf, "a score must be a number"),
        (a_number, 10**400, "a score must be a number"),
        (lambda value: as_flag(value, "seen"), 1, "seen must be true or false"),
        (lambda value: as_flag(value, "seen"), None, "seen must be true or false"),
    ],
)
def test_everything_else_is_refused(read: Reader, value: object, words: str) -> None:
    with pytest.raises(LipError, match=words):
        read(value)


def test_a_number_is_a_float_afterwards() -> None:
    assert isinstance(as_number(2, "a score"), float)
