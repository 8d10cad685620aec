"""`lip gui` and `lip` alone: the window opens, with what it is given, unless it cannot."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from lipcore.cli.commands import gui
from lipcore.cli.main import main
from lipcore.errors import LipError


def test_without_arguments_the_window_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[list[str]] = []
    monkeypatch.setattr("lipcore.cli.commands.gui.open_window", lambda arguments: opened.append(arguments) or 0)
    monkeypatch.setattr(sys, "argv", ["lip"])
    assert main() == 0
    assert main(["gui", "."]) == 0
    assert opened == [[], ["."]]


def test_a_path_that_is_not_there_is_said_before_the_window_opens(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gui", "none.lip"]) == 1
    assert capsys.readouterr().err == "Cannot open none.lip: it does not exist.\n"


def test_without_a_display_the_window_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("lipcore.cli.commands.gui.has_display", lambda: False)
    assert main(["gui"]) == 1
    assert capsys.readouterr().err.startswith("Cannot open the window: there is no display")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there a window can always be shown")
def test_a_display_or_a_platform_of_qt_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    assert not gui.has_display()
    for name in names:
        with monkeypatch.context() as inside:
            inside.setenv(name, "x")
            assert gui.has_display()


def test_the_window_is_given_its_arguments_and_gives_the_status(monkeypatch: pytest.MonkeyPatch) -> None:
    window = ModuleType("lipgui.__main__")
    window.main = lambda arguments: len(arguments) + 5  # type: ignore[attr-defined]
    monkeypatch.setattr(gui, "has_display", lambda: True)
    monkeypatch.setitem(sys.modules, "lipgui.__main__", window)
    assert gui.open_window(["a.lip"]) == 6


def test_where_the_window_is_not_installed_that_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gui, "has_display", lambda: True)
    monkeypatch.setitem(sys.modules, "lipgui.__main__", None)
    with pytest.raises(LipError, match="Cannot open the window: "):
        gui.open_window([])
