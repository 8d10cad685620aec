"""The hand on the picture: what mouse, pen and keys ask for becomes use of the tool, a drag, a zoom or a pick."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QColor

from lipcore.masks import IGNORE
from lipgui.canvas.view import PictureView
from lipgui.tools.brush import LARGEST_BRUSH, SMALLEST_BRUSH
from lipgui.tools.tool import ToolScene, inside
from lipgui.tools.tool_session import ToolSession


class Grip(Enum):
    """What the pressed button does."""

    NONE = 0
    TOOL = 1
    PAN = 2
    SIZE = 3


class CanvasHand(QObject):
    """Uses the tool of a session on the picture of a view; positions are view pixels."""

    used = Signal()  # the tool was used: what it shows and what it has finished may be new
    told = Signal(str)
    objectPickRequested = Signal(int)
    brushSizeChanged = Signal(int)
    cursorMoved = Signal(int, int)  # image pixel x, y; -1, -1 off the picture
    playToggleRequested = Signal()

    def __init__(self, view: PictureView, session: ToolSession) -> None:
        super().__init__(view)
        self._view, self._session = view, session
        self._swapped = False
        self._pixel = (-1, -1)
        self._grip, self._space_held = Grip.NONE, False
        self.show_cursor()

    @property
    def busy(self) -> bool:
        """Whether the tool has something in hand that commit would finish and cancel would drop."""
        return self._session.tool.active

    def scene(self) -> ToolScene:
        """What the tool may look at now."""
        return self._session.scene(self._view.picture.geometry.scale)

    def commit(self) -> None:
        """Finish what the tool has in hand."""
        if self.busy:
            self._session.tool.commit(self.scene())
            self.used.emit()

    def cancel(self) -> None:
        """Take back the innermost thing in hand; nothing that has been committed is touched."""
        self._session.tool.cancel(self.scene())
        self.used.emit()

    def take_back(self) -> None:
        """Take back the last step of what is in hand."""
        self._session.tool.take_back(self.scene())
        self.used.emit()

    def tool_pressed(self, position: QPointF, erase: bool, pressure: float) -> None:
        """Begin to use the tool, unless the selected object is locked or hidden."""
        if self._may_begin():
            self.move_ring(position)
            point = self._view.image_point(position)
            self._session.tool.press(self.scene(), point, erase != self._swapped, pressure)
            self.used.emit()

    def tool_dragged(self, position: QPointF, pressure: float) -> None:
        """Go on using it, as the pointer moves with the button down."""
        self.move_ring(position)
        self._session.tool.drag(self.scene(), self._view.image_point(position), pressure)
        self.used.emit()

    def tool_released(self, position: QPointF) -> None:
        """Let go of it, as the button comes up."""
        self._session.tool.release(self.scene(), self._view.image_point(position))
        self.used.emit()

    def tool_double_clicked(self, position: QPointF, erase: bool) -> None:
        """Press again, quickly."""
        if self._may_begin():
            self._session.tool.double_click(self.scene(), self._view.image_point(position), erase != self._swapped)
            self.used.emit()

    def hovered(self, position: QPointF | None) -> None:
        """The pointer is here with nothing pressed, or has left: ring and the tool's line come along."""
        self.move_ring(position)
        if not self._view.has_frame:
            return
        if position is None:
            self._session.tool.leave()
        else:
            self._session.tool.hover(self.scene(), self._view.image_point(position))
        self.used.emit()

    def panned(self, right: float, down: float) -> None:
        """Move the picture with the pointer."""
        self._view.pan_by(right, down)

    def zoomed(self, position: QPointF, factor: float) -> None:
        """Zoom about the pointer."""
        self._view.zoom_by(factor, position)

    def brush_dragged(self, start: int, distance: float) -> None:
        """Change the brush from `start` by view pixels dragged to the right: its edge follows the pointer."""
        self._change_brush_size(round(start + 2 * distance / self._view.picture.geometry.scale))

    def step_brush_size(self, steps: float) -> None:
        """Make the brush larger, or smaller for negative steps, as the wheel does by its notches."""
        old = self._session.brush_size
        size = round(old * 1.15**steps)
        if steps:
            self._change_brush_size(size if size != old else old + (1 if steps > 0 else -1))

    @property
    def brush_size(self) -> int:
        """Diameter of the brush in image pixels."""
        return self._session.brush_size

    def set_brush_size(self, size: int) -> None:
        """Set the diameter in image pixels; emits nothing."""
        self._session.brush_size = min(max(int(size), SMALLEST_BRUSH), LARGEST_BRUSH)
        picture = self._view.picture
        if picture.ring is not None:
            picture.update(picture.ring_area())
            picture.ring = (*picture.ring[:2], self._session.brush_size)
            picture.update(picture.ring_area())

    def set_swapped(self, swapped: bool) -> None:
        """Let the left button erase and the right one paint."""
        self._swapped = swapped
        self.show_ring_colour()

    def picked(self, position: QPointF) -> None:
        """Ask for the object under the pointer to be selected."""
        x, y = self._view.image_point(position)
        labels = self._session.labels
        found = int(labels[int(y), int(x)]) if self._view.has_frame and inside(labels.shape[:2], (x, y)) else 0
        if found and found != IGNORE:
            self.objectPickRequested.emit(found)
        else:
            self.told.emit(self.tr("There is no object here."))

    def show_grip(self, grip: Grip, space_held: bool) -> None:
        """Let the cursor tell what a move of the pointer does now."""
        self._grip, self._space_held = grip, space_held
        self.show_cursor()

    def show_cursor(self) -> None:
        """Show the cursor of what the hand does, or that the tool is waiting."""
        if self._grip is Grip.PAN:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._space_held:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._session.tool.waiting:
            shape = Qt.CursorShape.BusyCursor
        else:
            shape = Qt.CursorShape.CrossCursor
        self._view.setCursor(shape)

    def move_ring(self, position: QPointF | None) -> None:
        """Bring ring and pixel readout to a view position, or off the picture."""
        picture, tool = self._view.picture, self._session.tool
        picture.update(picture.ring_area())
        picture.ring = None
        pixel = (-1, -1)
        if position is not None and self._view.has_frame:
            x, y = self._view.image_point(position)
            if tool.uses_brush_size:
                picture.ring = (x, y, self._session.brush_size)
            if inside(self._session.labels.shape[:2], (x, y)):
                pixel = (int(x), int(y))
        picture.update(picture.ring_area())
        if pixel != self._pixel:
            self._pixel = pixel
            self.cursorMoved.emit(*pixel)

    def show_ring_colour(self) -> None:
        """Give the ring the colour of the object that is painted; dashed where it takes away."""
        object_id, picture = self._session.permission.object_id, self._view.picture
        colour = picture.style.palette[object_id].astype(int) // 2 + 127  # bright, so that it shows on the tint
        picture.ring_colour = QColor(*colour.tolist()) if object_id else QColor(255, 255, 255)
        picture.ring_dashed = self._swapped or self._session.tool.name == "eraser" or not object_id
        picture.update(picture.ring_area())

    def _may_begin(self) -> bool:
        object_id, locked = self._session.permission.object_id, self._session.permission.locked
        hidden = self._view.picture.style.hidden
        if not self._view.has_frame:
            return False
        if object_id in locked:
            self.told.emit(self.tr("Object {0} is locked: unlock it to paint.").format(object_id))
        elif object_id in hidden:
            self.told.emit(self.tr("Object {0} is hidden: show it to paint (H).").format(object_id))
        return object_id not in locked | hidden

    def _change_brush_size(self, size: int) -> None:
        old = self._session.brush_size
        self.set_brush_size(size)
        if self._session.brush_size != old:
            self.brushSizeChanged.emit(self._session.brush_size)
