from __future__ import annotations

from collections.abc import Iterator
from threading import Event

from pytestqt.qtbot import QtBot

from lipcore.errors import LipError
from lipgui.jobs.jobs import Job, JobQueue


def test_a_job_hands_on_each_step_in_order_and_then_ends(qtbot: QtBot) -> None:
    queue, steps = JobQueue(), []
    job = Job("count", lambda: (number for number in range(5)))
    job.stepped.connect(steps.append)
    with qtbot.waitSignal(queue.job_ended):
        queue.submit(job)
    assert steps == [0, 1, 2, 3, 4]
    assert queue.current is None
    assert job.error is None


def test_a_job_that_raises_says_so_and_the_next_one_still_runs(qtbot: QtBot) -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise LipError("No more memory.")

    queue, ended, steps = JobQueue(), [], []
    first, second = Job("broken", broken), Job("good", lambda: (number for number in [7]))
    second.stepped.connect(steps.append)
    queue.job_ended.connect(lambda job: ended.append(job.title))
    with qtbot.waitSignal(first.failed) as failure:
        queue.submit(first)
        queue.submit(second)
    qtbot.waitUntil(lambda: ended == ["broken", "good"])
    assert str(failure.args[0]) == "No more memory."
    assert steps == [7]


def test_stopping_keeps_finished_steps_and_runs_the_cleanup(qtbot: QtBot) -> None:
    gate, cleaned, steps = Event(), [], []

    def endless() -> Iterator[int]:
        try:
            number = 0
            while True:
                yield number
                number += 1
                gate.wait(20)
        finally:
            cleaned.append(True)

    queue = JobQueue()
    job = Job("endless", endless)
    job.stepped.connect(steps.append)
    with qtbot.waitSignal(job.stepped):
        queue.submit(job)
    with qtbot.waitSignal(queue.job_ended):
        queue.stop_current()
        gate.set()
    assert steps[0] == 0
    assert cleaned == [True]
    assert job.was_stopped


def test_stop_all_forgets_what_waits_and_waits_for_what_runs(qtbot: QtBot) -> None:
    queue, ran = JobQueue(), []
    gate = Event()

    def waiting() -> Iterator[int]:
        yield 1
        gate.wait(20)
        yield 2

    first = Job("first", waiting)
    second = Job("second", lambda: (ran.append(number) for number in [1]))
    with qtbot.waitSignal(first.stepped):
        queue.submit(first)
        queue.submit(second)
    gate.set()
    assert queue.stop_all()
    assert queue.current is None
    assert ran == []


def test_the_number_of_waiting_jobs_is_told(qtbot: QtBot) -> None:
    queue, waiting = JobQueue(), []
    queue.waiting_changed.connect(waiting.append)
    gate = Event()

    def slow() -> Iterator[int]:
        gate.wait(20)
        yield 1

    queue.submit(Job("a", slow))
    queue.submit(Job("b", lambda: (number for number in ())))
    assert waiting == [1, 0, 1]
    gate.set()
    qtbot.waitUntil(lambda: queue.current is None)
    assert waiting[-1] == 0
