"""What the canvas shows: the document's frame, masks, boxes and onion skin; frames are decoded in the background."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal, Slot

from lipgui.canvas.boxes import InstanceLabel
from lipgui.canvas.canvas import Canvas
from lipgui.document.document import Document
from lipgui.jobs.frame_loader import FrameLoader
from lipgui.widgets.notice import Message


class Viewing(QObject):
    """Keeps the canvas in step with the document; masks appear together with the frame they belong to."""

    frameShown = Signal(int)
    announced = Signal(object)  # a Message
    hiddenChanged = Signal()

    def __init__(self, document: Document, canvas: Canvas, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._canvas = document, canvas
        self._loader = FrameLoader(self)
        self._shown = -1
        self._pixels: NDArray[np.uint8] | None = None
        self._onion = self._comparing = self._solo = False
        self._boxes = True
        self._guess: NDArray[np.uint8] | None = None  # of the frame on the screen, where there are no masks yet
        self._preview: tuple[int, NDArray[np.uint8] | None] = (-1, None)
        self._loader.frameReady.connect(self._on_frame)
        self._loader.frameFailed.connect(self._on_failure)
        document.opened.connect(self._on_opened)
        document.closed.connect(self._on_closed)
        document.frame_changed.connect(self._loader.request)
        document.frames_edited.connect(self._on_edited)
        document.objects_changed.connect(self._on_objects)
        document.object_changed.connect(self._on_chosen)

    @property
    def shown(self) -> int:
        """The frame on the screen, -1 if none is; the document's own frame a moment later."""
        return self._shown

    @property
    def pixels(self) -> NDArray[np.uint8] | None:
        """The picture on the screen, (H, W, 3) uint8 RGB."""
        return self._pixels

    def use_onion(self, wanted: bool) -> None:
        """Show the outline of the masks of the frame before."""
        self._onion = wanted
        self._show_masks()

    def use_comparison(self, wanted: bool) -> None:
        """Show the outline of the masks as they were before the last run."""
        self._comparing = wanted
        self._show_masks()

    def use_preview(self, frame: int, labels: NDArray[np.uint8] | None) -> None:
        """Show on `frame` the label map (H, W) uint8 as something would make it, the present one outlined; or none."""
        self._preview = frame, labels
        self._show_masks()

    def show_guess(self, labels: NDArray[np.uint8] | None) -> None:
        """Outline masks (H, W) uint8 of the frame on the screen that nobody has made yet, until it changes; or none."""
        if labels is not None or self._guess is not None:
            self._guess = labels
            self._show_masks()

    def use_solo(self, wanted: bool) -> None:
        """Show the selected object alone."""
        self._solo = wanted
        self._on_objects()

    def use_boxes(self, wanted: bool) -> None:
        """Show boxes with ids, names and scores."""
        self._boxes = wanted
        self._show_masks()

    def close(self) -> None:
        """Stop decoding and wait for it."""
        self._loader.close()

    @Slot()
    def _on_opened(self) -> None:
        self._shown = -1
        self._loader.show_video(self._document.video)
        self._loader.request(self._document.frame)
        self._on_objects()

    @Slot()
    def _on_closed(self) -> None:
        self._loader.close()
        self._shown, self._pixels = -1, None
        self._preview, self._guess = (-1, None), None

    @Slot(int, object)
    def _on_frame(self, frame: int, pixels: NDArray[np.uint8]) -> None:
        if not self._document.is_open:
            return
        first = self._shown < 0
        if frame != self._shown:
            self._canvas.hand.commit()  # a shape in hand belongs to the frame it was drawn on
            self._guess = None
        self._shown, self._pixels = frame, pixels
        self._canvas.show_frame(pixels)
        self._show_masks()
        if first:
            self._canvas.fit()
        self.frameShown.emit(frame)

    @Slot(int, str)
    def _on_failure(self, frame: int, sentence: str) -> None:
        project = self._document.project
        self._on_frame(frame, np.full((project.height, project.width, 3), 48, np.uint8))
        self.announced.emit(Message(sentence))

    @Slot(int, int)
    def _on_edited(self, first: int, last: int) -> None:
        if first <= self._preview[0] <= last:
            self._preview = -1, None  # it was of masks that are no more
        if first - 1 <= self._shown <= last + 1:
            self._show_masks()

    @Slot()
    def _on_objects(self) -> None:
        document = self._document
        if not document.is_open:
            return
        self._canvas.show_hidden(self._hidden())
        self.hiddenChanged.emit()
        self._canvas.set_locked(document.locked_ids())
        self._show_masks()

    @Slot()
    def _on_chosen(self) -> None:
        if self._solo:
            self._on_objects()

    def _hidden(self) -> set[int]:
        """Ids of the objects that are not to be seen."""
        document = self._document
        objects = document.project.objects.values()
        return {
            each.object_id for each in objects if each.hidden or (self._solo and each.object_id != document.object_id)
        }

    def _show_masks(self) -> None:
        document, frame = self._document, self._shown
        if not document.is_open or frame < 0:
            return
        previewed = self._preview[1] if self._preview[0] == frame else None
        self._canvas.show_labels(document.labels(frame) if previewed is None else previewed, document.palette())
        self._canvas.show_onion(self._outlined(frame))
        self._canvas.show_instances(list(self._instances(frame)) if self._boxes else [])

    def _outlined(self, frame: int) -> NDArray[np.uint8] | None:
        """The masks to outline over those of `frame`, (H, W) uint8, or None."""
        if self._preview[0] == frame:
            return self._document.labels(frame)
        if self._comparing:
            return self._document.before_last_run(frame)
        return self._document.labels(frame - 1) if self._onion and frame > 0 else self._guess

    def _instances(self, frame: int) -> list[InstanceLabel]:
        project, palette = self._document.project, self._document.palette()
        labels, hidden = [], self._hidden()
        for each in project.objects.values():
            score, box = float(project.scores[frame, each.object_id]), project.boxes[frame, each.object_id]
            if each.object_id in hidden or np.isnan(score) or np.isnan(box).any():
                continue
            red, green, blue = palette[each.object_id].tolist()
            x1, y1, x2, y2 = box.tolist()
            labels.append(InstanceLabel(each.object_id, each.name, (x1, y1, x2, y2), score, (red, green, blue)))
        return labels if self._guess is None else [*labels, *self._guessed(self._guess)]

    def _guessed(self, guess: NDArray[np.uint8]) -> Iterator[InstanceLabel]:
        """Boxes that say of the outlined masks that they are but a preview."""
        palette, hidden = self._document.palette(), self._hidden()
        for each in self._document.project.objects.values():
            rows, columns = np.nonzero(guess == each.object_id)
            if each.object_id in hidden or not len(rows):
                continue
            red, green, blue = palette[each.object_id].tolist()
            box = (float(columns.min()), float(rows.min()), float(columns.max() + 1), float(rows.max() + 1))
            name = self.tr("preview of {0}").format(each.name)
            yield InstanceLabel(each.object_id, name, box, float("nan"), (red, green, blue))
