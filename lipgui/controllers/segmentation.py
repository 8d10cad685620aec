"""From what the user wants to jobs: load the network, tune, propagate; and from their results to the document."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from lipcore.errors import LipError
from lipcore.learning.steps import TuneStep
from lipcore.propagation.result import FrameResult
from lipcore.video import Video
from lipgui.basics.settings import Preferences
from lipgui.document.document import Document
from lipgui.document.entry import Entry, push_tuning
from lipgui.document.propagated import change_of_result
from lipgui.document.reach import starting_masks
from lipgui.jobs.jobs import Job, JobQueue
from lipgui.jobs.pace import duration_text

Labels = NDArray[np.uint8]


class SegmenterLike(Protocol):
    """What the window needs of `lipcore.segmenter.Segmenter`; described here so that torch is not imported."""

    device_name: str

    def tune(self, video: Video, annotations: Mapping[int, Labels], quality: str = ...) -> Iterator[TuneStep]:
        """Adapt the network to the annotated frames."""
        ...

    def propagate(
        self, video: Video, annotations: Mapping[int, Labels], frames: range, direction: str = ...
    ) -> Iterator[FrameResult]:
        """Carry the annotated frames' masks to `frames`."""
        ...

    def tuned_state(self) -> bytes:
        """Everything tuning has changed."""
        ...

    def restore(self, state: bytes) -> None:
        """Go back to a tuned state; empty: untuned."""
        ...


SegmenterFactory = Callable[[Preferences], SegmenterLike]


def bundled_segmenter(preferences: Preferences) -> SegmenterLike:
    """The real network with the bundled weights; imports torch, so it is called in a job's thread."""
    from lipcore.segmenter import Segmenter

    return Segmenter.load(preset=preferences.preset, device=preferences.device, max_side=preferences.max_side or None)


@dataclass
class _Run:
    """What one job is about and how far it has come; the snapshots are taken again when it begins."""

    number: int
    kind: str  # "tune" or the direction
    title: str
    first: int = 0
    last: int = 0
    only: frozenset[int] = frozenset()
    has_sequel: bool = False  # a run of the same number follows, if this one ends well
    annotations: dict[int, Labels] = field(default_factory=dict)
    objects: frozenset[int] = frozenset()
    revisions: dict[int, int] = field(default_factory=dict)
    done: int = 0
    changed: int = 0
    dropped: int = 0
    started: float = field(default_factory=time.monotonic)
    state_before: bytes = b""
    state_after: bytes | None = None

    def take_snapshots(self, document: Document) -> None:
        """Note what the job starts from: it never sees the document itself. LipError if nothing is painted."""
        project = document.project
        self.annotations = starting_masks(project)
        self.objects = frozenset(int(each) for labels in self.annotations.values() for each in np.unique(labels))
        self.objects -= {0, 255}
        self.revisions = {frame: project.revision(frame) for frame in range(self.first, self.last + 1)}
        self.state_before = document.tuned_state()
        self.started = time.monotonic()


