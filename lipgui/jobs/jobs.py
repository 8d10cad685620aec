"""Long work in the background: one job at a time, each a plain generator run by a thread."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, Signal, Slot

log = logging.getLogger(__name__)


class Job(QThread):
    """One long task: `steps` makes a generator whose every value reaches the window through `stepped`.

    `finished` is emitted whatever happens; `failed` first if the generator raised. Stopping closes the generator, so
    that its `finally` blocks run in the job's own thread.
    """

    stepped = Signal(object)
    failed = Signal(Exception)

    def __init__(self, title: str, steps: Callable[[], Generator[object, None, None]]) -> None:
        super().__init__()
        self.title = title
        self.was_stopped = False
        self.is_passing = False  # whether nobody would miss it, such as a preview
        self.error: Exception | None = None
        self._steps = steps

    def run(self) -> None:
        """Run the generator to its end, to its error, or until the job is interrupted."""
        try:
            with closing(self._steps()) as steps:
                for step in steps:
                    self.stepped.emit(step)
                    if self.isInterruptionRequested():
                        return
        except Exception as error:
            log.info("%s failed", self.title, exc_info=True)
            self.error = error
            self.failed.emit(error)

    def stop(self) -> None:
        """Ask the job to end after its present step."""
        self.was_stopped = True
        self.requestInterruption()


class JobQueue(QObject):
    """Runs jobs one after another; the only place where a thread of the window starts."""

    job_started = Signal(object)
    job_ended = Signal(object)
    waiting_changed = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[Job] = deque()
        self._current: Job | None = None

    @property
    def current(self) -> Job | None:
        """The job that is running, if any."""
        return self._current

    @property
    def waiting(self) -> list[str]:
        """Titles of the jobs that wait, in order."""
        return [job.title for job in self._waiting]

    def submit(self, job: Job) -> None:
        """Run `job` as soon as those before it have ended."""
        self._waiting.append(job)
        self.waiting_changed.emit(len(self._waiting))
        self._start_next()

    def stop_current(self) -> None:
        """Ask the running job to end after its present step; what it has finished stays."""
        if self._current is not None:
            self._current.stop()

    def drop_waiting(self) -> None:
        """Forget the jobs that have not begun."""
        self._waiting.clear()
        self.waiting_changed.emit(0)

    def drop(self, job: Job) -> None:
        """Forget one job if it has not begun."""
        if job in self._waiting:
            self._waiting.remove(job)
            self.waiting_changed.emit(len(self._waiting))

    def stop_all(self, patience_ms: int = 30_000) -> bool:
        """Forget the waiting jobs, stop the running one and wait for it; whether it ended in time."""
        self.drop_waiting()
        job = self._current
        if job is None:
            return True
        job.stop()
        if not job.wait(patience_ms):
            return False
        QCoreApplication.sendPostedEvents(None, QEvent.Type.MetaCall)  # its last steps, and its end
        return True

    def _start_next(self) -> None:
        if self._current is not None or not self._waiting:
            return
        job = self._waiting.popleft()
        self._current = job
        job.finished.connect(self._on_finished)
        self.waiting_changed.emit(len(self._waiting))
        self.job_started.emit(job)
        job.start()

    @Slot()
    def _on_finished(self) -> None:
        job = self._current
        if job is not None and job.isFinished():
            self._end(job)

    def _end(self, job: Job) -> None:
        job.finished.disconnect(self._on_finished)
        job.wait()
        self._current = None
        self.job_ended.emit(job)
        self._start_next()
