"""The command `lip`: exit statuses, one sentence for errors, nothing heavy imported."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from lipcore.cli.commands import info
from lipcore.cli.main import COMMANDS, ON_PROJECT, build_parser, main
from lipcore.cli.on_project import review
from lipcore.errors import LipError


def run_lip(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lipcore", *arguments], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help_of_every_command(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(arguments) == 0
    assert "usage: lip" in capsys.readouterr().out


def test_help_names_every_command() -> None:
    text = build_parser().format_help()
    assert all(f"    {name}" in text for name in COMMANDS)


def test_every_command_module_is_offered() -> None:
    """A file of `lipcore/cli` with an `add_parser` that is not in COMMANDS would be silently missing."""
    commands, on_project = (
        {file.stem.rstrip("_") for file in folder.glob("*.py") if "\ndef add_parser(" in file.read_text()}
        for folder in (Path(info.__file__).parent, Path(review.__file__).parent)
    )
    assert commands | on_project == set(COMMANDS)
    assert on_project == set(ON_PROJECT)


@pytest.mark.parametrize("arguments", [["nonsense"], ["evaluate"], ["info", "--nonsense"], ["gui", "a", "b"]])
def test_wrong_usage(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert main(arguments) == 2
    assert "usage: lip" in capsys.readouterr().err


def noted(error: BaseException, note: str) -> BaseException:
    error.add_note(note)
    return error


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (
            LipError("Cannot read clip.mp4: it has no video stream."),
            1,
            "Cannot read clip.mp4: it has no video stream.\n",
        ),
        (KeyboardInterrupt(), 130, "Stopped.\n"),
        (
            noted(KeyboardInterrupt(), "Cannot write 00003.png: the disk is full."),
            130,
            "Stopped. Cannot write 00003.png: the disk is full.\n",
        ),
        (
            MemoryError(),
            1,
            "Out of memory: close other programs, or choose a smaller --max-side.\n",
        ),
    ],
)
def test_errors_become_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException, status: int, text: str
) -> None:
    def fail(arguments: Namespace) -> int:
        raise error

    monkeypatch.setattr(info, "run", fail)
    assert main(["info"]) == status
    assert capsys.readouterr() == ("", text)


def test_a_bug_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(info, "run", lambda arguments: [][0])
    with pytest.raises(IndexError):
        main(["info"])


def test_as_a_module_without_a_traceback(tmp_path: Path) -> None:
    done = run_lip("evaluate", str(tmp_path / "none"), "--davis", str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("Cannot read ")


def test_a_reader_that_goes_away_is_no_error_message() -> None:
    program = (
        "import os, sys\n"
        "from lipcore.cli.commands import info\n"
        "from lipcore.cli.main import main\n"
        "reader, writer = os.pipe()\n"
        "os.close(reader)\n"
        "os.dup2(writer, 1)\n"
        "info.collect_facts = lambda: {'LIP': {'version': 'x' * 100000}}\n"
        "sys.exit(main(['info']))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (141, "")


def test_parsing_imports_neither_torch_nor_qt() -> None:
    program = (
        "import sys\n"
        "from lipcore.cli.main import build_parser\n"
        "build_parser()\n"
        "print([name for name in ('torch', 'PySide6', 'lipgui') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "[]\n", done.stderr
