"""JSON files to import: bounded before they are parsed, and values of another kind than was promised."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lipcore.errors import LipError
from lipcore.importing.json_file import (
    inner,
    json_files,
    list_of_objects,
    picture_stem,
    read_object,
    read_value,
    size_of,
)


def test_bombs_are_refused_before_they_are_parsed(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"images": [' + "[]," * 5_000_000 + "[]]}")
    with pytest.raises(LipError, match="more than 4,000,000 values"):
        read_value(path)
    path.write_text("[" * 200_000 + "]" * 200_000)
    with pytest.raises(LipError, match=r"nested too deeply|not valid JSON"):
        read_value(path)


def test_an_object_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"a": [1]}))
    assert read_object(path) == {"a": [1]}
    path.write_text("[1]")
    assert read_value(path) == [1]
    with pytest.raises(LipError, match="not a JSON object"):
        read_object(path)


def test_files_of_a_folder_come_in_natural_order_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("a10.json", "a2.JSON", ".a1.json", "a.txt"):
        (tmp_path / name).write_text("{}")
    assert [path.name for path in json_files(tmp_path)] == ["a2.JSON", "a10.json"]
    assert json_files(tmp_path / "a.txt") == [tmp_path / "a.txt"]
    (tmp_path / "empty").mkdir()
    with pytest.raises(LipError, match="no JSON file in it"):
        json_files(tmp_path / "empty")
    with pytest.raises(LipError, match="Cannot read the folder"):
        json_files(tmp_path / "nothing")


def test_lists_of_objects() -> None:
    content: dict[str, object] = {"good": [{"a": 1}], "bad": [5], "text": "x"}
    assert list_of_objects(content, "good", "a") == [{"a": 1}]
    assert list_of_objects(content, "none", "a", optional=True) == []
    for key in ("bad", "text", "none"):
        with pytest.raises(LipError, match=f"no list of objects '{key}'"):
            list_of_objects(content, key, "a")
    with pytest.raises(LipError, match="no list of objects 'bad'"):
        list_of_objects(content, "bad", "a", optional=True)


def test_what_is_inside_is_an_object_or_nothing() -> None:
    assert inner({"a": {"b": 1}}, "a") == {"b": 1}
    assert inner({"a": [1]}, "a") == inner({}, "a") == {}


def test_sizes_count_by_value() -> None:
    assert size_of("20", 30.0, "a") == (20, 30)
    assert size_of(None, 30, "a") is None
    for height, width in ((0, 30), (20, -1), (20.5, 30), ("x", 30), (True, 30)):
        with pytest.raises(LipError, match="which is no size"):
            size_of(height, width, "a")


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("a/b/00001.jpg", "00001"),
        ("C:\\x\\00001.png", "00001"),
        ("00001", "00001"),
        (5, ""),
        (None, ""),
    ],
)
def test_a_picture_is_called_by_the_end_of_its_path(name: object, stem: str) -> None:
    assert picture_stem(name) == stem
