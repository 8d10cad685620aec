"""The canvas: shows a frame with its objects, passes mouse and pen on to the current tool, and emits finished edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from lipcore.masks import IGNORE, Labels
from lipgui.canvas.boxes import InstanceLabel
from lipgui.canvas.input import CanvasInput, Grip
from lipgui.canvas.keys import CanvasKeys
from lipgui.canvas.view import PictureView
from lipgui.canvas.words import nothing_changed
from lipgui.tools.brush import LARGEST_BRUSH, SMALLEST_BRUSH
from lipgui.tools.click import Answerer, ClickTool
from lipgui.tools.geometry import Rect
from lipgui.tools.tool import Edit, PaintRule, ToolScene, inside
from lipgui.tools.tool_session import ToolSession, make_tools

__all__ = ["Canvas", "Edit", "InstanceLabel"]

_SETTLED = 150  # milliseconds that a frame must stay before the tool looks at it
Work = Callable[[], object]
Worker = Callable[[Work, Callable[[Work, object], None]], None]


class Canvas(PictureView):
    """The video picture that one paints on."""

    strokeFinished = Signal(object)  # an Edit; the window makes one undo entry of it
    objectPickRequested = Signal(int)
    brushSizeChanged = Signal(int)  # by the hand; not when set from outside
    cursorMoved = Signal(int, int)  # image pixel x, y under the pointer; -1, -1 off the picture
    told = Signal(str)
    handChanged = Signal(bool)  # whether a shape or stroke is in hand
    playToggleRequested = Signal()  # Space was tapped, not used to pan

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Canvas"))
        self.setAccessibleDescription(self.tr("The picture of the current frame; paint on it with the chosen tool."))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._clicking = ClickTool()
        self.tools = make_tools(self._clicking)
        self._session = ToolSession(self.tools["brush"])
        self._swapped = False
        self._whole_repaint = False
        self._pixel = (-1, -1)
        self._worker: Worker = lambda work, answer: answer(work, work())
        self._work: Work | None = None  # what the worker has been given last
        self._was_busy = False
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED)
        self._settled.timeout.connect(self._on_settled)
        self._input = CanvasInput(self, self.viewport, self)
        self._keys = CanvasKeys(self, self._input, self)
        self.grip_changed()

    @property
    def tool(self) -> str:
        """The name of the chosen tool."""
        return self._session.tool.name

    @property
    def brush_size(self) -> int:
        """Diameter of the brush in image pixels."""
        return self._session.brush_size

    @property
    def uses_brush(self) -> bool:
        """Whether the chosen tool has a size."""
        return self._session.tool.uses_brush_size

    @property
    def busy(self) -> bool:
        """Whether the tool has something in hand that commit would finish and cancel would drop."""
        return self._session.tool.active

    def use_worker(self, worker: Worker) -> None:
        """Let `worker` carry out what takes a tool long; it gives the work and its result to its second argument."""
        self._worker = worker

    def use_answerer(self, answerer: Answerer) -> None:
        """Let `answerer` make the masks of clicks."""
        self._clicking.answerer = answerer

    def show_frame(self, frame: NDArray[np.uint8]) -> None:
        """Show a frame (H, W, 3) uint8 RGB."""
        if self._session.set_frame(frame, self._input.stroking):
            self.told.emit(self.tr("The unfinished shape stayed behind on the other frame."))
        self.show_picture(frame)
        self._settled.start()
        self._after_tool()
        self.picture.compositor.labels = self._session.shown
        self._whole_repaint = True

    def show_labels(self, labels: Labels, palette: NDArray[np.uint8]) -> None:
        """Show a label map (H, W) uint8 of the shown frame in the colours of `palette` (256, 3) uint8."""
        if not self.has_frame or labels.shape != self._session.labels.shape:
            return
        changed = None
        if self._whole_repaint:  # a new frame waits to be painted
            self._session.replace_labels(labels)
            self._whole_repaint = False
            self.picture.update()
        else:
            changed = self._session.set_labels(labels)
        self.picture.compositor.labels = self._session.shown
        if np.array_equal(palette, self.picture.style.palette):
            self.picture.update_image_rect(changed)
        else:
            self._restyle(replace(self.picture.style, palette=np.array(palette, np.uint8)))
        self._show_ring_colour()

    def set_tool(self, name: str) -> None:
        """Choose a tool by name; what the old one has in hand is committed, so that nothing drawn is lost."""
        tool = self.tools[name]
        if tool is self._session.tool:
            return
        self.commit()
        self._repaint(self._session.change_tool(tool))
        self.told.emit(QCoreApplication.translate("Tools", tool.hint))
        self._on_settled()
        self._move_ring(None)
        self._show_ring_colour()

    def set_brush_size(self, size: int) -> None:
        """Set the diameter in image pixels."""
        self._session.brush_size = min(max(int(size), SMALLEST_BRUSH), LARGEST_BRUSH)
        if self.picture.ring is not None:
            self.picture.update(self.picture.ring_area())
            self.picture.ring = (*self.picture.ring[:2], self.brush_size)
            self.picture.update(self.picture.ring_area())

    def step_brush_size(self, steps: float) -> None:
        """Make the brush larger, or smaller for negative steps, as the wheel does."""
        old = self.brush_size
        size = round(old * 1.15**steps)
        self._change_brush_size(size if size != old else old + (1 if steps > 0 else -1))

    def set_object(self, object_id: int) -> None:
        """Choose the object that is painted; 0 paints background."""
        self._permit(object_id=object_id)
        self._show_ring_colour()

    def set_paint_rule(self, rule: PaintRule) -> None:
        """Choose what painting may cover; "selected" is the object selected now, out of which others may be carved."""
        self._permit(rule=rule, target=self._session.permission.object_id)

    def set_locked(self, object_ids: frozenset[int]) -> None:
        """No pixel of these objects changes."""
        self._permit(locked=frozenset(object_ids))

    def set_swapped(self, swapped: bool) -> None:
        """Let the left button erase and the right one paint."""
        self._swapped = swapped
        self._show_ring_colour()

    def commit(self) -> None:
        """Finish what the tool has in hand."""
        if self._session.tool.active:
            self._session.tool.commit(self._scene())
            self._after_tool()

    def cancel(self) -> None:
        """Take back the innermost thing in hand; nothing that has been committed is touched."""
        self._session.tool.cancel(self._scene())
        self._after_tool()

    def take_back(self) -> None:
        """Take back the last step of what is in hand."""
        self._session.tool.take_back(self._scene())
        self._after_tool()

    # What the hand does; positions are view pixels.

    def tool_pressed(self, position: QPointF, erase: bool, pressure: float) -> None:
        """Begin to use the tool, unless the selected object is locked or hidden."""
        if self._may_begin():
            self._move_ring(position)
            self._session.tool.press(self._scene(), self.image_point(position), erase != self._swapped, pressure)
            self._after_tool()

    def tool_dragged(self, position: QPointF, pressure: float) -> None:
        """Go on using it, as the pointer moves with the button down."""
        self._move_ring(position)
        self._session.tool.drag(self._scene(), self.image_point(position), pressure)
        self._after_tool()

    def tool_released(self, position: QPointF) -> None:
        """Let go of it, as the button comes up."""
        self._session.tool.release(self._scene(), self.image_point(position))
        self._after_tool()

    def tool_interrupted(self) -> None:
        """Take back what the press began."""
        self.cancel()

    def tool_double_clicked(self, position: QPointF, erase: bool) -> None:
        """Press again, quickly."""
        if self._may_begin():
            point = self.image_point(position)
            self._session.tool.double_click(self._scene(), point, erase != self._swapped)
            self._after_tool()

    def hovered(self, position: QPointF | None) -> None:
        """Lead the ring and the tool's line along."""
        self._move_ring(position)
        if not self.has_frame:
            return
        if position is None:
            self._session.tool.leave()
        else:
            self._session.tool.hover(self._scene(), self.image_point(position))
        self._after_tool()

    def panned(self, right: float, down: float) -> None:
        """Move the picture with the pointer."""
        self.pan_by(right, down)

    def zoomed(self, position: QPointF, factor: float) -> None:
        """Zoom about the pointer."""
        self.zoom_by(factor, position)

    def brush_stepped(self, steps: float) -> None:
        """Change the brush by the wheel."""
        if steps:
            self.step_brush_size(steps)

    def brush_dragged(self, start: int, distance: float) -> None:
        """Change the brush by dragging: its edge follows the pointer."""
        self._change_brush_size(round(start + 2 * distance / self.picture.geometry.scale))

    def brush_diameter(self) -> int:
        """The size of the brush now."""
        return self.brush_size

    def picked(self, position: QPointF) -> None:
        """Ask for the object under the pointer to be selected."""
        x, y = self.image_point(position)
        labels = self._session.labels
        found = int(labels[int(y), int(x)]) if self.has_frame and inside(labels.shape[:2], (x, y)) else 0
        if found and found != IGNORE:
            self.objectPickRequested.emit(found)
        else:
            self.told.emit(self.tr("There is no object here."))

    def grip_changed(self) -> None:
        """Let the cursor tell what the hand would do."""
        if self._input.grip is Grip.PAN:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._input.space_held:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._session.tool.waiting:
            shape = Qt.CursorShape.BusyCursor
        else:
            shape = Qt.CursorShape.CrossCursor
        self.viewport.setCursor(shape)

    def event(self, event: QEvent) -> bool:
        """Claim the keys that mean something to the picture before a shortcut takes them."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._keys.claims(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space pans, Tab shows the raw frame, Enter commits, Esc cancels, Alt with the arrows is the pointer."""
        if not self._keys.press(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Let go."""
        if not self._keys.release(event):
            super().keyReleaseEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab belongs to the picture; Shift+Tab leaves it."""
        return False if forward else super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No key stays held when another widget gets the keyboard."""
        self._keys.release_all()
        super().focusOutEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Take the keyboard, so that Space and Tab work where the pointer is, but not from someone who is typing."""
        focused = QApplication.focusWidget()
        if focused is None or not focused.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().enterEvent(event)

    # Inside

    def _scene(self) -> ToolScene:
        return self._session.scene(self.picture.geometry.scale)

    def _may_begin(self) -> bool:
        object_id, locked = self._session.permission.object_id, self._session.permission.locked
        if not self.has_frame:
            return False
        if object_id in locked:
            self.told.emit(self.tr("Object {0} is locked: unlock it to paint.").format(object_id))
        elif object_id in self.picture.style.hidden:
            self.told.emit(self.tr("Object {0} is hidden: show it to paint (H).").format(object_id))
        return object_id not in locked | self.picture.style.hidden

    def _permit(self, **changes: object) -> None:
        permission = replace(self._session.permission, **changes)  # type: ignore[arg-type]
        if permission != self._session.permission:
            self._session.permission = permission
            self._repaint(self._session.refresh_all())

    def _after_tool(self) -> None:
        """Show what the tool changed, and emit its edit once it is finished."""
        tool = self._session.tool
        if tool.work is not self._work:
            self._work = tool.work
            self.grip_changed()
            if tool.work is not None:
                self._worker(tool.work, self._answer)
        said = tool.take_said()
        if said is not None:
            self.told.emit(QCoreApplication.translate("Tools", said.text).format(*said.values))
        if tool.finished:
            self._emit_edit()
        if tool.active != self._was_busy:
            self._was_busy = tool.active
            self.handChanged.emit(tool.active)
        self._repaint(self._session.refresh())
        picture = self.picture
        if picture.outlines or picture.scribbles or tool.outlines or tool.scribbles:
            picture.update(picture.lines_area())
            picture.outlines, picture.scribbles = tool.outlines, tool.scribbles
            picture.update(picture.lines_area())

    def _answer(self, work: Work, result: object) -> None:
        self._session.tool.answer(work, result)
        if not self.busy and self.pointer_area().contains(self._input.pointer):
            self._session.tool.hover(self._scene(), self.image_point(self._input.pointer))
        self._after_tool()

    @Slot()
    def _on_settled(self) -> None:
        if self.has_frame:
            self._session.tool.see(self._scene())
        self._after_tool()

    def _emit_edit(self) -> None:
        erase = self._session.tool.erase
        edit = self._session.take_edit()
        if edit is not None:
            self.strokeFinished.emit(edit)
        else:
            self.told.emit(nothing_changed(self._session.permission, erase))

    def _repaint(self, rect: Rect | None) -> None:
        self.picture.compositor.labels = self._session.shown
        self.picture.update_image_rect(rect)

    def _change_brush_size(self, size: int) -> None:
        old = self.brush_size
        self.set_brush_size(size)
        if self.brush_size != old:
            self.brushSizeChanged.emit(self.brush_size)

    def _move_ring(self, position: QPointF | None) -> None:
        """Bring ring and pixel readout to a view position, or off the picture."""
        picture, tool = self.picture, self._session.tool
        picture.update(picture.ring_area())
        picture.ring = None
        pixel = (-1, -1)
        if position is not None and self.has_frame:
            x, y = self.image_point(position)
            if tool.uses_brush_size:
                picture.ring = (x, y, self.brush_size)
            if inside(self._session.labels.shape[:2], (x, y)):
                pixel = (int(x), int(y))
        picture.update(picture.ring_area())
        if pixel != self._pixel:
            self._pixel = pixel
            self.cursorMoved.emit(*pixel)

    def _show_ring_colour(self) -> None:
        object_id = self._session.permission.object_id
        colour = self.picture.style.palette[object_id].astype(int) // 2 + 127  # bright, so that it shows on the tint
        self.picture.ring_colour = QColor(*colour.tolist()) if object_id else QColor(255, 255, 255)
        self.picture.ring_dashed = self._swapped or self.tool == "eraser" or not object_id
        self.picture.update(self.picture.ring_area())
