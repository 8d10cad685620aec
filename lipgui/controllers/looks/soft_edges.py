"""Soft edges on the screen: worked out in the background for the frame in view, as exports make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from lipcore.errors import LipError
from lipcore.matting import EdgeSettings, cutout, steady_alphas, tinted
from lipcore.matting.steady import RADIUS
from lipcore.project.mask_store import PackedLabels
from lipcore.video import Video
from lipgui.actions.dispatch import Answers
from lipgui.canvas.canvas import Canvas
from lipgui.canvas.compositor import SoftPicture
from lipgui.controllers.canvas_presenter import Viewing
from lipgui.document import edits
from lipgui.document.document import Document
from lipgui.edges.panel import EdgesPanel
from lipgui.jobs.latest_job import Thinking

_PAUSE = 40  # milliseconds that a frame or a value must stay before it is worked out
_SOFT_MODES = {"cutout", "black", "white", "colour", "checkerboard", "alpha"}


@dataclass(frozen=True, eq=False)
class _Question:
    """A frame, masks about it, and how soft they are to be; `radius` frames before and after have a say."""

    video: Video
    frame: int
    masks: Mapping[int, PackedLabels | None]
    edges: Mapping[int, EdgeSettings]
    hidden: frozenset[int]
    palette: NDArray[np.uint8]
    radius: int

    def answer(self) -> SoftPicture | None:
        """Not in the window's thread: it takes long. None if a frame cannot be read."""
        video, frame = self.video, self.frame
        try:
            found = steady_alphas(video.__getitem__, self._labels, [frame], len(video), self.edges, self.radius)
            alphas = {each: alpha for each, alpha in next(found)[1].items() if each not in self.hidden}
            objects = cutout(video[frame], alphas)
            tint = tinted(alphas, self.palette, (video.height, video.width))
        except LipError:  # the frame itself says so where it is shown
            return None
        return SoftPicture(*(np.ascontiguousarray(each[..., [2, 1, 0, 3]]) for each in (objects, tint)))

    def _labels(self, frame: int) -> NDArray[np.uint8]:
        packed = self.masks[frame]
        return np.zeros((self.video.height, self.video.width), np.uint8) if packed is None else packed.unpack()


class SoftEdges(QObject):
    """Shows soft edges wherever objects lie over something else, and over the picture while the panel is open."""

    shown = Signal(int, bool)  # frame; whether the frames beside it had a say, as in exports

    def __init__(
        self, document: Document, canvas: Canvas, viewing: Viewing, panel: EdgesPanel, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._canvas, self._viewing, self._panel = document, canvas, viewing, panel
        self._thinking = Thinking(self)
        self._tried: tuple[int, EdgeSettings] | None = None
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self._ask)
        viewing.frameShown.connect(self.refresh)
        viewing.hiddenChanged.connect(self.refresh)
        document.frames_edited.connect(self._on_edited)
        document.objects_changed.connect(self._show_object)
        document.object_changed.connect(self._show_object)
        document.opened.connect(self._show_object)
        document.closed.connect(self.close)
        canvas.handChanged.connect(self._on_hand)
        panel.tried.connect(self._try)
        panel.chosen.connect(self._choose)
        panel.hide()

    def answers(self) -> Answers:
        """What answers which action."""
        return {
            "edges": self.edges,
        }

    @Slot(bool)
    def edges(self, wanted: bool) -> None:
        """Show the panel of the edges, or not: the action of that name."""
        self._panel.settle()
        self._panel.setVisible(wanted)
        self.refresh()

    @Slot()
    def close(self) -> None:
        """Wait for what is being worked out; nothing is shown of it."""
        self._timer.stop()
        self._thinking.close()
        self._tried = None

    @Slot()
    def refresh(self) -> None:
        """Work the edges out again, in a moment."""
        self._timer.start()

    @Slot(int, int)
    def _on_edited(self, first: int, last: int) -> None:
        if first <= self._viewing.shown <= last:
            self._canvas.show_soft(None)  # it is of masks that are no more
        if first - RADIUS <= self._viewing.shown <= last + RADIUS:
            self.refresh()

    @Slot(bool)
    def _on_hand(self, busy: bool) -> None:
        if busy:
            self._canvas.show_soft(None)  # what is being drawn must be seen
        self.refresh()

    @Slot()
    def _show_object(self) -> None:
        self._tried = None
        document = self._document
        if document.is_open:
            chosen = document.project.objects.get(document.object_id)
            self._panel.show_edges(chosen.name if chosen else "", chosen.edges if chosen else None)
            self.refresh()

    @Slot(object)
    def _try(self, edges: EdgeSettings) -> None:
        self._tried = self._document.object_id, edges
        self.refresh()

    @Slot(object)
    def _choose(self, edges: EdgeSettings) -> None:
        document = self._document
        self._tried = None
        chosen = document.project.objects[document.object_id]
        edits.edit_object(document, replace(chosen, edges=edges), self.tr("Edges of {0}").format(chosen.name))

    @Slot()
    def _ask(self) -> None:
        question = self._question()
        if question is None:
            self._canvas.show_soft(None)
        else:
            self._work_out(question)

    def _work_out(self, question: _Question) -> None:
        def show(_: object, soft: object) -> None:
            if isinstance(soft, SoftPicture) and self._is_wanted(question):
                self._canvas.show_soft(soft)
                self.shown.emit(question.frame, question.radius > 0)
                if question.radius == 0 and self._tried is None:
                    self._work_out(replace(question, radius=RADIUS))

        self._thinking.run(question.answer, show)

    def _is_wanted(self, question: _Question) -> bool:
        document = self._document
        in_view = document.is_open and document.video is question.video and self._viewing.shown == question.frame
        return in_view and not self._canvas.busy and not self._timer.isActive()

    def _question(self) -> _Question | None:
        """What is to be worked out, None where masks are shown as they are."""
        document, frame, mode = self._document, self._viewing.shown, self._canvas.overlay
        if not document.is_open or frame < 0 or self._canvas.busy:
            return None
        project = document.project
        edges = {each.object_id: each.edges for each in project.objects.values()}
        if self._tried is not None:
            edges[self._tried[0]] = self._tried[1]
        seen = mode in _SOFT_MODES or (mode == "tint" and self._panel.isVisible())
        here = [each for each, kind in edges.items() if not kind.is_hard and project.areas[frame, each]]
        if not seen or not here:
            return None
        near = range(max(frame - RADIUS, 0), min(frame + RADIUS, project.frame_count - 1) + 1)
        return _Question(
            document.video,
            frame,
            {each: project.packed(each) for each in near},
            edges,
            self._canvas.picture.style.hidden,
            document.palette(),
            radius=0,
        )
