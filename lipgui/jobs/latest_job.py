"""Runs a tool's slow computations in the background; a newer one replaces those that have not begun."""

from __future__ import annotations

from collections.abc import Callable, Generator

from PySide6.QtCore import QObject, Signal, Slot

from lipgui.jobs.jobs import Job, JobQueue

Work = Callable[[], object]
Answer = Callable[[Work, object], None]


class Thinking(QObject):
    """Runs one piece of work at a time in a job; a newer one takes the place of those before it."""

    failed = Signal(Exception)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._queue = JobQueue(self)
        self._wanted: tuple[Work, Answer] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being worked out whose result is wanted."""
        return self._wanted is not None

    def run(self, work: Work, answer: Answer) -> None:
        """Carry out `work` and give it, with its result, to `answer` in the window's thread, unless more work comes."""
        self._queue.drop_waiting()
        self._wanted = work, answer

        def steps() -> Generator[object, None, None]:
            yield work, work()

        job = Job("Think", steps)
        job.stepped.connect(self._on_step)
        job.failed.connect(self.failed)
        self._queue.submit(job)

    def close(self) -> None:
        """Wait for what is being worked out; nobody wants its result."""
        self._wanted = None
        self._queue.stop_all()

    @Slot(object)
    def _on_step(self, step: tuple[Work, object]) -> None:
        work, result = step
        if self._wanted is not None and self._wanted[0] is work:
            answer, self._wanted = self._wanted[1], None
            answer(work, result)
