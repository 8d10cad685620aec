"""JSON from outside: bounded in bytes and in values before it is parsed, and read with checked types."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

from lipcore.errors import LipError
from lipcore.files import explain, natural_key, read_bytes, read_json
from lipcore.importing.identity import whole

MAX_BYTES = 100_000_000
MAX_VALUES = 4_000_000  # a parsed value takes up to 80 bytes


def read_value(path: Path) -> object:
    """The value in a JSON file of at most 100 MB and four million values; LipError."""
    data = read_bytes(path, MAX_BYTES)
    values = data.count(b",") + data.count(b"[") + data.count(b"{")
    if values > MAX_VALUES:
        raise LipError(f"Cannot read {path}: it holds more than {MAX_VALUES:,} values.")
    del data
    return read_json(path, MAX_BYTES)


def read_object(path: Path) -> dict[str, object]:
    """The object in a JSON file, bounded as in `read_value`; LipError."""
    content = read_value(path)
    if not isinstance(content, dict):
        raise LipError(f"Cannot read {path}: it is not a JSON object.")
    return content


def json_files(path: Path) -> list[Path]:
    """The file itself, or the JSON files directly in a folder in natural order, hidden ones left out; LipError."""
    if path.is_file():
        return [path]
    try:
        found = [file for file in path.iterdir() if file.suffix.lower() == ".json" and not file.name.startswith(".")]
    except OSError as error:
        raise LipError(f"Cannot read the folder {path}: {explain(error)}.") from error
    if not found:
        raise LipError(f"Cannot import {path}: there is no JSON file in it.")
    return sorted(found, key=lambda file: natural_key(file.name))


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


def inner(item: dict[str, object], key: str) -> dict[str, object]:
    """The JSON object under a key, empty if there is none."""
    value = item.get(key)
    return value if isinstance(value, dict) else {}


def size_of(height: object, width: object, source: str) -> tuple[int, int] | None:
    """A size from a file as (height, width), None if it is not given; LipError if it is no size."""
    if height is None or width is None:
        return None
    found = whole(height), whole(width)
    if found[0] is None or found[1] is None or found[0] < 1 or found[1] < 1:
        raise LipError(f"Cannot import {source}: it is for {width!s:.20} x {height!s:.20} pixels, which is no size.")
    return found[0], found[1]


def picture_stem(name: object) -> str:
    """The name without folders and extension in a path from any system; never followed."""
    return PureWindowsPath(str(name)).stem if isinstance(name, str) else ""
