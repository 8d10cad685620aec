"""Closing the window: what still runs, and what cannot be saved, is told first."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from threading import Event

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lipcore.errors import LipError
from lipgui.controllers.session.closing import Closing
from lipgui.jobs.jobs import Job, JobQueue
from lipgui.widgets.notice import Message


class Session:
    """Cannot be closed while it has a `problem`, unless what is not saved is dropped."""

    def __init__(self) -> None:
        self.problem, self.is_open = "", True

    def close(self, discard: bool = False) -> None:
        if self.problem and not discard:
            raise LipError(self.problem)
        self.is_open = False


class Window(QWidget):
    """Closes if it may; its jobs go on until `gate` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.session, self.queue, self.files, self.gate = Session(), JobQueue(self), JobQueue(self), Event()
        self.closing = Closing(self.session, self.queue, [self.files], self)  # type: ignore[arg-type]
        self.messages, self.tries = list[Message](), 0
        self.closing.announced.connect(self.messages.append)

    def close(self) -> bool:
        self.tries += 1
        return self.closing.may_close()

    def begin(self, queue: JobQueue, title: str = "Propagate") -> Job:
        def steps() -> Generator[object, None, None]:
            yield "begun"
            self.gate.wait(10)
            yield "done"

        job = Job(title, steps)
        queue.submit(job)
        return job

    def answer(self, text: str) -> None:
        dict(self.messages[-1].choices)[text]()


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    window = Window()
    qtbot.addWidget(window)
    yield window
    window.gate.set()
    for queue in (window.queue, window.files):
        queue.stop_all()


def test_with_nothing_to_do_it_closes(window: Window) -> None:
    assert window.close()
    assert not window.session.is_open
    assert window.messages == []


@pytest.mark.parametrize("queue", ["queue", "files"])
def test_what_runs_is_told_and_can_be_waited_for(window: Window, qtbot: QtBot, queue: str) -> None:
    window.begin(getattr(window, queue), "Export")
    assert not window.close()
    assert window.messages[-1].text.startswith("Export is still running")
    with qtbot.waitSignal(window.closing.told):
        window.answer("Close when it is done")
    assert window.session.is_open
    window.gate.set()
    qtbot.waitUntil(lambda: not window.session.is_open)
    assert len(window.messages) == 1


def test_what_runs_and_what_waits_can_be_stopped(window: Window, qtbot: QtBot) -> None:
    running, waiting = window.begin(window.queue), window.begin(window.queue)
    window.close()
    window.answer("Stop and close")
    window.gate.set()
    qtbot.waitUntil(lambda: not window.session.is_open)
    assert running.was_stopped
    assert not waiting.isRunning()


def test_a_job_that_nobody_would_miss_is_not_asked_about(window: Window, qtbot: QtBot) -> None:
    window.begin(window.queue).is_passing = True
    assert not window.close()
    assert window.messages == []
    window.gate.set()
    qtbot.waitUntil(lambda: not window.session.is_open)


def test_what_cannot_be_saved_is_told_and_dropped_only_when_asked_for(window: Window, qtbot: QtBot) -> None:
    window.session.problem = "The disk is full."
    assert not window.close()
    assert window.messages[-1].text == "The disk is full. What is not saved would be lost."
    with qtbot.waitSignal(window.closing.copy_wanted):
        window.answer("Save a copy…")
    assert window.session.is_open
    window.answer("Close without saving")
    assert not window.session.is_open
