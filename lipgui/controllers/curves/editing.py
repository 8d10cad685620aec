"""Curves in the window: what the hand and the menu Curve ask for, and what the canvas shows of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot
from PySide6.QtGui import QAction, QCursor
from PySide6.QtWidgets import QMenu

from lipcore.curves import editing
from lipcore.curves.curve import Curve, Key, free_number
from lipcore.curves.shape import Shape
from lipcore.errors import LipError
from lipgui.actions.dispatch import Answers
from lipgui.basics.settings import Preferences
from lipgui.basics.translation import QT_TRANSLATE_NOOP
from lipgui.canvas.canvas import Canvas
from lipgui.canvas.curves_item import CurvesItem
from lipgui.controllers.canvas_presenter import Viewing
from lipgui.controllers.curves.drawing import CurveDrawing
from lipgui.controllers.curves.tracking import CurveTracking
from lipgui.document.curves import release_curve
from lipgui.document.document import Document
from lipgui.jobs.jobs import JobQueue
from lipgui.tools.curve import CurveTool, CurveWish
from lipgui.tools.geometry import Point


class CurveEditing(QObject):
    """Keeps the curve tool in step with the document. `answers` names the actions."""

    told = Signal(str)

    def __init__(self, document: Document, canvas: Canvas, viewing: Viewing, parent: QObject) -> None:
        super().__init__(parent)
        self._document, self._canvas, self._viewing = document, canvas, viewing
        self.queue = JobQueue(self)
        self.drawing = CurveDrawing(document, self.queue, self)
        self.tracking = CurveTracking(document, self.queue, self)
        self.menu_actions: Sequence[QAction | None] = ()  # None for a line between two groups
        self.keeps_polygons = False
        tool = canvas.tools[CurveTool.name]
        assert isinstance(tool, CurveTool)
        self.tool = tool
        self.item = CurvesItem(canvas.picture, self.tool, lambda: canvas.tool == self.tool.name)
        self.tool.changed = self.item.refresh
        canvas.viewChanged.connect(self.item.refresh)
        for each in (document.opened, document.object_changed, document.objects_changed, viewing.frameShown):
            each.connect(self._show)
        document.closed.connect(self._on_closed)
        self.drawing.changed.connect(self._on_pending)
        self.drawing.told.connect(self.told)
        self.tracking.told.connect(self.told)

    def guard(self, guarded: Callable[[Callable[..., object]], Callable[..., object]]) -> None:
        """Let a LipError that the hand causes become what `guarded` makes of it."""
        self.tool.wished = guarded(self._on_wish)
        self.tool.asked = self._pop_up
        self.tracking.tracked.connect(guarded(self._on_tracked))

    def use(self, preferences: Preferences) -> None:
        """Take over what painting may cover."""
        self.drawing.covers = preferences.paint_rule == "everything"

    def answers(self) -> Answers:
        """What answers which action."""
        return {
            "keep_curves": self.keep_curves,
            "previous_key": self.previous_key,
            "next_key": self.next_key,
            "set_key": self.set_key,
            "delete_key": self.delete_key,
            "track_forward": self.track_forward,
            "track_backward": self.track_backward,
            "smooth_curve": self.smooth_curve,
            "subtract_curve": self.subtract_curve,
            "round_points": self.round_points,
            "corner_points": self.corner_points,
            "delete_points": self.delete_chosen,
            "delete_curve": self.delete_curve,
            "release_curve": self.release_curve,
        }

    # What others ask ------------------------------------------------------------------------------------------------
    def keep_curves(self, wanted: bool) -> None:
        """Keep polygons that are drawn from now on as curves, or not."""
        self.keeps_polygons = wanted
        text = self.tr("Polygons stay curves, to be moved and keyed with the curve tool.")
        self.told.emit(text if wanted else self.tr("Polygons become pixels."))

    def keep(self, corners: Sequence[Point], frame: int) -> None:
        """Keep a polygon that was just drawn as a curve of the selected object."""
        object_id = self._document.object_id
        curves = self.drawing.curves(object_id)
        curve = Curve(free_number(curves), (Key(frame, Shape.polygon(corners)),))
        self.drawing.put(object_id, (*curves, curve), self.tr("Draw curve"), frame)
        self.tool.choose(curve.number)

    def take_back(self) -> bool:
        """Stop what is being worked out, as undo does; False if nothing is."""
        if self.tracking.drop() or self.drawing.stop():
            self.told.emit(self.tr("It was stopped; the curve is as it was."))
            return True
        return False

    def delete_points(self) -> bool:
        """Delete the chosen points; False if the curve tool is not in hand, or none is chosen."""
        return self._canvas.tool == self.tool.name and self.tool.delete_points()

    # Actions --------------------------------------------------------------------------------------------------------
    def previous_key(self) -> None:
        """Go to the last frame before this one on which the object has a key."""
        self._go([frame for frame in self._key_frames() if frame < self._document.frame][-1:])

    def next_key(self) -> None:
        """Go to the next frame on which the object has a key."""
        self._go([frame for frame in self._key_frames() if frame > self._document.frame][:1])

    def set_key(self) -> None:
        """Make the shape on this frame a key as it is."""
        curve, frame = self._chosen(), self._document.frame
        self._wish(editing.with_key(curve, frame, curve.shape_at(frame)), self.tr("Set key"))

    def delete_key(self) -> None:
        """Take the key of this frame away; the shape comes from the keys about it."""
        self._wish(editing.without_key(self._chosen(), self._document.frame), self.tr("Delete key"))

    def track_forward(self) -> None:
        """Let the picture move the curve on the frames that follow, up to the next key or the out point."""
        self._track(1)

    def track_backward(self) -> None:
        """Let the picture move the curve on the frames before, back to the last key or the in point."""
        self._track(-1)

    def smooth_curve(self) -> None:
        """Let points run through the keys on a smooth path, or straight again."""
        curve = self._chosen()
        text = self.tr("Straight motion") if curve.smooth else self.tr("Smooth motion")
        self._wish(replace(curve, smooth=not curve.smooth), text)

    def subtract_curve(self) -> None:
        """Let the curve cut a hole into the object's other curves, or add to them again."""
        curve = self._chosen()
        text = self.tr("Fill hole") if curve.subtract else self.tr("Cut hole")
        self._wish(replace(curve, subtract=not curve.subtract), text)

    def round_points(self) -> None:
        """Make the chosen points, or all, round."""
        self._chosen()
        self.tool.bend(True)

    def corner_points(self) -> None:
        """Make the chosen points, or all, corners."""
        self._chosen()
        self.tool.bend(False)

    def delete_chosen(self) -> None:
        """Delete the chosen points in all keys."""
        self._chosen()
        if not self.tool.delete_points():
            raise LipError(self.tr("Choose the points first: click one, or drag a rectangle around several."))

    def delete_curve(self) -> None:
        """Delete the chosen curve with the masks that are its own."""
        self.tool.remove(self._chosen().number, QT_TRANSLATE_NOOP("Edits", "Delete curve"))

    def release_curve(self) -> None:
        """Forget the chosen curve and keep its masks."""
        curve = self._chosen()
        self.drawing.stop()
        release_curve(self._document, self._document.object_id, curve.number)
        self.told.emit(self.tr("The curve is gone; its masks stay, as if they had been painted."))

    # Inside ---------------------------------------------------------------------------------------------------------
    @Slot()
    def _show(self) -> None:
        document, frame = self._document, self._viewing.shown
        if document.is_open and frame >= 0:
            chosen = document.project.objects.get(document.object_id)
            is_seen = chosen is not None and not chosen.hidden
            self.tool.show_curves(self.drawing.curves(document.object_id) if is_seen else (), frame)

    @Slot()
    def _on_pending(self) -> None:
        """Show at once what a job will make of the frame in view."""
        pending = self.drawing.pending
        if pending is None or pending.shown is None:
            self._viewing.use_preview(-1, None)
        else:
            self._viewing.use_preview(pending.shown, pending.preview)
        self._show()

    @Slot()
    def _on_closed(self) -> None:
        self.queue.stop_all()  # it reads the video
        self.tool.show_curves((), 0)

    def _on_wish(self, wish: CurveWish) -> None:
        try:
            text = wish.text
            done = QCoreApplication.translate("Edits", text)
            self.drawing.put(self._document.object_id, wish.curves, done, self.tool.frame)
        finally:
            self._show()  # what could not be is not shown either

    def _wish(self, curve: Curve, text: str) -> None:
        curves = self.drawing.curves(self._document.object_id)
        changed = tuple(curve if each.number == curve.number else each for each in curves)
        self.drawing.put(self._document.object_id, changed, text, self._document.frame)

    def _on_tracked(self, object_id: int, curve: Curve, last: int) -> None:
        curves = self.drawing.curves(object_id)
        changed = tuple(curve if each.number == curve.number else each for each in curves)
        if curve.number in [each.number for each in curves]:
            self.drawing.put(object_id, changed, self.tr("Track curve"), None)
            self._document.go_to(last)

    def _track(self, direction: int) -> None:
        if self.tracking.is_running:
            self.tracking.stop()
            return
        curve, frame = self._chosen(), self._document.frame
        first, last = self._document.project.in_out
        if not first <= frame <= last:
            first, last = 0, self._document.project.frame_count - 1
        keys = [each for each in curve.frames if (each - frame) * direction > 0]
        if direction > 0:
            frames = range(frame, min([last + 1, *keys]))
        else:
            frames = range(frame, max([first - 1, *keys]), -1)
        self.tracking.start(self._document.object_id, curve, frames)

    def _key_frames(self) -> list[int]:
        curve = self.tool.chosen
        curves = self.drawing.curves(self._document.object_id) if curve is None else [curve]
        return sorted({frame for each in curves for frame in each.frames})

    def _go(self, frames: list[int]) -> None:
        if frames:
            self._document.go_to(frames[0])
        else:
            self.told.emit(self.tr("There is no further key in this direction."))

    def _chosen(self) -> Curve:
        curve = self.tool.chosen
        if curve is None:
            text = self.tr("Choose a curve first: click on its line with the curve tool (U).")
            raise LipError(text if self.tool.curves else self.tr("The object has no curve yet: draw one (U)."))
        return curve

    @Slot()
    def _pop_up(self) -> None:
        menu = QMenu(self._canvas)
        menu.setObjectName("curveMenu")
        for action in self.menu_actions:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(QCursor.pos())
