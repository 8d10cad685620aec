"""From what the user wants to jobs: load the network, tune, propagate; and from their results to the document."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from itertools import count
from threading import Lock

from PySide6.QtCore import QObject, Signal, Slot

from lipcore.errors import LipError
from lipcore.learning.reports import TuneReport
from lipcore.masks import Labels
from lipcore.propagation.result import FrameResult
from lipcore.workflow.headless import SegmenterLike
from lipcore.workflow.reach import starting_masks
from lipcore.workflow.run import PropagationRun
from lipgui.basics.settings import Preferences
from lipgui.document.document import Document
from lipgui.document.entry import Entry
from lipgui.jobs.jobs import Job, JobQueue
from lipgui.jobs.pace import duration_text

_KEEP_EVERY = 5.0  # seconds between two notes of how far a run has come, for the case that the program is killed


SegmenterFactory = Callable[[Preferences], SegmenterLike]


def bundled_segmenter(preferences: Preferences) -> SegmenterLike:
    """The real network with the bundled weights; imports torch, so it is called in a job's thread."""
    from lipcore.segmenter import Segmenter

    return Segmenter.load(preset=preferences.preset, device=preferences.device, max_side=preferences.max_side or None)


@dataclass
class _Task:
    """What one job is about and how far it has come; what it starts from is taken again when it begins."""

    number: int
    kind: str  # "tune" or the direction
    title: str
    frames: range = range(0)
    only: frozenset[int] = frozenset()
    correction: bool = False
    has_sequel: bool = False  # a task of the same number follows, if this one ends well
    done: frozenset[int] = frozenset()  # frames of a run that an earlier session stopped
    run: PropagationRun | None = None
    masks: dict[int, Labels] = field(default_factory=dict)  # of the done frames from which it goes on
    annotations: dict[int, Labels] = field(default_factory=dict)
    steps: int = 0
    started: float = field(default_factory=time.monotonic)
    weights_before: bytes = b""
    weights_after: bytes | None = None

    def begin(self, document: Document) -> None:
        """Note what the job starts from: it never sees the document itself. LipError if nothing is painted."""
        if self.kind == "tune":
            self.annotations = starting_masks(document.project)
        elif self.run is None:
            self.run = PropagationRun(document.project, self.frames, self.kind, self.only, self.correction, self.done)
        else:
            self.run.begin()
        if self.run is not None:
            self.masks = self.run.masks_before()
        self.weights_before = document.tuned_weights()
        self.started = time.monotonic()

    @property
    def can_go_on(self) -> bool:
        """Whether frames are left of a run."""
        return self.run is not None and self.run.left > 0


