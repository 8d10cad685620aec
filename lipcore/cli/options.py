"""Options and values that several commands share."""

from __future__ import annotations

import errno
import json
import math
import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from lipcore.errors import LipError
from lipcore.exchange import MASK_VALUES
from lipcore.files import explain, write_atomic
from lipcore.staging import refuse_inputs
from lipcore.storage.project_folder import ProjectDamaged, ProjectFolder

_SHOWN_NOTES = 10


class Subparsers(Protocol):
    """What `add_parser` of a command is given: it makes the command's parser."""

    def add_parser(self, name: str, *, help: str, description: str) -> ArgumentParser:
        """Make the parser of one command."""
        ...


def add_json_option(parser: ArgumentParser) -> None:
    """Add `--json FILE`; read it as `arguments.json`, a Path or None."""
    parser.add_argument("--json", type=as_path, metavar="FILE", help="also write the results to FILE, for programs")


def add_mask_values_option(parser: ArgumentParser) -> None:
    """Add `--mask-values`; read it as `arguments.mask_values`: "auto", "ids", "shades" or the path of a palette."""
    text = (
        "what grey, 16-bit, coloured or transparent masks hold: ids of objects, shades of one, or colours of a palette"
    )
    metavar = "auto|ids|shades|PALETTE"
    parser.add_argument("--mask-values", type=_mask_values, default="auto", metavar=metavar, help=text)


def _mask_values(text: str) -> str:
    if text in MASK_VALUES or as_path(text).is_file():
        return text
    raise ArgumentTypeError(f"expected auto, ids, shades or the file of a palette, got {text}")


def as_path(text: str) -> Path:
    """The path in an argument. Raises ArgumentTypeError for what no file can be called."""
    if not text:
        raise ArgumentTypeError("expected a path, got nothing")
    try:
        os.lstat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text[:60]!r} cannot be the name of a file") from error
    except OSError as error:
        if error.errno in (errno.ENAMETOOLONG, errno.ELOOP):
            raise ArgumentTypeError(f"{text[:60]}...: {explain(error)}") from error
    return Path(text)


def as_seed(text: str) -> int:
    """The seed in an argument: a whole number from 0 that random generators take. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) < 2**63):
        raise ArgumentTypeError(f"expected a whole number from 0 to 2^63 - 1, got {text[:60]}")
    return int(text)


def check_json_path(path: Path | None, inputs: Iterable[Path | None] = ()) -> None:
    """Say before any work is done that results could not be written, or would replace one of the `inputs`; LipError."""
    if path is None:
        return
    if path.is_dir():
        raise LipError(f"Cannot write {path}: it is a folder.")
    if not path.parent.is_dir():
        raise LipError(f"Cannot write {path}: the folder {path.parent} does not exist.")
    refuse_inputs(path, inputs, inside=path.suffix.lower() != ".json")  # scores may lie beside results


def write_json(path: Path | None, value: object) -> None:
    """Write results (dicts, lists, strings, numbers) as JSON, whole or not at all; NaN becomes null."""
    if path is not None:
        text = json.dumps(_finite(value), indent=1, ensure_ascii=False, allow_nan=False)
        write_atomic(path, (text + "\n").encode("utf-8", "backslashreplace"))


def add_project_options(parser: ArgumentParser) -> None:
    """Add a project to write and how to open it; read them as `project`, `video`, `accept_damage` and `take_over`."""
    parser.add_argument("project", type=as_path, metavar="PROJECT", help="project folder NAME.lip")
    parser.add_argument("--video", type=as_path, metavar="VIDEO", help="the video, if it is not where the project says")
    add_damage_option(parser)
    add_take_over_option(parser)


def add_take_over_option(parser: ArgumentParser) -> None:
    """Add `--take-over`; read it as `arguments.take_over`."""
    text = "write on a disk without locks, where LIP cannot tell whether a window has the project open"
    parser.add_argument("--take-over", action="store_true", help=text)


def add_damage_option(parser: ArgumentParser) -> None:
    """Add `--accept-damage`; read it as `arguments.accept_damage`."""
    text = "use a damaged project without what is lost in it, instead of stopping"
    parser.add_argument("--accept-damage", action="store_true", help=text)


def read_project(path: Path, accept_damage: bool) -> ProjectFolder:
    """The project to read, even while a window has it open; what is wrong with it is said. LipError."""
    try:
        folder = ProjectFolder.read(path, accept_damage)
    except ProjectDamaged as error:
        raise _with_advice(error) from error
    print_notes(folder.notes)
    return folder


def open_project(path: Path, accept_damage: bool, take_over: bool) -> ProjectFolder:
    """The project to write; what was repaired is said. LipError, with nothing changed, if it is damaged."""
    try:
        folder = ProjectFolder.open(path, None, "write" if take_over else "refuse", accept_damage)
    except ProjectDamaged as error:
        raise _with_advice(error) from error
    print_notes(folder.notes)
    return folder


def print_notes(notes: Iterable[str]) -> None:
    """Print the first notes on stderr, and how many there are besides."""
    shown = list(notes)
    for note in shown[:_SHOWN_NOTES]:
        print(note, file=sys.stderr)
    if len(shown) > _SHOWN_NOTES:
        print(f"and {len(shown) - _SHOWN_NOTES} more remarks of this kind.", file=sys.stderr)


def comma_separated(text: str) -> list[str]:
    """The names in "a,b, c"."""
    return [name.strip() for name in text.split(",") if name.strip()]


def count(text: str) -> int:
    """A whole number from 1 on."""
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(f"expected a whole number from 1 on, got {text}")
    return int(text)


def positive(text: str) -> float:
    """A number above 0."""
    return _number(text, lambda value: value > 0, "a number above 0")


def fraction(text: str) -> float:
    """A number from 0 to below 1."""
    return _number(text, lambda value: 0 <= value < 1, "a number from 0 to below 1")


def _number(text: str, allowed: Callable[[float], bool], expected: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or not allowed(value):
        raise ArgumentTypeError(f"expected {expected}, got {text}")
    return value


def _finite(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _with_advice(error: LipError) -> LipError:
    return LipError(f"{error} With --accept-damage the rest is used.")
