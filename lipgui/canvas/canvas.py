"""The canvas: shows a frame with its objects, passes mouse and pen on to the current tool, and emits finished edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from lipcore.masks import Labels
from lipgui.canvas.boxes import InstanceLabel
from lipgui.canvas.hand import CanvasHand
from lipgui.canvas.input import CanvasInput
from lipgui.canvas.keys import CanvasKeys
from lipgui.canvas.view import PictureView
from lipgui.canvas.words import nothing_changed
from lipgui.tools.click import Answerer, ClickTool
from lipgui.tools.geometry import Rect
from lipgui.tools.tool import Edit, PaintRule
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
        self._whole_repaint = False
        self._worker: Worker = lambda work, answer: answer(work, work())
        self._work: Work | None = None  # what the worker has been given last
        self._was_busy = False
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED)
        self._settled.timeout.connect(self._on_settled)
        self.hand = CanvasHand(self, self._session)
        self._input = CanvasInput(self.hand, self)
        self.viewportMade.connect(self._input.watch)
        self._keys = CanvasKeys(self.hand, self, self._input)
        self.hand.used.connect(self._after_tool)
        self.hand.told.connect(self.told)
        self.hand.objectPickRequested.connect(self.objectPickRequested)
        self.hand.brushSizeChanged.connect(self.brushSizeChanged)
        self.hand.cursorMoved.connect(self.cursorMoved)
        self.hand.playToggleRequested.connect(self.playToggleRequested)

    @property
    def tool(self) -> str:
        """The name of the chosen tool."""
        return self._session.tool.name

    @property
    def uses_brush(self) -> bool:
        """Whether the chosen tool has a size."""
        return self._session.tool.uses_brush_size

    @property
    def busy(self) -> bool:
        """Whether the tool has something in hand that commit would finish and cancel would drop."""
        return self.hand.busy

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
        self.hand.show_ring_colour()

    def set_tool(self, name: str) -> None:
        """Choose a tool by name; what the old one has in hand is committed, so that nothing drawn is lost."""
        tool = self.tools[name]
        if tool is self._session.tool:
            return
        self.hand.commit()
        self._repaint(self._session.change_tool(tool))
        self.told.emit(QCoreApplication.translate("Tools", tool.hint))
        self._on_settled()
        self.hand.move_ring(None)
        self.hand.show_ring_colour()

    def set_object(self, object_id: int) -> None:
        """Choose the object that is painted; 0 paints background."""
        self._permit(object_id=object_id)
        self.hand.show_ring_colour()

    def set_paint_rule(self, rule: PaintRule) -> None:
        """Choose what painting may cover; "selected" is the object selected now, out of which others may be carved."""
        self._permit(rule=rule, target=self._session.permission.object_id)

    def set_locked(self, object_ids: frozenset[int]) -> None:
        """No pixel of these objects changes."""
        self._permit(locked=frozenset(object_ids))

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

    def _permit(self, **changes: object) -> None:
        permission = replace(self._session.permission, **changes)  # type: ignore[arg-type]
        if permission != self._session.permission:
            self._session.permission = permission
            self._repaint(self._session.refresh_all())

    @Slot()
    def _after_tool(self) -> None:
        """Show what the tool changed, and emit its edit once it is finished."""
        tool = self._session.tool
        if tool.work is not self._work:
            self._work = tool.work
            self.hand.show_cursor()
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
            self._session.tool.hover(self.hand.scene(), self.image_point(self._input.pointer))
        self._after_tool()

    @Slot()
    def _on_settled(self) -> None:
        if self.has_frame:
            self._session.tool.see(self.hand.scene())
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
