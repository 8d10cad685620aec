"""What dialogs that work in the background share: one job at a time, how far it is, and an end when they are closed."""

from __future__ import annotations

from collections.abc import Callable, Generator

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QProgressBar, QWidget

from lipgui.jobs.jobs import Job, JobQueue


class JobDialog(QDialog):
    """Runs steps in a queue: what they yield goes to `take_step`, their end to `work_ended`, unless dropped before."""

    def __init__(self, title: str, queue: JobQueue, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.bar = QProgressBar(self)
        self.bar.hide()
        self._queue = queue
        self._job: Job | None = None
        queue.job_ended.connect(self._on_ended)

    @property
    def is_working(self) -> bool:
        """Whether a job runs or waits."""
        return self._job is not None

    def work(self, title: str, steps: Callable[[], Generator[object, None, None]], is_passing: bool = False) -> None:
        """Run these steps instead of what runs; a passing job does not keep the window from closing."""
        self.drop_work()
        self._job = Job(title, steps)
        self._job.is_passing = is_passing
        self._job.stepped.connect(self.take_step)
        self._queue.submit(self._job)

    def drop_work(self) -> None:
        """Stop what runs and forget it."""
        job, self._job = self._job, None
        if job is not None:
            job.stepped.disconnect(self.take_step)
            self._queue.drop(job)
            job.stop()

    @Slot(object)
    def take_step(self, step: object) -> None:
        """Something that the steps have yielded."""
        raise NotImplementedError

    def work_ended(self, error: Exception | None, was_stopped: bool) -> None:
        """The steps have ended."""
        raise NotImplementedError

    def done(self, result: int) -> None:
        """Stop what runs, then close."""
        self.drop_work()
        super().done(result)

    @Slot(object)
    def _on_ended(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self.bar.hide()
            self.work_ended(job.error, job.was_stopped)
