"""New curves put into the document: at once where that is quick, else in a job that can be stopped."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from lipcore.curves.curve import Curve, changed_frames
from lipcore.workflow.curves import Drawn, curves_of, draw, drawn_on, refuse_verified
from lipcore.workflow.permission import refuse_locked
from lipgui.document.curves import Redrawn, put_curves
from lipgui.document.document import Document
from lipgui.jobs.jobs import Job, JobQueue

AT_ONCE = 25_000_000  # pixels of all frames together that are drawn without a job, in 0.1 to 0.2 seconds
_PAUSE = 0.15  # seconds between two words on how far it is


@dataclass(eq=False)
class Pending:
    """Curves that a job is drawing masks for."""

    object_id: int
    before: tuple[Curve, ...]
    after: tuple[Curve, ...]
    text: str
    shown: int | None
    covers: bool
    preview: NDArray[np.uint8] | None  # (H, W): what the frame in view will be
    job: Job | None = None
    drawn: list[Drawn] = field(default_factory=list)


class CurveDrawing(QObject):
    """Puts curves into the document. While a job draws, `pending` says for which; further edits begin it anew."""

    told = Signal(str)
    failed = Signal(Exception)
    changed = Signal()  # `pending` is another

    def __init__(self, document: Document, queue: JobQueue, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._queue = document, queue
        self.pending: Pending | None = None
        self.covers = False  # whether curves take pixels of other objects
        self._last_word = 0.0
        queue.job_ended.connect(self._on_ended)
        document.closed.connect(self.stop)

    def curves(self, object_id: int) -> tuple[Curve, ...]:
        """The object's curves, those that are being drawn included."""
        if self.pending is not None and self.pending.object_id == object_id:
            return self.pending.after
        return curves_of(self._document.project, object_id)

    def put(self, object_id: int, curves: tuple[Curve, ...], text: str, shown: int | None) -> None:
        """Give an object these curves; `shown` is the frame in view. LipError if it is locked, or verified there."""
        document, project = self._document, self._document.project
        refuse_locked(project, object_id)
        before = curves_of(project, object_id)
        frames = changed_frames(before, curves)
        if shown in frames and object_id in project.objects:
            refuse_verified(project, object_id, shown)
        self.stop()
        if len(frames) * project.height * project.width <= AT_ONCE:
            done = put_curves(document, object_id, curves, text, shown, self.covers)
            self.told.emit(self._word(done, object_id, shown))
            return
        pending = Pending(object_id, before, curves, text, shown, self.covers, None)

        def steps() -> Generator[object, None, None]:
            yield from draw(project, object_id, curves, shown, pending.covers)

        pending.job = Job(self.tr("Draw the masks of a curve"), steps)
        pending.job.stepped.connect(self._on_step)
        pending.job.failed.connect(self.failed)
        if shown in frames:
            state = project.snapshot(shown)
            found = drawn_on(project, state, object_id, before, curves, is_shown=True, covers=self.covers)
            pending.preview = project.unpacked(found.change.after)
        self.pending, self._count = pending, len(frames)
        self.changed.emit()
        self._queue.submit(pending.job)

    @Slot()
    def stop(self) -> bool:
        """Stop drawing; nothing of it is kept. Whether anything was being drawn."""
        pending, self.pending = self.pending, None
        if pending is None or pending.job is None:
            return False
        self._queue.drop(pending.job)
        pending.job.stop()
        self.changed.emit()
        return True

    @Slot(object)
    def _on_step(self, drawn: Drawn) -> None:
        pending = self.pending
        if pending is None or self.sender() is not pending.job:
            return
        pending.drawn.append(drawn)
        if time.monotonic() - self._last_word > _PAUSE:
            self._last_word = time.monotonic()
            text = self.tr("Drawing the masks of the curve: {0} of {1} frames. Undo stops it.")
            self.told.emit(text.format(len(pending.drawn), self._count))

    @Slot(object)
    def _on_ended(self, job: Job) -> None:
        pending = self.pending
        if pending is None or job is not pending.job:
            return
        self.pending = None
        document = self._document
        if job.error is None and not job.was_stopped and document.is_open:
            if curves_of(document.project, pending.object_id) == pending.before:
                wanted = pending.object_id, pending.after, pending.text, pending.shown, pending.covers
                done = put_curves(document, *wanted, pending.drawn)
                self.told.emit(self._word(done, pending.object_id, pending.shown))
            else:
                self.told.emit(self.tr("The curves were changed meanwhile; the last change of them was dropped."))
        self.changed.emit()

    def _word(self, done: Redrawn, object_id: int, shown: int | None) -> str:
        project = self._document.project
        curves = curves_of(project, object_id)
        is_covered = shown is not None and not self.covers and not project.areas[shown, object_id]
        if is_covered and any(curve.exists(shown or 0) and not curve.subtract for curve in curves):
            return self.tr("Other objects have all that the curve encloses here: paint over everything to take it.")
        return done.told()