class Segmentation(QObject):
    """Tunes and propagates in the background, one run after another."""

    started = Signal(str, str)  # title, and what is counted
    progressed = Signal(int, int)  # done, total
    lossMeasured = Signal(int, float)
    deviceFound = Signal(str)
    prepared = Signal(int, int)  # frames to learn from that are ready, and all; 0 of 0 once the network is loaded
    framesReached = Signal(int, int)  # first and last frame done in this run
    ended = Signal(str)  # one sentence
    failed = Signal(object)  # an exception
    stoppedChanged = Signal(bool)  # whether there is a stopped run that can go on

    def __init__(self, document: Document, queue: JobQueue, factory: SegmenterFactory, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._queue, self._factory = document, queue, factory
        self._preferences = Preferences()
        self._keeper = _Keeper()
        self._numbers = count(1)
        self._tasks: dict[Job, _Task] = {}
        self._stopped: _Task | None = None
        self._kept = 0.0  # when it was last kept how far the running job has come
        document.opened.connect(self._on_opened)
        document.closed.connect(self._abandon)
        queue.job_started.connect(self._on_started)
        queue.job_ended.connect(self._on_ended)

    def use(self, preferences: Preferences) -> None:
        """Use these settings from the next job on."""
        old = self._preferences
        if (old.preset, old.device, old.max_side) != (preferences.preset, preferences.device, preferences.max_side):
            self._keeper = _Keeper()
        self._preferences = preferences

    @property
    def running(self) -> str:
        """What the running job does: "tune", a direction, or nothing."""
        job = self._queue.current
        task = self._tasks.get(job) if job is not None else None
        return task.kind if task is not None else ""

    def network(self) -> Callable[[], SegmenterLike]:
        """What gives the network, loaded if it is not yet; to be called in any thread but the window's."""
        keeper, factory, preferences = self._keeper, self._factory, self._preferences
        return lambda: keeper.loaded(factory, preferences)

    def stop(self) -> None:
        """Stop the running job and forget those that wait; what is finished stays."""
        job = self._queue.current
        self._tasks = {each: task for each, task in self._tasks.items() if each is job}
        self._queue.drop_waiting()
        self._queue.stop_current()

    def tune(self) -> None:
        """Adapt the network to every annotated frame, from the weights as they are when the job begins."""
        self._tune(_Task(next(self._numbers), "tune", self.tr("Tune")))

    def correct(self, direction: str, frames: range) -> None:
        """Tune, then carry masks into `frames` where they do not get worse; all of it is one entry of the history."""
        number, title = next(self._numbers), self.tr("Correct")
        self._tune(_Task(number, "tune", title, has_sequel=True))
        self._propagate(_Task(number, direction, title, frames, correction=True))

    def tune_and_propagate(self, direction: str, frames: range) -> None:
        """Tune, then carry masks into `frames`; all of it is one entry of the history."""
        number, title = next(self._numbers), self.tr("Tune, then propagate")
        self._tune(_Task(number, "tune", title, has_sequel=True))
        self._propagate(_Task(number, direction, title, frames))

    def propagate(self, direction: str, frames: range, only: frozenset[int] = frozenset()) -> None:
        """Carry masks into `frames`; `only` these objects, all if empty."""
        self._propagate(_Task(next(self._numbers), direction, self._title(direction), frames, only))

    def _title(self, direction: str) -> str:
        titles = {"forward": self.tr("Propagate forward"), "backward": self.tr("Propagate backward")}
        return titles.get(direction, self.tr("Propagate both ways"))

    def go_on(self) -> None:
        """Carry masks on into the frames that the run which was stopped last has not reached. LipError."""
        task = self._stopped
        if task is None:
            raise LipError(self.tr("No run was stopped: there is nothing to continue."))
        self._propagate(task)

    def _tune(self, task: _Task) -> None:
        if not self._document.project.annotated_frames:
            raise LipError(self.tr("Paint at least one object on a frame first."))
        keeper, preferences = self._keeper, self._preferences
        video, factory = self._document.video, self._factory

        def steps() -> Generator[object, None, None]:
            segmenter = keeper.ready(factory, preferences, task.weights_before)
            yield segmenter.device_name
            keeper.weights = None  # unknown, should tuning fail
            try:
                yield from segmenter.tune(video, task.annotations, preferences.quality)
            except GeneratorExit:
                task.weights_after = keeper.weights = segmenter.tuned_weights()
                raise
            task.weights_after = keeper.weights = segmenter.tuned_weights()

        self._submit(task, steps)

    def _propagate(self, task: _Task) -> None:
        keeper, preferences = self._keeper, self._preferences
        video, factory = self._document.video, self._factory

        def steps() -> Generator[object, None, None]:
            segmenter = keeper.ready(factory, preferences, task.weights_before)
            yield segmenter.device_name
            run = task.run
            assert run is not None
            done = frozenset(run.done)
            found = segmenter.propagate(video, run.annotations, run.frames, run.direction, done=done, masks=task.masks)
            yield from found

        self._submit(task, steps)
        self._may_go_on(None)

    def _may_go_on(self, task: _Task | None) -> None:
        self._stopped = task
        self._keep(task)
        self.stoppedChanged.emit(task is not None)

    def _keep(self, task: _Task | None) -> None:
        """Keep with the project how far a run has come that is stopped, or may be."""
        self._kept = time.monotonic()
        self._document.keep_stopped_run(None if task is None or task.run is None else task.run.stopped)

    @Slot()
    def _on_opened(self) -> None:
        """Offer to go on with the run that was stopped when the project was open last."""
        run = self._document.project.stopped_run
        if run is not None:
            title = self.tr("Correct") if run.correction else self._title(run.direction)
            only, done = frozenset(run.only), run.done_frames
            number = next(self._numbers)
            self._stopped = _Task(number, run.direction, title, run.frames, only, run.correction, done=done)
            self.stoppedChanged.emit(True)

    @Slot()
    def _abandon(self) -> None:
        """The project is going: what still runs for it is stopped, and its results are dropped."""
        for job in self._tasks:
            job.stop()
        self._tasks.clear()
        self._queue.drop_waiting()
        self._stopped = None
        self.stoppedChanged.emit(False)

    def roll_back(self) -> None:
        """Use the weights from before the last tuning; LipError if there was none."""
        project = self._document.project
        names = [entry.name for entry in project.weights.entries]
        if not project.weights_in_use:
            raise LipError(self.tr("The network is not tuned yet."))
        place = names.index(project.weights_in_use)
        earlier = names[place - 1] if place else ""
        text = self.tr("Roll back tuning")
        self._document.push(Entry(self._document, text, weights=earlier))

    def _submit(self, task: _Task, steps: Callable[[], Generator[object, None, None]]) -> None:
        task.begin(self._document)
        job = Job(task.title, steps)
        job.stepped.connect(self._on_step)
        self._tasks[job] = task
        self._queue.submit(job)

    @Slot(object)
    def _on_started(self, job: Job) -> None:
        task = self._tasks.get(job)
        if task is not None:
            with contextlib.suppress(LipError):  # all paint is gone meanwhile: the job starts from what there was
                task.begin(self._document)
            self.started.emit(task.title, self.tr("iterations") if task.kind == "tune" else self.tr("frames"))

    @Slot(object)
    def _on_step(self, step: object) -> None:
        job = self._queue.current
        task = self._tasks.get(job) if job is not None else None
        if task is None or not self._document.is_open:
            return
        if isinstance(step, str):
            self.deviceFound.emit(step)
            self.prepared.emit(0, 0)
        elif isinstance(step, TuneReport) and step.preparing:
            self.prepared.emit(step.prepared, step.to_prepare)
        elif isinstance(step, TuneReport):
            task.steps += 1
            self.lossMeasured.emit(step.number, step.loss)
            self.progressed.emit(step.number, step.total)
        elif isinstance(step, FrameResult) and task.run is not None:
            self._take(task, task.run, step)

    def _take(self, task: _Task, run: PropagationRun, result: FrameResult) -> None:
        change = run.take(result)
        if change is not None:
            self._document.push(Entry(self._document, task.title, [change], job=task.number))
        if time.monotonic() - self._kept > _KEEP_EVERY:
            self._keep(task)
        self.framesReached.emit(result.frame, result.frame)
        self.progressed.emit(run.reports, run.total)

    @Slot(object)
    def _on_ended(self, job: Job) -> None:
        task = self._tasks.pop(job, None)
        if task is None:
            self.ended.emit(self.tr("Stopped."))
            return
        document = self._document
        changed_weights = task.weights_after is not None and task.weights_after != task.weights_before
        if changed_weights and task.weights_after is not None and document.is_open:
            job_number = task.number if task.has_sequel else -1
            document.push_tuning(task.title, task.weights_after, tuple(task.annotations), job_number)
        if job.error is not None or job.was_stopped:
            if task.has_sequel:
                sequels = [each for each, later in self._tasks.items() if later.number == task.number]
                for each in sequels:
                    del self._tasks[each]
                    self._queue.drop(each)
            if task.can_go_on:
                self._may_go_on(task)
        elif task.run is not None:
            self._keep(None)
        if task.run is not None and task.correction and document.is_open:
            document.show_offers(task.run.offers)
        if job.error is not None:
            self.failed.emit(job.error)
        self.ended.emit(self._summary(task, job, changed_weights))

    def _summary(self, task: _Task, job: Job, changed_weights: bool) -> str:
        how = self.tr("stopped") if job.was_stopped else self.tr("done")
        if job.error is not None:
            how = self.tr("failed")
        seconds = duration_text(time.monotonic() - task.started)
        run = task.run
        if run is None:
            kept = self.tr("the tuned weights are kept, Ctrl+Z rolls them back") if changed_weights else ""
            return self.tr("{0} {1} after {2} iterations in {3}").format(task.title, how, task.steps, seconds) + (
                f": {kept}." if kept else "."
            )
        counts = task.title, how, len(run.done), seconds, len(run.changed)
        text = self.tr("{0} {1}: {2} frames in {3}, {4} changed").format(*counts)
        if run.edited == 1:
            text += self.tr("; 1 mask that you edited meanwhile was left as it is")
        elif run.edited:
            text += self.tr("; {0} masks that you edited meanwhile were left as they are").format(run.edited)
        if len(run.offers) == 1:
            text += self.tr("; 1 mask kept, since the new one looks worse: see the list")
        elif run.offers:
            text += self.tr("; {0} masks kept, since the new ones look worse: see the list").format(len(run.offers))
        if (job.was_stopped or job.error is not None) and task.can_go_on:
            text += self.tr("; {0} frames left, see Continue").format(run.left)
        return text + "."


class _Keeper:
    """The one network, kept between jobs, and the weights it is tuned to; previews use its frozen parts alone."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._segmenter: SegmenterLike | None = None
        self.weights: bytes | None = b""

    def loaded(self, factory: SegmenterFactory, preferences: Preferences) -> SegmenterLike:
        """The network, tuned to whatever; a second thread waits while one loads it."""
        with self._lock:
            if self._segmenter is None:
                self._segmenter = factory(preferences)
            return self._segmenter

    def ready(self, factory: SegmenterFactory, preferences: Preferences, weights: bytes) -> SegmenterLike:
        """The network with these tuned weights; for jobs alone."""
        segmenter = self.loaded(factory, preferences)
        if self.weights != weights:
            segmenter.restore(weights)
            self.weights = weights
        return segmenter
