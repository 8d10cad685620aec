"""Closing the window: what runs, and what cannot be saved, is told first; nothing waits and freezes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from lipcore.errors import LipError
from lipgui.controllers.session.session import Session
from lipgui.jobs.jobs import JobQueue
from lipgui.widgets.notice import Message


class Closing(QObject):
    """Says whether the window may close, and closes it later if that was asked for."""

    told = Signal(str)
    announced = Signal(object)  # a Message
    copy_wanted = Signal()

    def __init__(self, session: Session, queue: JobQueue, others: Sequence[JobQueue], window: QWidget) -> None:
        super().__init__(window)
        self._session, self._queue, self._others, self._window = session, queue, others, window
        self._is_waiting = self._discard = False
        for each in (queue, *others):
            each.job_ended.connect(self._close_if_asked)

    def may_close(self) -> bool:
        """Whether nothing keeps the window open any more: the project is saved and closed then."""
        running = [queue.current for queue in (self._queue, *self._others)]
        titles = [job.title for job in running if job is not None and not (job.was_stopped or job.is_passing)]
        if titles and not self._is_waiting:
            text = self.tr("{0} is still running. What is finished is kept.").format(", ".join(titles))
            choices = (
                (self.tr("Stop and close"), self._stop_and_close),
                (self.tr("Close when it is done"), self._close_when_done),
            )
            self.announced.emit(Message(text, choices))
            return False
        if titles or self._queue.current is not None:
            self._close_when_done()
            return False
        try:
            self._session.close(self._discard)
        except LipError as error:
            text = self.tr("{0} What is not saved would be lost.").format(error)
            choices = (
                (self.tr("Save a copy…"), self.copy_wanted.emit),
                (self.tr("Close without saving"), self._close_anyway),
            )
            self.announced.emit(Message(text, choices))
            return False
        for queue in self._others:
            queue.stop_all()
        return True

    @Slot()
    def _close_if_asked(self) -> None:
        queues = (self._queue, *self._others)
        if self._is_waiting and all(queue.current is None and not queue.waiting for queue in queues):
            self._is_waiting = False
            self._window.close()

    def _stop_and_close(self) -> None:
        self._queue.drop_waiting()
        self._queue.stop_current()
        for queue in self._others:
            queue.stop_all()
        self._close_when_done()

    def _close_when_done(self) -> None:
        self._is_waiting = True
        self.told.emit(self.tr("LIP closes when the running job has ended."))
        self._close_if_asked()

    def _close_anyway(self) -> None:
        self._discard = True
        self._window.close()
