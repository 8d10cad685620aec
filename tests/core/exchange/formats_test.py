"""The table of formats: names that commands can say, readers and writers, and sentences where there is none."""

from __future__ import annotations

import re

import pytest

from lipcore.errors import LipError
from lipcore.exchange.formats import FORMATS, READABLE, WRITABLE, find_format


def test_names_are_plain_and_differ_and_are_found() -> None:
    names = [form.name for form in FORMATS]
    assert len(set(names)) == len(names)
    assert len({form.title for form in FORMATS}) == len(names)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)
    assert [find_format(name) for name in names] == list(FORMATS)


def test_what_can_be_read_can_be_written_too() -> None:
    assert {form.name for form in READABLE} < {form.name for form in WRITABLE} == {form.name for form in FORMATS}


def test_an_unknown_name_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(LipError, match="There is no format 'nothing'; there are davis, youtube-vos, coco"):
        find_format("nothing")


def test_a_format_that_is_only_written_says_so() -> None:
    with pytest.raises(LipError, match="no import format 'overlay'; there are davis") as caught:
        _ = find_format("overlay").reader
    assert "cutouts" not in str(caught.value)
