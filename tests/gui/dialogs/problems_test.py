"""What becomes of an exception: a sentence for what a user can cause, a report for a bug, from any thread."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from PySide6.QtCore import QThread
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from lipcore.errors import LipError
from lipcore.version import __version__
from lipgui.dialogs.problems import Problems, ReportDialog, report_text


@pytest.fixture
def problems(qapp: object) -> Iterator[Problems]:
    made = Problems()
    made.install()
    yield made
    made.uninstall()


def raise_in(hook: Callable[..., object], error: BaseException) -> None:
    hook(type(error), error, error.__traceback__)


def test_a_sentence_is_announced_and_a_bug_reported(qtbot: QtBot, problems: Problems) -> None:
    with qtbot.waitSignal(problems.announced) as announced, qtbot.assertNotEmitted(problems.reported):
        raise_in(sys.excepthook, LipError("The disk is full."))
    assert announced.args[0].text == "The disk is full."
    assert not announced.args[0].is_news
    bug = ValueError("a bug")
    with qtbot.waitSignal(problems.reported) as reported, qtbot.assertNotEmitted(problems.announced):
        raise_in(sys.excepthook, bug)
    assert reported.args == [bug]


def test_what_another_thread_raises_arrives_in_the_windows_thread(qtbot: QtBot, problems: Problems) -> None:
    places: list[QThread] = []
    problems.announced.connect(lambda _: places.append(QThread.currentThread()))
    with qtbot.waitSignal(problems.announced):
        thread = Thread(target=raise_in, args=(sys.excepthook, LipError("The disk is full.")))
        thread.start()
        thread.join()
    assert places == [problems.thread()]


def test_ctrl_c_in_the_terminal_is_no_problem(
    qtbot: QtBot, problems: Problems, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed_on: list[BaseException] = []
    monkeypatch.setattr(sys, "__excepthook__", lambda kind, error, where: passed_on.append(error))
    with qtbot.assertNotEmitted(problems.reported):
        raise_in(sys.excepthook, KeyboardInterrupt())
    assert len(passed_on) == 1


def test_afterwards_others_get_what_is_uncaught(qapp: object) -> None:
    before, problems = sys.excepthook, Problems()
    problems.install()
    assert sys.excepthook != before
    problems.uninstall()
    problems.uninstall()
    assert sys.excepthook == before


def test_a_guarded_function_tells_sentences_and_lets_bugs_through(qtbot: QtBot, problems: Problems) -> None:
    def do(error: Exception | None) -> None:
        if error is not None:
            raise error

    guarded = problems.guarded(do)
    guarded(None)
    with qtbot.waitSignal(problems.announced):
        guarded(LipError("No."))
    with pytest.raises(ValueError, match="a bug"):
        guarded(ValueError("a bug"))


def test_a_report_says_what_happened_and_where(keep: Callable[[QDialog], None]) -> None:
    try:
        raise ValueError("a bug")
    except ValueError as error:
        dialog = ReportDialog(error)
    keep(dialog)
    text = dialog.text.toPlainText()
    assert "test_a_report_says_what_happened_and_where" in text  # the traceback
    assert text.index("ValueError: a bug") < text.index(f"LIP {__version__}") < text.index("torch ")
    dialog.copy_button.click()
    assert QGuiApplication.clipboard().text() == text
    assert "Describe what happened" in report_text(None)
    assert "Traceback" not in report_text(None)
