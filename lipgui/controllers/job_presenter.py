"""What the window shows of a run: the job strip, the frames it has reached, and what went wrong."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from lipcore.errors import NotTuned, OutOfMemory
from lipgui.actions.action_set import ActionSet
from lipgui.controllers.segmentation import Segmentation
from lipgui.dialogs.problems import Problems
from lipgui.jobs.jobs import JobQueue
from lipgui.panels.job_panel import JobPanel
from lipgui.timeline.timeline import Timeline


class RunDisplay(QObject):
    """Keeps job strip, timeline and the action Stop in step with the runs."""

    memoryExhausted = Signal(str)
    tuningWanted = Signal(str)

    def __init__(
        self,
        segmentation: Segmentation,
        queue: JobQueue,
        job_panel: JobPanel,
        timeline: Timeline,
        actions: ActionSet,
        problems: Problems,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._job_panel, self._timeline, self._actions, self._problems = job_panel, timeline, actions, problems
        self._reached: tuple[int, int] | None = None
        actions.enable(["stop", "continue_run"], False)
        segmentation.stoppedChanged.connect(self._on_stopped)
        queue.waiting_changed.connect(lambda: job_panel.show_queue(queue.waiting))
        job_panel.stopRequested.connect(segmentation.stop)
        job_panel.continueRequested.connect(lambda: actions.trigger("continue_run"))
        segmentation.started.connect(self._on_started)
        segmentation.progressed.connect(job_panel.show_progress)
        segmentation.lossMeasured.connect(job_panel.show_loss)
        segmentation.deviceFound.connect(job_panel.show_device)
        segmentation.prepared.connect(self._on_prepared)
        segmentation.framesReached.connect(self._on_reached)
        segmentation.ended.connect(self._on_ended)
        segmentation.failed.connect(self._on_failed)

    @Slot(str, str)
    def _on_started(self, title: str, unit: str) -> None:
        self._reached = None
        self._job_panel.show_job(title, unit)
        self._actions.enable(["stop"], True)

    @Slot(int, int)
    def _on_prepared(self, done: int, total: int) -> None:
        self._job_panel.show_preparation(done, total, self.tr("Looking at the painted frames…"))

    @Slot(int, int)
    def _on_reached(self, first: int, last: int) -> None:
        old = self._reached or (first, last)
        self._reached = (min(old[0], first), max(old[1], last))
        self._timeline.show_progress(*self._reached)

    @Slot(bool)
    def _on_stopped(self, can_go_on: bool) -> None:
        self._actions.enable(["continue_run"], can_go_on)
        self._job_panel.show_continue(can_go_on)

    @Slot(str)
    def _on_ended(self, text: str) -> None:
        self._timeline.show_progress(0, -1)
        self._job_panel.show_idle(text)
        self._actions.enable(["stop"], False)

    @Slot(object)
    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, OutOfMemory):
            self.memoryExhausted.emit(str(error))
        elif isinstance(error, NotTuned):
            self.tuningWanted.emit(str(error))
        else:
            self._problems.handle(error)