class Segmentation(QObject):
    """Tunes and propagates in the background, one run at a time after another."""

    started = Signal(str, str)  # title, and what is counted
    progressed = Signal(int, int)  # done, total
    lossMeasured = Signal(int, float)
    deviceFound = Signal(str)
    prepared = Signal(int, int)  # frames to learn from that are ready, and all; 0 of 0 once the network is loaded
    framesReached = Signal(int, int)  # first and last frame done in this run
    ended = Signal(str)  # one sentence
    failed = Signal(object)  # an exception

    def __init__(self, document: Document, queue: JobQueue, factory: SegmenterFactory, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._queue, self._factory = document, queue, factory
        self._preferences = Preferences()
        self._keeper = _Keeper()
        self._numbers = count(1)
        self._runs: dict[Job, _Run] = {}
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
        run = self._runs.get(job) if job is not None else None
        return run.kind if run is not None else ""

    def stop(self) -> None:
        """Stop the running job and forget those that wait; what is finished stays."""
        job = self._queue.current
        self._runs = {each: run for each, run in self._runs.items() if each is job}
        self._queue.drop_waiting()
        self._queue.stop_current()

    def tune(self) -> None:
        """Adapt the network to every annotated frame, from the weights as they are when the job begins."""
        self._tune(_Run(next(self._numbers), "tune", self.tr("Tune")))

    def correct(self, direction: str, first: int, last: int) -> None:
        """Tune, then carry masks into frames `first` to `last`; weights and masks are one entry of the history."""
        number, title = next(self._numbers), self.tr("Correct")
        self._tune(_Run(number, "tune", title, has_sequel=True))
        self._propagate(_Run(number, direction, title, first, last))

    def propagate(self, direction: str, first: int, last: int, only: frozenset[int] = frozenset()) -> None:
        """Carry masks into frames `first` to `last`; `only` these objects, all if empty."""
        titles = {"forward": self.tr("Propagate forward"), "backward": self.tr("Propagate backward")}
        title = titles.get(direction, self.tr("Propagate both ways"))
        self._propagate(_Run(next(self._numbers), direction, title, first, last, only))

    def _tune(self, run: _Run) -> None:
        keeper, preferences = self._keeper, self._preferences
        video, factory = self._document.video, self._factory

        def steps() -> Generator[object, None, None]:
            segmenter = keeper.ready(factory, preferences, run.state_before)
            yield segmenter.device_name
            keeper.state = None  # unknown, should tuning fail
            try:
                yield from segmenter.tune(video, run.annotations, preferences.quality)
            except GeneratorExit:
                run.state_after = keeper.state = segmenter.tuned_state()
                raise
            run.state_after = keeper.state = segmenter.tuned_state()

        self._submit(run, steps)

    def _propagate(self, run: _Run) -> None:
        keeper, preferences = self._keeper, self._preferences
        video, factory = self._document.video, self._factory

        def steps() -> Generator[object, None, None]:
            segmenter = keeper.ready(factory, preferences, run.state_before)
            yield segmenter.device_name
            yield from segmenter.propagate(video, run.annotations, range(run.first, run.last + 1), run.kind)

        self._submit(run, steps)

    @Slot()
    def _abandon(self) -> None:
        """The project is going: what still runs for it is stopped, and its results are dropped."""
        for job in self._runs:
            job.stop()
        self._runs.clear()
        self._queue.drop_waiting()

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

    def _submit(self, run: _Run, steps: Callable[[], Generator[object, None, None]]) -> None:
        run.take_snapshots(self._document)
        job = Job(run.title, steps)
        job.stepped.connect(self._on_step)
        self._runs[job] = run
        self._queue.submit(job)

    @Slot(object)
    def _on_started(self, job: Job) -> None:
        run = self._runs.get(job)
        if run is not None:
            with contextlib.suppress(LipError):  # all paint is gone meanwhile: the job starts from what there was
                run.take_snapshots(self._document)
            self.started.emit(run.title, self.tr("steps") if run.kind == "tune" else self.tr("frames"))

    @Slot(object)
    def _on_step(self, step: object) -> None:
        job = self._queue.current
        run = self._runs.get(job) if job is not None else None
        if run is None or not self._document.is_open:
            return
        if isinstance(step, str):
            self.deviceFound.emit(step)
            self.prepared.emit(0, 0)
        elif isinstance(step, TuneStep) and step.preparing:
            self.prepared.emit(step.prepared, step.to_prepare)
        elif isinstance(step, TuneStep):
            run.done += 1
            self.lossMeasured.emit(step.number, step.loss)
            self.progressed.emit(step.number, step.total)
        elif isinstance(step, FrameResult):
            self._take(run, step)

    def _take(self, run: _Run, result: FrameResult) -> None:
        document, frame = self._document, result.frame
        if not run.first <= frame <= run.last:
            return
        run.done += 1
        if document.project.revision(frame) != run.revisions[frame]:
            run.dropped += 1
        else:
            change = change_of_result(document.project, result, run.objects, run.only, document.locked_ids())
            if not change.is_empty():
                run.changed += change.before is not None
                document.push(Entry(document, run.title, [change], job=run.number))
                run.revisions[frame] = document.project.revision(frame)
        self.framesReached.emit(frame, frame)
        self.progressed.emit(run.done, run.last - run.first + 1)

    @Slot(object)
    def _on_ended(self, job: Job) -> None:
        run = self._runs.pop(job, None)
        if run is None:
            self.ended.emit(self.tr("Stopped."))
            return
        document = self._document
        changed_weights = run.state_after is not None and run.state_after != run.state_before
        if changed_weights and run.state_after is not None and document.is_open:
            job_number = run.number if run.has_sequel else -1
            push_tuning(document, run.title, run.state_after, tuple(run.annotations), job_number)
        if run.has_sequel and (job.error is not None or job.was_stopped):
            sequels = [each for each, later in self._runs.items() if later.number == run.number]
            for each in sequels:
                del self._runs[each]
                self._queue.drop(each)
        if job.error is not None:
            self.failed.emit(job.error)
        self.ended.emit(self._summary(run, job, changed_weights))

    def _summary(self, run: _Run, job: Job, changed_weights: bool) -> str:
        how = self.tr("stopped") if job.was_stopped else self.tr("done")
        if job.error is not None:
            how = self.tr("failed")
        seconds = duration_text(time.monotonic() - run.started)
        if run.kind == "tune":
            kept = self.tr("the tuned weights are kept, Ctrl+Z rolls them back") if changed_weights else ""
            return self.tr("{0} {1} after {2} steps in {3}").format(run.title, how, run.done, seconds) + (
                f": {kept}." if kept else "."
            )
        text = self.tr("{0} {1}: {2} frames in {3}, {4} changed").format(run.title, how, run.done, seconds, run.changed)
        if run.dropped:
            text += self.tr("; {0} that you edited meanwhile were left as they are").format(run.dropped)
        return text + "."


class _Keeper:
    """The one network, kept between jobs and used in their threads only, with the tuned state it is in."""

    def __init__(self) -> None:
        self._segmenter: SegmenterLike | None = None
        self.state: bytes | None = b""

    def ready(self, factory: SegmenterFactory, preferences: Preferences, state: bytes) -> SegmenterLike:
        """The network in tuned state `state`."""
        if self._segmenter is None:
            self._segmenter = factory(preferences)
            self.state = b""
        if self.state != state:
            self._segmenter.restore(state)
            self.state = state
        return self._segmenter
