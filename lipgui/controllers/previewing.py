"""Shows what matching alone says of the frame in view, until there are masks: dashed, and never written anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lipcore.errors import LipError
from lipcore.masks import Labels
from lipcore.project.project import Project
from lipcore.video import Video
from lipcore.workflow.headless import SegmenterLike
from lipcore.workflow.reach import painted_ids, starting_masks
from lipgui.controllers.canvas_presenter import Viewing
from lipgui.controllers.segmentation import Segmentation
from lipgui.document.document import Document
from lipgui.jobs.latest_job import Thinking

_PAUSE = 60  # milliseconds that a frame must stay in view before it is looked at


@runtime_checkable
class Previewer(Protocol):
    """A network that can say something of a frame at once, in another thread than its jobs."""

    can_preview: bool

    def preview(self, video: Video, annotations: Mapping[int, Labels], frame: int) -> Labels:
        """A label map (H, W) uint8 of the frame."""
        ...


@dataclass(frozen=True, eq=False)
class _Question:
    """A frame, what is known elsewhere, and the objects that nobody has said anything of on it."""

    network: Callable[[], SegmenterLike]
    video: Video
    annotations: Mapping[int, Labels]
    frame: int
    missing: frozenset[int]

    def answer(self) -> Labels | None:
        """The missing objects alone; None where the network cannot tell. Not in the window's thread: it takes long."""
        try:
            network = self.network()
            if not isinstance(network, Previewer) or not network.can_preview:
                return None
            found = network.preview(self.video, self.annotations, self.frame)
        except LipError:  # a job that needs the network says so
            return None
        return np.where(np.isin(found, list(self.missing)), found, 0).astype(np.uint8)


class Previewing(QObject):
    """Asks for a preview whenever the frame in view lacks painted objects; not while masks are carried on."""

    previewShown = Signal(int)  # frame

    def __init__(self, document: Document, segmentation: Segmentation, viewing: Viewing, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._segmentation, self._viewing = document, segmentation, viewing
        self._thinking = Thinking(self)
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self._ask)
        viewing.frameShown.connect(self._later)
        document.frames_edited.connect(self._later)
        segmentation.ended.connect(self._later)
        document.closed.connect(self.close)

    @Slot()
    def close(self) -> None:
        """Wait for what is being looked at; nothing is shown of it."""
        self._timer.stop()
        self._thinking.close()

    @Slot()
    def _later(self) -> None:
        self._timer.start()

    @Slot()
    def _ask(self) -> None:
        question = self._question()
        if question is None:
            self._viewing.show_guess(None)
            return

        def show(_: object, labels: object) -> None:
            if isinstance(labels, np.ndarray) and self._is_in_view(question):
                self._viewing.show_guess(labels)
                self.previewShown.emit(question.frame)

        self._thinking.run(question.answer, show)

    def _is_in_view(self, question: _Question) -> bool:
        document = self._document
        return document.is_open and document.video is question.video and self._viewing.shown == question.frame

    def _question(self) -> _Question | None:
        document, frame = self._document, self._viewing.shown
        if not document.is_open or frame < 0 or self._segmentation.running not in ("", "tune"):
            return None
        missing = _missing(document.project, frame)
        if not missing:  # as on most frames: no mask is read
            return None
        try:
            annotations = starting_masks(document.project)
        except LipError:
            return None
        return _Question(self._segmentation.network(), document.video, annotations, frame, missing)


def _missing(project: Project, frame: int) -> frozenset[int]:
    """Objects painted elsewhere of which nothing is known on a frame, neither where they are nor that they are not."""
    elsewhere = [painted_ids(project, other) for other in project.annotated_frames if other != frame]
    painted = frozenset[int]().union(*elsewhere) & project.objects.keys()
    return frozenset(each for each in painted if not project.provenances[frame, each])
