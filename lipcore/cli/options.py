"""Options and values that several commands share."""

from __future__ import annotations

import json
import math
from argparse import ArgumentParser
from pathlib import Path
from typing import Protocol

from lipcore.errors import LipError
from lipcore.files import write_atomic


class Subparsers(Protocol):
    """What `add_parser` of a command is given: it makes the command's parser."""

    def add_parser(self, name: str, *, help: str, description: str) -> ArgumentParser:
        """Make the parser of one command."""
        ...


def add_json_option(parser: ArgumentParser) -> None:
    """Add `--json FILE`; read it as `arguments.json`, a Path or None."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results to FILE, for programs")


def add_mask_values_option(parser: ArgumentParser) -> None:
    """Add `--mask-values`; read it as `arguments.mask_values`."""
    text = "what grey, 16-bit, coloured or transparent masks hold: ids of objects, or shades of one (default: auto)"
    parser.add_argument("--mask-values", choices=("auto", "ids", "shades"), default="auto", help=text)


def check_json_path(path: Path | None) -> None:
    """Say before any work is done that results could not be written; LipError."""
    if path is not None and path.is_dir():
        raise LipError(f"Cannot write {path}: it is a folder.")
    if path is not None and not path.parent.is_dir():
        raise LipError(f"Cannot write {path}: the folder {path.parent} does not exist.")


def write_json(path: Path | None, value: object) -> None:
    """Write results (dicts, lists, strings, numbers) as JSON, whole or not at all; NaN becomes null."""
    if path is not None:
        text = json.dumps(_finite(value), indent=1, ensure_ascii=False, allow_nan=False)
        write_atomic(path, (text + "\n").encode("utf-8", "backslashreplace"))


def comma_separated(text: str) -> list[str]:
    """The names in "a,b, c"."""
    return [name.strip() for name in text.split(",") if name.strip()]


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
