"""The command that does what the window does."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from lipcore.cli.main import build_parser
from lipgui.basics.settings import Preferences
from lipgui.controllers.command_line import command_line
from lipgui.document import edits
from lipgui.document.document import Document
from tests.gui.document.helpers import square

OWN = replace(Preferences(), preset="paper", device="cpu", quality="best", max_side=640)


def words(document: Document, folder: Path | None, preferences: Preferences = Preferences()) -> dict[str, str]:  # noqa: B008
    """The options of the command, by name."""
    parts = shlex.split(command_line(document.project, folder, preferences))
    assert parts[:2] == ["lip", "segment"]
    return dict(zip(parts[3::2], parts[4::2], strict=True))


def test_it_names_the_project_or_the_first_mask(document: Document) -> None:
    assert words(document, Path("a folder") / "x.lip")["--annotations"] == str(Path("a folder") / "x.lip")
    assert words(document, None)["--annotations"] == "array.png"


def test_the_settings_are_in_it_and_only_what_differs_from_the_whole(document: Document) -> None:
    found = words(document, None, OWN)
    assert [found[each] for each in ("--preset", "--device", "--quality", "--max-side")] == [
        "paper",
        "cpu",
        "best",
        "640",
    ]
    assert not {"--range", "--direction", "--values"} & found.keys()
    document.set_in_out(2, 7)
    edits.paint(document, square(5, 5), frame=4)
    found = words(document, None)
    assert (found["--range"], found["--direction"]) == ("2:8", "both")
    assert "--max-side" not in found


@pytest.mark.parametrize("folder", [None, Path('it\'s "here" $HOME') / "x.lip"])
def test_the_command_is_understood_by_the_program(document: Document, folder: Path | None) -> None:
    document.set_in_out(2, 7)
    given = build_parser(["segment"]).parse_args(shlex.split(command_line(document.project, folder, OWN))[1:])
    assert str(given.annotations) == str(folder or "array.png")
