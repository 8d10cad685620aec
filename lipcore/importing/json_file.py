"""JSON from outside: bounded in bytes and in values before it is parsed, and read with checked types."""

from __future__ import annotations

from pathlib import Path

from lipcore.errors import LipError
from lipcore.files import read_bytes, read_json

MAX_BYTES = 100_000_000
MAX_VALUES = 4_000_000  # a parsed value takes up to 80 bytes


def read_object(path: Path) -> dict[str, object]:
    """The object in a JSON file of at most 100 MB and four million values; LipError."""
    data = read_bytes(path, MAX_BYTES)
    values = data.count(b",") + data.count(b"[") + data.count(b"{")
    if values > MAX_VALUES:
        raise LipError(f"Cannot read {path}: it holds more than {MAX_VALUES:,} values.")
    del data
    content = read_json(path, MAX_BYTES)
    if not isinstance(content, dict):
        raise LipError(f"Cannot read {path}: it is not a JSON object.")
    return content


def list_of_objects(
    content: dict[str, object], key: str, source: str, optional: bool = False
) -> list[dict[str, object]]:
    """The list of JSON objects under a key; LipError if it is something else, or is missing and not optional."""
    value = content.get(key)
    if value is None and optional:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise LipError(f"Cannot import {source}: it has no list of objects {key!r}.")
    return value


def scalar(item: dict[str, object], key: str) -> int | str | None:
    """A whole number or text under a key, None for everything else: usable as an id."""
    value = item.get(key)
    return value if type(value) is int or isinstance(value, str) else None


def check_size(height: object, width: object, expected: tuple[int, int], source: str) -> None:
    """LipError unless a size from a file is the video's (height, width); None stands for not given."""
    for value, wanted in ((height, expected[0]), (width, expected[1])):
        if value is not None and value != wanted:
            size = f"{expected[1]} x {expected[0]}"
            raise LipError(f"Cannot import {source}: it is for {width} x {height} pixels, but the video has {size}.")
