"""Options that commands share: values in arguments, results as JSON, projects that are read, and remarks."""

from __future__ import annotations

import json
import shutil
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from pathlib import Path

import pytest

from lipcore.cli import options
from lipcore.errors import LipError
from lipcore.storage.project_folder import ProjectFolder
from tests.core.project.helpers import paint, small_project


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (options.count, "12", 12),
        (options.positive, "0.5", 0.5),
        (options.fraction, "0", 0.0),
        (options.fraction, "0.99", 0.99),
        (options.as_seed, "0", 0),
        (options.as_seed, str(2**63 - 1), 2**63 - 1),
        (options.as_path, "a b/c", Path("a b/c")),
        (options.comma_separated, "a, b,,c ", ["a", "b", "c"]),
    ],
)
def test_values_in_arguments(read: Callable[[str], object], text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "texts"),
    [
        (options.count, ["0", "-1", "1.5", "x", ""]),
        (options.positive, ["0", "-1", "nan", "inf", "x"]),
        (options.fraction, ["1", "-0.1", "nan", "x"]),
        (options.as_seed, ["-1", str(2**63), "٣", "1" * 30, "x"]),
        (options.as_path, ["", "a\0b", "x" * 5000]),
    ],
)
def test_other_values_are_refused(read: Callable[[str], object], texts: list[str]) -> None:
    for text in texts:
        with pytest.raises(ArgumentTypeError):
            read(text)


def test_mask_values_are_a_word_or_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    palette = tmp_path / "palette.txt"
    palette.write_text("cat 1 2 3")
    parser = ArgumentParser()
    options.add_mask_values_option(parser)
    assert parser.parse_args([]).mask_values == "auto"
    for value in ("ids", "shades", str(palette)):
        assert parser.parse_args(["--mask-values", value]).mask_values == value
    with pytest.raises(SystemExit):
        parser.parse_args(["--mask-values", str(tmp_path / "none")])
    assert "expected auto, ids, shades or the file of a palette" in capsys.readouterr().err


def test_results_are_json_without_numbers_that_json_has_not(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    options.write_json(path, {1: [float("nan"), float("inf"), 0.5], "käse": ("a", None)})
    text = path.read_text(encoding="utf-8")
    assert json.loads(text) == {"1": [None, None, 0.5], "käse": ["a", None]}
    assert "käse" in text
    options.write_json(None, {})  # nowhere


def test_where_results_cannot_go_is_said_before_any_work(tmp_path: Path) -> None:
    video = tmp_path / "clip.json"
    video.write_text("x")
    options.check_json_path(None)
    options.check_json_path(tmp_path / "out.json", [video, None])
    for path, words in (
        (tmp_path, "it is a folder"),
        (tmp_path / "none" / "out.json", "does not exist"),
        (video, "clip.json"),
    ):
        with pytest.raises(LipError, match=words):
            options.check_json_path(path, [video])


def test_ten_remarks_are_shown_and_the_others_counted(capsys: pytest.CaptureFixture[str]) -> None:
    options.print_notes(f"note {number}" for number in range(13))
    lines = capsys.readouterr().err.splitlines()
    assert lines == [*(f"note {number}" for number in range(10)), "and 3 more remarks of this kind."]


def test_a_damaged_project_is_used_when_that_is_accepted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = small_project(3)
    paint(project, 1, 1)
    path = tmp_path / "clip.lip"
    folder = ProjectFolder.create(path, project)
    folder.close()
    assert options.read_project(path, accept_damage=False).project.frame_count == 3
    (mask,) = (path / "masks").glob("*.png")
    mask.write_bytes(b"")
    for use in (
        lambda accept: options.read_project(path, accept),
        lambda accept: options.open_project(path, accept, take_over=False),
    ):
        with pytest.raises(LipError, match="With --accept-damage the rest is used"):
            use(False)
    copy = shutil.copytree(path, tmp_path / "copy.lip")
    assert not options.read_project(copy, accept_damage=True).project.labels(1).any()
    assert capsys.readouterr().err
    opened = options.open_project(path, accept_damage=True, take_over=False)
    opened.close()
