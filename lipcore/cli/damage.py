"""Damaged projects on the command line: named, and used only if the user accepts what is lost."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path

from lipcore.errors import LipError
from lipcore.project.storage import ProjectDamaged, ProjectFolder

_SHOWN_NOTES = 10


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


def _with_advice(error: LipError) -> LipError:
    return LipError(f"{error} With --accept-damage the rest is used.")
