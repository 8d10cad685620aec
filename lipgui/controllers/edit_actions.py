"""Changing masks and objects: what strokes, the object list and the menus Edit and Object ask for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QColor, QCursor, QIcon, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from lipcore.errors import LipError
from lipcore.project import identity
from lipcore.project.objects import VideoObject
from lipgui.actions.dispatch import Answers
from lipgui.basics.frame_selection import FrameSelection
from lipgui.canvas.canvas import Canvas, Edit
from lipgui.controllers.canvas_presenter import Viewing
from lipgui.controllers.curves.editing import CurveEditing
from lipgui.dialogs.mending_dialog import MendingDialog
from lipgui.document import edits, range_edits, repairs
from lipgui.document.document import Document
from lipgui.jobs.jobs import JobQueue
from lipgui.panels.thumbnails import thumbnail
from lipgui.timeline.timeline import Timeline
from lipgui.widgets.notice import Message

if TYPE_CHECKING:
    from lipgui.dialogs.clean_dialog import CleanDialog
    from lipgui.dialogs.repair_dialog import RepairDialog

_FROM_THE_TOP = 60  # logical pixels between the edge of the window and a dialog at its side
_MOST_PARTS = 20  # connected parts that are offered, the largest ones


class Editing(QObject):
    """Changing masks and objects: what the menus Edit and Object do. `answers` names the actions."""

    told = Signal(str)
    announced = Signal(object)  # a Message

    def __init__(
        self,
        document: Document,
        timeline: Timeline,
        canvas: Canvas,
        viewing: Viewing,
        curves: CurveEditing,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._canvas, self._curves = canvas, curves
        self.repair_queue = JobQueue(self)
        self._document, self._timeline, self._viewing, self._window = document, timeline, viewing, window

    def answers(self) -> Answers:
        """What answers which action."""
        return {
            "undo": self.undo,
            "redo": self.redo,
            "clear_frame": self.clear_frame,
            "clear_range": self.clear_range,
            "copy_previous": self.copy_previous,
            "copy_next": self.copy_next,
            "fill_holes": self.fill_holes,
            "remove_islands": self.remove_islands,
            "grow": self.grow,
            "shrink": self.shrink,
            "smooth": self.smooth,
            "repair": self.repair,
            "clean": self.clean,
            "new_object": self.new_object,
            "remove_object": self.remove_object,
            "hide_object": self.hide_object,
            "lock_object": self.lock_object,
            "swap_objects": self.swap_objects,
            "merge_objects": self.merge_objects,
            "split_object": self.split_object,
            "split_part": self.split_part,
            "verify_range": self.verify_range,
        }

    def paint(self, edit: Edit) -> None:
        """Take a finished stroke on the frame that is on the screen."""
        frame = self._viewing.shown
        if frame >= 0 and edit.corners and self._curves.keeps_polygons and not edit.erase and self._document.object_id:
            self._curves.keep(edit.corners, frame)
        elif frame >= 0:
            edits.paint(self._document, edit.mask, edit.erase, frame, edit.taken)

    def undo(self) -> None:
        """Take back the last point of the shape in hand, and older work only if there is none."""
        if self._canvas.busy:
            self._canvas.hand.take_back()
        elif not self._curves.take_back():
            self._document.undo()

    def redo(self) -> None:
        """Make it again, unless a shape is in hand, under which nothing may change."""
        if self._canvas.busy:
            raise LipError(self.tr("Finish the shape in hand with Enter, or drop it with Esc, first."))
        self._document.redo()

    def new_object(self) -> None:
        """Add an object and select it."""
        edits.add_object(self._document)

    def rename(self, object_id: int, name: str) -> None:
        """Give an object another name."""
        self._edit(object_id, self.tr("Rename object"), name=name.strip())

    def recolour(self, object_id: int, colour: QColor) -> None:
        """Give an object another colour."""
        self._edit(object_id, self.tr("Recolour object"), colour=(colour.red(), colour.green(), colour.blue()))

    def set_visible(self, object_id: int, visible: bool) -> None:
        """Show or hide an object."""
        self._edit(object_id, self.tr("Show object") if visible else self.tr("Hide object"), hidden=not visible)

    def set_locked(self, object_id: int, locked: bool) -> None:
        """Lock an object against edits, or unlock it."""
        self._edit(object_id, self.tr("Lock object") if locked else self.tr("Unlock object"), locked=locked)

    def remove(self, object_id: int) -> None:
        """Remove an object with its masks."""
        if object_id in self._document.project.objects:
            name = self._document.project.objects[object_id].name
            edits.remove_object(self._document, object_id)
            self.told.emit(self.tr("{0} was removed from every frame. Ctrl+Z brings it back.").format(name))

    def remove_object(self) -> None:
        """Remove the selected object."""
        self.remove(self._selected().object_id)

    def hide_object(self) -> None:
        """Hide the selected object, or show it."""
        self.set_visible(self._selected().object_id, self._selected().hidden)

    def lock_object(self) -> None:
        """Lock the selected object, or unlock it."""
        self.set_locked(self._selected().object_id, not self._selected().locked)

    def clear_frame(self) -> None:
        """Take the selected object off the shown frame; with points of a curve chosen, delete these instead."""
        if self._curves.delete_points():
            return
        frame = self._document.frame
        if not range_edits.clear_range(self._document, frame, frame, [self._unlocked()]):
            self.told.emit(self._no_mask(self._selected(), frame))

    def clear_range(self) -> None:
        """Take the objects of the range that is selected on the timeline off it."""
        selection = self._selection()
        self.clear(selection.first, selection.last, selection.objects)

    def clear(self, first: int, last: int, objects: Collection[int]) -> None:
        """Take some objects (none: all) that are not locked off a range; asks first if a person's work is in it."""
        answered = range_edits.annotated_in(self._document, first, last, objects)
        if not answered:
            self._clear(first, last, objects, keep_annotated=False)
            return
        text = self.tr("{0} of the frames {1} to {2} hold masks that you painted, corrected or verified.")
        if answered == 1:
            text = self.tr("{0} of the frames {1} to {2} holds masks that you painted, corrected or verified.")
        choices = (
            (self.tr("Clear all"), partial(self._clear, first, last, objects, keep_annotated=False)),
            (self.tr("Clear the rest"), partial(self._clear, first, last, objects, keep_annotated=True)),
        )
        self.announced.emit(Message(text.format(answered, first, last), choices))

    def _clear(self, first: int, last: int, objects: Collection[int], keep_annotated: bool) -> None:
        count = range_edits.clear_range(self._document, first, last, objects, keep_annotated)
        self.told.emit(self.tr("Cleared {0} frames from {1} to {2}.").format(count, first, last))

    def verify_range(self) -> None:
        """Mark the range that is selected on the timeline as looked at and right."""
        selection = self._selection()
        self.verify(selection.first, selection.last, selection.objects)

    def verify(self, first: int, last: int, objects: Collection[int]) -> None:
        """Mark some objects (none: all) in a range as looked at and right."""
        count = range_edits.verify_range(self._document, first, last, objects)
        self.told.emit(self.tr("{0} masks in frames {1} to {2} are verified now.").format(count, first, last))

    def copy_previous(self) -> None:
        """Give the object the mask it has on the frame before."""
        range_edits.copy_object(self._document, self._document.frame - 1)

    def copy_next(self) -> None:
        """Give the object the mask it has on the frame after."""
        range_edits.copy_object(self._document, self._document.frame + 1)

    def fill_holes(self) -> None:
        """Fill the holes of the object's mask on this frame."""
        repairs.repair_object(self._document, "fill_holes")

    def remove_islands(self) -> None:
        """Keep the largest piece of the object's mask on this frame."""
        repairs.repair_object(self._document, "remove_islands")

    def grow(self) -> None:
        """Make the object's mask on this frame larger by some pixels."""
        repairs.repair_object(self._document, "grow")

    def shrink(self) -> None:
        """Make the object's mask on this frame smaller by some pixels."""
        repairs.repair_object(self._document, "shrink")

    def smooth(self) -> None:
        """Smooth the edge of the object's mask on this frame."""
        repairs.repair_object(self._document, "smooth")

    def repair(self) -> None:
        """Show the dialog that repairs an object over time; it does not block the window."""
        from lipgui.dialogs.repair_dialog import RepairDialog

        self._mend(RepairDialog)

    def clean(self) -> None:
        """Show the dialog that cleans masks over a range; it does not block the window."""
        from lipgui.dialogs.clean_dialog import CleanDialog

        self._mend(CleanDialog)

    def _mend(self, kind: type[RepairDialog | CleanDialog]) -> None:
        """Show a dialog of this kind, of which one alone is open: two would preview over each other."""
        if not self._document.project.objects:
            raise LipError(self.tr("There is no object to repair yet."))
        for shown in self._window.findChildren(MendingDialog):
            if type(shown) is kind and shown.isVisible():
                shown.raise_()
                shown.activateWindow()
                return
            shown.reject()
        dialog = kind(self._document, self.repair_queue, self._timeline.selection, self._window)
        dialog.told.connect(self.told)
        dialog.previewed.connect(self._viewing.use_preview)
        dialog.show()
        beside = self._window.geometry()  # at the side, so that the preview is seen
        dialog.move(beside.right() - dialog.frameGeometry().width(), beside.top() + _FROM_THE_TOP)

    def swap_objects(self) -> None:
        """Let the selected object change its identity with another one in the range."""
        selected = self._selected()

        def swap(other: int) -> None:
            first, last = self._range()
            count = range_edits.swap_objects(self._document, first, last, selected.object_id, other)
            self.told.emit(self.tr("Swapped on {0} frames from {1} to {2}.").format(count, first, last))

        self._choose_other(self.tr("Swap {0} with").format(selected.name), swap)

    def merge_objects(self) -> None:
        """Give the selected object's masks in the range to another one."""
        selected = self._selected()

        def merge(other: int) -> None:
            first, last = self._range()
            count = range_edits.merge_objects(self._document, first, last, selected.object_id, other)
            self.told.emit(self.tr("Merged on {0} frames from {1} to {2}.").format(count, first, last))

        self._choose_other(self.tr("Merge {0} into").format(selected.name), merge)

    def split_object(self) -> None:
        """From this frame on, let what bears the selected object's id be a new object."""
        frame, last = self._document.frame, self._document.project.frame_count - 1
        edits.split_object(self._document, self._unlocked(), frame, last)

    def split_part(self) -> None:
        """Let one connected part of the selected object be a new object, from this frame to the end of the range."""
        document, selected = self._document, self._selected()
        object_id, frame = self._unlocked(), document.frame
        labels = document.labels(frame)
        parts = identity.connected_parts(labels, object_id)[:_MOST_PARTS]
        if len(parts) < 2:
            text = self.tr("{0} is in one piece on frame {1}: there is nothing to split off.")
            raise LipError(text.format(selected.name, frame) if parts else self._no_mask(selected, frame))
        menu = QMenu(self._window)
        menu.setObjectName("parts")
        menu.addSection(self.tr("Split off {0}").format(selected.name))
        for part in parts:
            picture = thumbnail(part.mask.astype(np.uint8), 1, selected.colour)
            text = self.tr("{0} pixels at {1}, {2}").format(part.area, part.column, part.row)
            menu.addAction(QIcon(QPixmap.fromImage(picture)), text, partial(self._split_part, object_id, frame, part))
        self._pop_up(menu)

    def _split_part(self, object_id: int, frame: int, part: identity.Part) -> None:
        _, last = self._range()
        last = max(last, frame)
        edits.split_part(self._document, object_id, frame, last, part.row, part.column)
        self.told.emit(self.tr("The part is an object of its own on frames {0} to {1}.").format(frame, last))

    def _no_mask(self, selected: VideoObject, frame: int) -> str:
        return self.tr("{0} has no mask on frame {1}.").format(selected.name, frame)

    def _choose_other(self, title: str, do: Callable[[int], None]) -> None:
        others = [
            each for each in self._document.project.objects.values() if each.object_id != self._document.object_id
        ]
        if not others:
            raise LipError(self.tr("There is no other object."))
        menu = QMenu(self._window)
        menu.setObjectName("otherObjects")
        menu.addSection(title)
        for each in others:
            menu.addAction(each.name, partial(do, each.object_id))
        self._pop_up(menu)

    def _pop_up(self, menu: QMenu) -> None:
        menu.aboutToHide.connect(menu.deleteLater)
        where = QCursor.pos()
        menu.popup(where if self._window.frameGeometry().contains(where) else self._window.mapToGlobal(QPoint(80, 80)))

    def _range(self) -> tuple[int, int]:
        """The selected range, or the working range."""
        selection = self._timeline.selection
        return self._document.project.in_out if selection is None else (selection.first, selection.last)

    def _selection(self) -> FrameSelection:
        """The selected range; LipError if there is none, so that no key alone acts on the whole video."""
        selection = self._timeline.selection
        if selection is None:
            raise LipError(self.tr("Select the frames first: drag over a lane of the timeline."))
        return selection

    def _selected(self) -> VideoObject:
        selected = self._document.project.objects.get(self._document.object_id)
        if selected is None:
            raise LipError(self.tr("No object is selected: press N to add one."))
        return selected

    def _unlocked(self) -> int:
        selected = self._selected()
        if selected.locked:
            raise LipError(self.tr("{0} is locked: unlock it to change it.").format(selected.name))
        return selected.object_id

    def _edit(self, object_id: int, text: str, **changes: object) -> None:
        before = self._document.project.objects.get(object_id)
        if before is not None:
            edits.edit_object(self._document, replace(before, **changes), text)  # type: ignore[arg-type]
