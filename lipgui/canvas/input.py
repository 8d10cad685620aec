"""Mouse, pen, wheel and touch on the canvas, turned into what they mean: use the tool, pan, zoom, pick."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Slot
from PySide6.QtGui import (
    QMouseEvent,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from lipgui.canvas.hand import CanvasHand, Grip

_ZOOM_STEP = 1.2  # per notch of the wheel
_NOTCH = 120.0
_SIZING = Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ShiftModifier  # some desktops keep Alt for themselves


class CanvasInput(QObject):
    """Watches the events of the viewport that it is given."""

    def __init__(self, hand: CanvasHand, parent: QObject) -> None:
        super().__init__(parent)
        self._hand = hand
        self.space_held = False
        self.grip = Grip.NONE
        self._button = Qt.MouseButton.NoButton  # the one that began the grip
        self._stroke_button = Qt.MouseButton.NoButton  # of a stroke that goes on while panning
        self.pointer = QPointF(-1.0, -1.0)  # where the pointer was last, in view pixels
        self._size_start: tuple[int, float] = (1, 0.0)
        self.space_used = False

    @Slot(QWidget)
    def watch(self, viewport: QWidget) -> None:
        """Answer what happens on `viewport`."""
        viewport.grabGesture(Qt.GestureType.PinchGesture)
        viewport.installEventFilter(self)

    @property
    def stroking(self) -> bool:
        """Whether the tool is pressed, also while the picture is being moved."""
        return self.grip is Grip.TOOL or self._stroke_button is not Qt.MouseButton.NoButton

    def hold_space(self, held: bool) -> None:
        """Space went down or up."""
        if held:
            self.space_used = False
        self.space_held = held
        self._hand.show_grip(self.grip, self.space_held)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer an event of the viewport; what concerns the hand goes no further."""
        if isinstance(event, QTabletEvent):
            return self._tablet(event)
        if isinstance(event, QMouseEvent):
            return self._mouse(event)
        if isinstance(event, QWheelEvent):
            return self._wheel(event)
        if isinstance(event, QNativeGestureEvent):
            return self._native_gesture(event)
        if isinstance(event, QGestureEvent) and isinstance(watched, QWidget):
            return self._gesture(watched, event)
        if event.type() == QEvent.Type.Leave:
            self._hand.hovered(None)
        return False

    def _mouse(self, event: QMouseEvent) -> bool:
        kind, position = event.type(), event.position()
        if kind == QEvent.Type.MouseButtonPress:
            self._press(position, event.button(), event.modifiers(), 1.0)
        elif kind == QEvent.Type.MouseButtonDblClick:
            self._press(position, event.button(), event.modifiers(), 1.0, double=True)
        elif kind == QEvent.Type.MouseMove:
            self._move(position, 1.0)
        elif kind == QEvent.Type.MouseButtonRelease:
            self._release(position, event.button())
        else:
            return False
        event.accept()
        return True

    def _tablet(self, event: QTabletEvent) -> bool:
        kind, button = event.type(), event.button()
        if event.pointerType() == QPointingDevice.PointerType.Eraser and button == Qt.MouseButton.LeftButton:
            button = Qt.MouseButton.RightButton
        if kind == QEvent.Type.TabletPress:
            self._press(event.position(), button, event.modifiers(), event.pressure())
        elif kind == QEvent.Type.TabletMove:
            self._move(event.position(), event.pressure())
        elif kind == QEvent.Type.TabletRelease:
            self._release(event.position(), button)
        else:
            return False
        event.accept()
        return True

    def _press(
        self,
        position: QPointF,
        button: Qt.MouseButton,
        modifiers: Qt.KeyboardModifier,
        pressure: float,
        double: bool = False,
    ) -> None:
        pan = button == Qt.MouseButton.MiddleButton or (self.space_held and button == Qt.MouseButton.LeftButton)
        if self.grip is Grip.TOOL and pan:
            self._stroke_button = self._button
        elif self.grip is not Grip.NONE:
            return
        self.pointer, self._button = position, button
        alt = bool(modifiers & Qt.KeyboardModifier.AltModifier)
        sizes = bool(modifiers & _SIZING)
        if pan:
            self.grip = Grip.PAN
            self.space_used = True
        elif sizes and button == Qt.MouseButton.RightButton:
            self.grip = Grip.SIZE
            self._size_start = self._hand.brush_size, position.x()
        elif alt and button == Qt.MouseButton.LeftButton:
            self._hand.picked(position)
        elif button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
            self.grip = Grip.TOOL
            erase = button == Qt.MouseButton.RightButton
            if double:
                self._hand.tool_double_clicked(position, erase)
            else:
                self._hand.tool_pressed(position, erase, pressure)
        self._hand.show_grip(self.grip, self.space_held)

    def _move(self, position: QPointF, pressure: float) -> None:
        moved, self.pointer = position - self.pointer, position
        if self.grip is Grip.PAN or (self.grip is Grip.TOOL and self.space_held):
            self.space_used = True
            self._hand.panned(moved.x(), moved.y())
        elif self.grip is Grip.SIZE:
            self._hand.brush_dragged(self._size_start[0], position.x() - self._size_start[1])
        elif self.grip is Grip.TOOL:
            self._hand.tool_dragged(position, pressure)
        else:
            self._hand.hovered(position)

    def _release(self, position: QPointF, button: Qt.MouseButton) -> None:
        if button == self._stroke_button:  # the stroke ends while the picture is still held
            self._stroke_button = Qt.MouseButton.NoButton
            self._hand.tool_released(position)
        elif button == self._button:
            ended, self.grip = self.grip, Grip.NONE
            if ended is Grip.TOOL:
                self._hand.tool_released(position)
            elif self._stroke_button is not Qt.MouseButton.NoButton:
                self.grip, self._button = Grip.TOOL, self._stroke_button
                self._stroke_button = Qt.MouseButton.NoButton
        self._hand.show_grip(self.grip, self.space_held)

    def _wheel(self, event: QWheelEvent) -> bool:
        turned = event.angleDelta().y() or event.angleDelta().x()  # Shift and Alt turn the wheel sideways somewhere
        notches = turned / _NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._hand.step_brush_size(notches)
        elif notches:
            self._hand.zoomed(event.position(), _ZOOM_STEP**notches)
        event.accept()
        return True

    def _native_gesture(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._hand.zoomed(event.position(), max(1 + event.value(), 0.1))
        event.accept()
        return True

    def _gesture(self, viewport: QWidget, event: QGestureEvent) -> bool:
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        if self.grip is Grip.TOOL:  # the first finger was taken for the mouse
            self.grip = Grip.NONE
            self._hand.cancel()
        centre = QPointF(viewport.mapFromGlobal(pinch.centerPoint().toPoint()))
        moved = pinch.centerPoint() - pinch.lastCenterPoint()
        self._hand.panned(moved.x(), moved.y())
        self._hand.zoomed(centre, pinch.scaleFactor())
        event.accept(pinch)
        return True
