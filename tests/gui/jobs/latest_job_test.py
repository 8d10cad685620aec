"""Work in the background: answered in the window's thread, and only the newest piece of it."""

from __future__ import annotations

from threading import Event, current_thread, main_thread

import pytest
from pytestqt.qtbot import QtBot

from lipgui.jobs.latest_job import Thinking


@pytest.fixture
def thinking(qtbot: QtBot) -> Thinking:
    from PySide6.QtCore import QCoreApplication

    application = QCoreApplication.instance()
    assert application is not None
    return Thinking(application)


def test_work_is_done_elsewhere_and_answered_here(thinking: Thinking, qtbot: QtBot) -> None:
    answers: list[tuple[object, bool]] = []
    thinking.run(
        lambda: current_thread() is main_thread(),
        lambda work, result: answers.append((result, current_thread() is main_thread())),
    )
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [(False, True)]
    thinking.close()


def test_only_the_newest_wish_is_answered(thinking: Thinking, qtbot: QtBot) -> None:
    gate, done, answers = Event(), [], []

    def slow() -> int:
        gate.wait(10)
        return done.append(0) or 0

    thinking.run(slow, lambda work, result: answers.append(result))
    thinking.run(lambda: done.append(1) or 1, lambda work, result: answers.append(result))
    thinking.run(lambda: done.append(2) or 2, lambda work, result: answers.append(result))
    gate.set()
    qtbot.waitUntil(lambda: bool(answers))
    assert answers == [2]
    assert done == [0, 2]
    thinking.close()


def test_an_error_is_told(thinking: Thinking, qtbot: QtBot) -> None:
    def fail() -> None:
        raise ValueError("no")

    with qtbot.waitSignal(thinking.failed) as told:
        thinking.run(fail, lambda work, result: None)
    assert isinstance(told.args[0], ValueError)
    thinking.close()


def test_nothing_is_answered_after_closing(thinking: Thinking, qtbot: QtBot) -> None:
    gate, answers = Event(), []
    thinking.run(lambda: gate.wait(10), lambda work, result: answers.append(result))
    gate.set()
    thinking.close()
    assert answers == []
