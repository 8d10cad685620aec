"""Tracking a curve: a job carries its shape from frame to frame, and what it found becomes keys."""

from __future__ import annotations

from collections.abc import Generator

from PySide6.QtCore import QObject, Signal, Slot

from lipcore.curves.curve import Curve, Key
from lipcore.curves.editing import thinned, with_keys
from lipcore.curves.tracking import TrackedShape, track
from lipcore.errors import LipError
from lipgui.document.document import Document
from lipgui.jobs.jobs import Job, JobQueue

_TOLERANCE = 0.3  # pixels that points may be off between the keys that are kept


class CurveTracking(QObject):
    """Tracks one curve at a time; what was found up to a stop, or to a frame that is unsure, counts."""

    told = Signal(str)
    failed = Signal(Exception)
    tracked = Signal(int, object, int)  # the object, its curve with the new keys, the last frame that was reached

    def __init__(self, document: Document, queue: JobQueue, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._queue = document, queue
        self._job: Job | None = None
        self._object_id = 0
        self._curve: Curve | None = None
        self._keys: list[Key] = []
        self._unsure = -1  # the frame at which it gave up
        queue.job_ended.connect(self._on_ended)
        document.closed.connect(self.drop)

    @property
    def is_running(self) -> bool:
        """Whether a curve is being tracked."""
        return self._job is not None

    def start(self, object_id: int, curve: Curve, frames: range) -> None:
        """Track from `frames[0]` through the others; LipError if there are no others."""
        if len(frames) < 2:
            raise LipError(self.tr("There is no frame to track the curve to: it stops at keys and at the range's end."))
        shape, video = curve.shape_at(frames[0]), self._document.video
        self._object_id, self._curve, self._unsure = object_id, curve, -1
        self._keys = [Key(frames[0], shape)]

        def steps() -> Generator[object, None, None]:
            for found in track(shape, frames, video.__getitem__):
                yield found
                if not found.is_sure:
                    return

        self._job = Job(self.tr("Track a curve"), steps)
        self._job.stepped.connect(self._on_step)
        self._job.failed.connect(self.failed)
        self._queue.submit(self._job)

    def stop(self) -> None:
        """End after the present frame; what was found counts."""
        if self._job is not None:
            self._job.stop()

    @Slot()
    def drop(self) -> bool:
        """Stop and forget what was found. Whether anything was being tracked."""
        job, self._job = self._job, None
        if job is None:
            return False
        self._queue.drop(job)
        job.stop()
        return True

    @Slot(object)
    def _on_step(self, found: TrackedShape) -> None:
        if self.sender() is not self._job:
            return
        if not found.is_sure:
            self._unsure = found.frame
            return
        self._keys.append(Key(found.frame, found.shape))
        self.told.emit(self.tr("Tracking the curve: frame {0}. The same key stops.").format(found.frame))

    @Slot(object)
    def _on_ended(self, job: Job) -> None:
        if job is not self._job or self._curve is None:
            return
        self._job = None
        last = self._keys[-1].frame
        if len(self._keys) > 1:
            keys = sorted(self._keys)
            self.tracked.emit(self._object_id, with_keys(self._curve, thinned(keys, _TOLERANCE)), last)
        if self._unsure >= 0:
            text = self.tr("Tracking stopped before frame {0}: too little there moves as one. Go on by hand from here.")
            self.told.emit(text.format(self._unsure))
        elif len(self._keys) > 1:
            self.told.emit(self.tr("The curve was tracked to frame {0}.").format(last))
