"""Dialogs that work in the background."""

from __future__ import annotations

from collections.abc import Generator
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from lipcore.errors import LipError
from lipgui.dialogs.job_dialog import JobDialog
from lipgui.jobs.jobs import JobQueue


class Listening(JobDialog):
    """Keeps what it is told."""

    def __init__(self, queue: JobQueue) -> None:
        super().__init__("Listen", queue, None)
        self.steps: list[object] = []
        self.ends: list[tuple[Exception | None, bool]] = []

    def take_step(self, step: object) -> None:
        self.steps.append(step)

    def work_ended(self, error: Exception | None, was_stopped: bool) -> None:
        self.ends.append((error, was_stopped))


@pytest.fixture
def dialog(qtbot: QtBot, queue: JobQueue) -> Listening:
    dialog = Listening(queue)
    qtbot.addWidget(dialog)
    return dialog


def test_steps_and_the_end_are_told(dialog: Listening, queue: JobQueue, qtbot: QtBot) -> None:
    def steps() -> Generator[object, None, None]:
        yield 1
        raise LipError("Enough.")

    with qtbot.waitSignal(queue.job_ended):
        dialog.work("Count", steps)
        assert dialog.is_working
    assert dialog.steps == [1]
    assert [(str(error), was_stopped) for error, was_stopped in dialog.ends] == [("Enough.", False)]
    assert not dialog.is_working


def test_newer_work_takes_the_place_of_what_runs(dialog: Listening, queue: JobQueue, qtbot: QtBot) -> None:
    gate, closed = Event(), Event()

    def slow() -> Generator[object, None, None]:
        try:
            gate.wait(10)
            yield "slow"
        finally:
            closed.set()

    dialog.work("Wait", slow)
    dialog.work("Count", lambda: (step for step in ("quick",)))
    gate.set()
    qtbot.waitUntil(lambda: bool(dialog.ends))
    assert (dialog.steps, dialog.ends) == (["quick"], [(None, False)])
    assert closed.is_set()


def test_closing_stops_what_runs_and_drops_what_waits(queue: JobQueue, qtbot: QtBot) -> None:
    gate = Event()

    def slow() -> Generator[object, None, None]:
        gate.wait(10)
        yield "slow"

    first, second = Listening(queue), Listening(queue)
    first.work("Wait", slow)
    second.work("Wait, too", slow)
    second.reject()
    assert queue.waiting == []
    with qtbot.waitSignal(queue.job_ended):
        first.reject()
        gate.set()
    assert (first.steps, first.ends, second.steps) == ([], [], [])
