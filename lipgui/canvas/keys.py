"""The keys of the canvas: Space, Tab, Enter, Esc, and a pointer for those who have no mouse."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QKeyEvent

from lipgui.canvas.hand import CanvasHand
from lipgui.canvas.input import CanvasInput
from lipgui.canvas.view import PictureView
from lipgui.tools.geometry import Point

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ALT = Qt.KeyboardModifier.AltModifier
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PRESSES = {Qt.Key.Key_Return: False, Qt.Key.Key_Enter: False, Qt.Key.Key_Backspace: True}  # key: does it erase
_REPEAT_TIME = 40  # milliseconds within which a key that only repeats is down again
_STEP = 8.0  # view pixels of one Alt+arrow; one image pixel with Shift


class CanvasKeys:
    """Knows which keys mean something to the picture and which of them are held.

    A held key repeats as releases and presses in turn, and on a busy computer X11 does not always mark these as
    repeats. So a release counts only when no press of the same key has followed at once.
    """

    def __init__(self, hand: CanvasHand, view: PictureView, pointer: CanvasInput) -> None:
        self._hand, self._view, self._input = hand, view, pointer
        self._pressed: Qt.Key | None = None  # the key that stands for a mouse button
        self._released: Qt.Key | None = None  # a release that waits to count
        self._timer = QTimer(view)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_REPEAT_TIME)
        self._timer.timeout.connect(self._finish_release)

    def claims(self, event: QKeyEvent) -> bool:
        """Whether a key is the picture's own, whatever shortcut it may be elsewhere."""
        key, modifiers = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers in (_ALT, _ALT | Qt.KeyboardModifier.ShiftModifier) and key in _ARROWS:
            return True
        if modifiers == _ALT and key in _PRESSES:
            return True
        if modifiers:
            return False
        return key in (Qt.Key.Key_Space, Qt.Key.Key_Tab) or (
            (key in _ENTER or key == Qt.Key.Key_Escape) and self._hand.busy
        )

    def press(self, event: QKeyEvent) -> bool:
        """Answer a key that went down; says whether it was the picture's."""
        if not self.claims(event):
            return False
        key = Qt.Key(event.key())
        repeats = event.isAutoRepeat() or key == self._released
        if not repeats:
            self._finish_release()
        self._released = None
        if key in _ARROWS:
            self._move(_ARROWS[key], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif repeats:
            return True
        elif event.modifiers() & _ALT:
            self._hold(key)
        elif key == Qt.Key.Key_Space:
            self._input.hold_space(True)
        elif key == Qt.Key.Key_Tab:
            self._view.hold_raw(True)
        elif key == Qt.Key.Key_Escape:
            self._hand.cancel()
        else:
            self._hand.commit()
        return True

    def release(self, event: QKeyEvent) -> bool:
        """Answer a key that went up; says whether it was held for the picture."""
        key = Qt.Key(event.key())
        held = key in (Qt.Key.Key_Tab, self._pressed) or (key == Qt.Key.Key_Space and self._input.space_held)
        if held and not event.isAutoRepeat():
            self._finish_release()
            self._released = key
            self._timer.start()
        return held

    def release_all(self) -> None:
        """Let go of every key; none was tapped."""
        self._released = None
        self._input.hold_space(False)
        self._view.hold_raw(False)
        self._let_go()

    def _finish_release(self) -> None:
        """Act on the release that waited; a Space that moved nothing was a tap."""
        key, self._released = self._released, None
        if key == Qt.Key.Key_Space and self._input.space_held:
            self._input.hold_space(False)
            if not self._input.space_used:
                self._hand.playToggleRequested.emit()
        elif key == Qt.Key.Key_Tab:
            self._view.hold_raw(False)
        elif key is not None and key == self._pressed:
            self._let_go()

    def _hold(self, key: Qt.Key) -> None:
        if self._pressed is None and not self._input.stroking:
            self._pressed = key
            self._hand.tool_pressed(self._pointer(), _PRESSES[key], 1.0)

    def _let_go(self) -> None:
        if self._pressed is not None:
            self._pressed = None
            self._hand.tool_released(self._pointer())

    def _move(self, direction: Point, finely: bool) -> None:
        area, step = self._view.pointer_area(), self._view.pixel_size() if finely else _STEP
        if area.isEmpty():
            return
        place = self._pointer() + QPointF(direction[0] * step, direction[1] * step)
        place.setX(min(max(place.x(), area.left()), area.right() - 1))
        place.setY(min(max(place.y(), area.top()), area.bottom() - 1))
        self._input.pointer = place
        if self._pressed is None:
            self._hand.hovered(place)
        else:
            self._hand.tool_dragged(place, 1.0)

    def _pointer(self) -> QPointF:
        """Where the pointer was last, by mouse or by key; the middle of the view at first."""
        area = self._view.pointer_area()
        return self._input.pointer if area.contains(self._input.pointer) else area.center()
