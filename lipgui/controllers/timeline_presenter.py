"""What timeline, object list and review show: the document's cells, objects and doubts."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QImage

from lipcore.project.provenance import Provenance
from lipcore.workflow.doubt import Doubt, Doubts
from lipgui.document.document import Document
from lipgui.document.doubt_words import reason
from lipgui.panels.objects_panel import ObjectsPanel
from lipgui.panels.review import Doubtful, ReviewPanel
from lipgui.panels.thumbnails import thumbnail
from lipgui.timeline.timeline import LaneLabel, Timeline

_SETTLED_MS = 250  # after an edit, before the slower lists are made again
_SLICE_SECONDS = 0.008  # of the window's time for measuring masks, before it answers the user again


class Overview(QObject):
    """Keeps timeline, object list and review in step with the document."""

    def __init__(
        self, document: Document, timeline: Timeline, objects: ObjectsPanel, review: ReviewPanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._timeline, self._objects, self._review = document, timeline, objects, review
        self._threshold = 0.5
        self._doubts = Doubts(0)
        self._pending: dict[int, None] = {}  # frames whose masks have to be measured again
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.timeout.connect(self._on_settled)
        document.opened.connect(self._on_opened)
        document.closed.connect(self._on_closed)
        document.frame_changed.connect(self._on_frame)
        document.object_changed.connect(self._on_object)
        document.objects_changed.connect(self._on_objects)
        document.frames_edited.connect(self._on_edited)
        document.in_out_changed.connect(timeline.show_in_out)
        document.offers_changed.connect(self._on_offers)

    @property
    def doubtful(self) -> list[Doubt]:
        """The worst cell of every frame to look at, in order of frames."""
        self._measure(seconds=0.2)
        return self._doubts.doubtful(self._threshold, self._document.offers)

    def use_threshold(self, threshold: float) -> None:
        """Call cells doubtful from this doubt on, 0..1."""
        self._threshold = threshold
        if self._document.is_open:
            self._timeline.show_doubts(self._doubts.values, threshold)
        self._settled.start(_SETTLED_MS)

    @Slot()
    def _on_opened(self) -> None:
        project = self._document.project
        count = project.frame_count
        self._doubts = Doubts(count)
        self._timeline.show_video(count, project.frame_rate)
        self._timeline.show_cells(project.provenances, project.scores, project.areas)
        self._timeline.show_doubts(self._doubts.values, self._threshold)
        self._timeline.show_in_out(*project.in_out)
        self._on_objects()
        self._on_frame(self._document.frame)
        self._pending = dict.fromkeys(np.flatnonzero(project.areas[:, 1:255].any(axis=1)).tolist())
        if self._pending:
            self._review.show_searching()
        self._on_settled()

    @Slot()
    def _on_closed(self) -> None:
        self._settled.stop()
        self._pending.clear()
        self._timeline.show_objects([])
        self._timeline.show_video(0, 25.0)
        self._objects.show_objects([])
        self._review.show_nothing()

    @Slot()
    def _on_objects(self) -> None:
        if not self._document.is_open:
            return
        palette = self._document.palette()
        shown = list(self._document.project.objects.values())
        lanes = [
            LaneLabel(
                *(each.object_id, each.name, _triple(palette[each.object_id])),
                frozenset(frame for curve in each.curves for frame in curve.frames),
                tuple((curve.first, curve.last) for curve in each.curves),
            )
            for each in shown
        ]
        self._timeline.show_objects(lanes)
        self._objects.show_objects([replace(each, colour=_triple(palette[each.object_id])) for each in shown])
        self._on_object(self._document.object_id)
        self._settled.start(_SETTLED_MS)

    @Slot(int)
    def _on_object(self, object_id: int) -> None:
        self._objects.show_selected(object_id)
        self._timeline.show_selected(object_id)

    @Slot(int)
    def _on_frame(self, frame: int) -> None:
        if not self._timeline.player.playing:  # else when it is on the screen, so that playing waits for decoding
            self._timeline.show_frame(frame)
        self._review.show_frame(frame)
        self._show_scores()

    @Slot(int)
    def on_frame_shown(self, frame: int) -> None:
        """`frame` is on the screen now."""
        if frame == self._document.frame:
            self._timeline.show_frame(frame)

    @Slot(int, int)
    def _on_edited(self, first: int, last: int) -> None:
        self._pending.update(dict.fromkeys(range(first, last + 1)))
        self._timeline.update_cells(first, last)
        if first <= self._document.frame <= last:
            self._show_scores()
        if not self._settled.isActive():
            self._settled.start(_SETTLED_MS)

    @Slot()
    def _on_settled(self) -> None:
        if not self._document.is_open:
            return
        self._measure(_SLICE_SECONDS)
        if self._pending:
            self._settled.start(0)
            return
        project = self._document.project
        found = self._doubts.doubtful(self._threshold, self._document.offers)
        names = {each.object_id: each.name for each in project.objects.values()}
        self._review.show_doubtful(
            [Doubtful(each.frame, each.rank, names.get(each.object_id, ""), reason(each)) for each in found]
        )
        masked = (project.provenances > Provenance.NONE).any(axis=1)
        made = (project.provenances == Provenance.MODEL).any(axis=1)
        self._review.show_counts(
            int(masked.sum()), int((masked & ~made).sum()), len(found), project.frame_count, self._was_run(made)
        )
        self._review.show_frame(self._document.frame)
        self._objects.show_thumbnails(self._thumbnails())

    def _was_run(self, made: NDArray[np.bool_]) -> bool:
        """Whether anything was propagated yet: verified frames keep the score that the network gave them."""
        return bool(made.any() or np.isfinite(self._document.project.scores).any())

    @Slot()
    def _on_offers(self) -> None:
        self._settled.start(_SETTLED_MS)

    def _measure(self, seconds: float) -> None:
        """Measure masks that have changed, and their doubts, for at most some `seconds`."""
        project, until = self._document.project, time.monotonic() + seconds
        frames: list[int] = []
        while self._pending and (not frames or time.monotonic() < until):
            frame = next(iter(self._pending))
            del self._pending[frame]
            frames.append(frame)
            self._doubts.measure(project, frame)
        if frames:
            first, last = min(frames), min(max(frames) + 2, project.frame_count - 1)
            self._doubts.update(project, first, last)
            self._timeline.update_cells(first, last)

    def _show_scores(self) -> None:
        if self._document.is_open:
            project, frame = self._document.project, self._document.frame
            scores = {each: float(project.scores[frame, each]) for each in project.objects}
            self._objects.show_scores({each: score for each, score in scores.items() if not np.isnan(score)})

    def _thumbnails(self) -> dict[int, QImage]:
        """A small picture of each object from the frame where it was painted first, or is largest."""
        project = self._document.project
        pictures = {}
        for each in project.objects:
            areas = project.areas[:, each]
            painted = np.flatnonzero((project.provenances[:, each] >= Provenance.USER) & (areas > 0))
            frame = int(painted[0]) if painted.size else int(areas.argmax())
            if areas[frame]:
                pictures[each] = thumbnail(project.labels(frame), each, _triple(self._document.palette()[each]))
        return pictures


def _triple(colour: NDArray[np.uint8]) -> tuple[int, int, int]:
    red, green, blue = colour.tolist()
    return red, green, blue
