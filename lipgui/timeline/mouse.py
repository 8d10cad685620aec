"""Mouse, wheel and keys on the lanes: scrub, select a range, drag the in and out points, zoom, pan."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from lipgui.basics.frame_selection import FrameSelection
from lipgui.timeline.geometry import FrameAxis
from lipgui.timeline.view import LaneView

ZOOM_PER_NOTCH = 1.25
_UNSTEADY = 0.35  # of a lane that a drag may stray into the next one
HANDLE_REACH = 5.0  # pixels from an in or out bracket within which it is gripped
_SELECTING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class Drag(Enum):
    """What the pressed button is doing."""

    NONE = auto()
    SCRUB = auto()
    PRESSED = auto()  # on a lane, not moved far enough to select
    SELECT = auto()
    PAN = auto()
    IN = auto()
    OUT = auto()


class InteractiveLanes(LaneView):
    """A LaneView the user can handle."""

    frameRequested = Signal(int)
    selectionChanged = Signal(object)  # FrameSelection or None
    inOutChanged = Signal(int, int)
    objectRequested = Signal(int)
    menuRequested = Signal(object)  # QPoint on the screen

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drag = Drag.NONE
        self._pressed = QPointF()
        self._pan_from = self.axis
        self._scroll_from = 0

    def set_frame(self, frame: int, follow: bool = True) -> None:
        """Move the playhead and, if asked, turn the page to it; emits nothing."""
        self.show_overlay(replace(self.overlay, frame=frame))
        if follow and self._drag is Drag.NONE:
            self.set_axis(self.axis.showing(frame))

    def select(self, selection: FrameSelection | None) -> None:
        """Choose a range, or nothing, and say so."""
        if selection != self.overlay.selection:
            self.show_overlay(replace(self.overlay, selection=selection))
            self.selectionChanged.emit(selection)

    def request(self, frame: int) -> None:
        """Move the playhead and ask for the frame."""
        frame = max(0, min(self.axis.frame_count - 1, frame))
        if self.axis.frame_count and frame != self.overlay.frame:
            self.set_frame(frame)
            self.frameRequested.emit(frame)

    def zoom(self, factor: float, x: float | None = None) -> None:
        """Zoom around `x` in this widget, or around the playhead if that is in view, or the middle."""
        track = None if x is None else x - self.layout_of_lanes.label_width
        if track is None:
            playhead = self.axis.centre(self.overlay.frame)
            track = playhead if 0 <= playhead <= self.axis.width else self.axis.width / 2
        self.set_axis(self.axis.zoomed(factor, track))

    def fit(self) -> None:
        """Show every frame."""
        self.set_axis(FrameAxis.fitted(self.axis.frame_count, self.axis.width))

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin what the place and the button mean."""
        position = event.position()
        self._pressed = position
        if not self.axis.frame_count:
            return
        if event.button() == Qt.MouseButton.MiddleButton:
            self._drag, self._pan_from, self._scroll_from = Drag.PAN, self.axis, self.layout_of_lanes.scroll
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._drag = self._meaning(event)
            if self._drag is Drag.SCRUB:
                self.request(self.frame_at(position))

    def _meaning(self, event: QMouseEvent) -> Drag:
        position = event.position()
        if position.x() < self.layout_of_lanes.label_width:
            object_id = self.object_at(position)
            if object_id:
                self.objectRequested.emit(object_id)
            return Drag.NONE
        if position.y() < self.layout_of_lanes.ruler_height:
            return self._handle_at(position) or Drag.SCRUB
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            selection = self.overlay.selection
            start = selection.first if selection else self.overlay.frame
            self._pressed = QPointF(self.x_of(start + 0.5), position.y())
            self._select_to(position)
            return Drag.SELECT
        return Drag.PRESSED

    def _handle_at(self, position: QPointF) -> Drag | None:
        first, last = self.overlay.in_out
        if (first, last) == (0, self.axis.frame_count - 1):
            return None
        for drag, x in ((Drag.IN, self.x_of(first) + 2), (Drag.OUT, self.x_of(last + 1) - 2)):
            if abs(position.x() - x) <= HANDLE_REACH:
                return drag
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with it, or show where the pointer is."""
        position = event.position()
        if self._drag is Drag.NONE:
            self._hover(position)
            return
        if self._drag is Drag.PAN:
            moved = position - self._pressed
            self.set_axis(self._pan_from.panned(moved.x()))
            self.scroll_lanes(self._scroll_from - round(moved.y()))
            return
        self._pan_at_edge(position)
        frame = self.frame_at(position)
        if self._drag is Drag.SCRUB:
            self.request(frame)
        elif self._drag is Drag.PRESSED:
            if abs(position.x() - self._pressed.x()) >= QApplication.startDragDistance():
                self._drag = Drag.SELECT
        if self._drag is Drag.SELECT:
            self._select_to(position)
        elif self._drag in (Drag.IN, Drag.OUT):
            first, last = self.overlay.in_out
            self.set_in_out(*((min(frame, last), last) if self._drag is Drag.IN else (first, max(frame, first))))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A press that did not move is a click: go to the frame, choose the lane, drop the selection."""
        drag, self._drag = self._drag, Drag.NONE
        self.unsetCursor()
        if drag is Drag.PRESSED:
            object_id = self.object_at(event.position())
            self.select(None)
            if object_id and object_id != self.selected_id:
                self.objectRequested.emit(object_id)
            self.request(self.frame_at(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select everything of the lane; on the ruler, fit."""
        if event.button() != Qt.MouseButton.LeftButton or not self.axis.frame_count:
            return
        if event.position().y() < self.layout_of_lanes.ruler_height:
            self.fit()
        elif event.position().x() >= self.layout_of_lanes.label_width:
            self.select(FrameSelection(0, self.axis.frame_count - 1, self.objects_at(event.position())))

    def leaveEvent(self, event: QEvent) -> None:
        """Hide the hover line."""
        self.show_overlay(replace(self.overlay, hover=None))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; Shift or a sideways wheel pans; over the names, or with Ctrl, scroll the lanes."""
        delta, position = event.angleDelta(), event.position()
        over_labels = position.x() < self.layout_of_lanes.label_width
        if over_labels or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.scroll_lanes(self.layout_of_lanes.scroll - round(delta.y() / 120 * self.layout_of_lanes.lane_height))
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(delta.x()) > abs(delta.y()):
            self.set_axis(self.axis.panned((delta.x() or delta.y()) / 120 * self.axis.width * 0.1))
        else:
            self.zoom(ZOOM_PER_NOTCH ** (delta.y() / 120), position.x())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Pinch zooms too; Esc is the selection's before it is the window's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.overlay.selection is not None:
                event.accept()
                return True
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.zoom(1.0 + event.value(), event.position().x())
            return True
        return super().event(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu; a click beside the selection first selects the frame under the pointer on its lane."""
        position = QPointF(event.pos())
        if not self.axis.frame_count:
            return
        on_tracks = position.x() >= self.layout_of_lanes.label_width
        if event.reason() == QContextMenuEvent.Reason.Mouse and on_tracks:
            frame, object_id, selection = self.frame_at(position), self.object_at(position), self.overlay.selection
            if selection is None or not selection.holds(frame, object_id):
                self.select(FrameSelection(frame, frame, self.objects_at(position)))
        self.menuRequested.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Home and End move, with Ctrl+Shift they select; + and - zoom; Esc drops the selection."""
        key, frame = event.key(), self.overlay.frame
        steps = {Qt.Key.Key_Left: frame - 1, Qt.Key.Key_Right: frame + 1, Qt.Key.Key_Home: 0}
        steps[Qt.Key.Key_End] = self.axis.frame_count - 1
        lane = self.lane_of(self.selected_id)
        if key in steps and event.modifiers() == _SELECTING:
            self._extend(steps[Qt.Key(key)])
        elif key in steps:
            self.request(steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.labels:
            to = (-1 if lane is None else lane) + (1 if key == Qt.Key.Key_Down else -1)
            self.objectRequested.emit(self.labels[max(0, min(len(self.labels) - 1, to))].object_id)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom(ZOOM_PER_NOTCH)
        elif key == Qt.Key.Key_Minus:
            self.zoom(1 / ZOOM_PER_NOTCH)
        elif key == Qt.Key.Key_Escape and self.overlay.selection is not None:
            self.select(None)
        else:
            event.ignore()

    def set_in_out(self, first: int, last: int) -> None:
        """Set the working range and say so."""
        if (first, last) != self.overlay.in_out:
            self.show_overlay(replace(self.overlay, in_out=(first, last)))
            self.inOutChanged.emit(first, last)

    def scroll_lanes(self, scroll: int) -> None:
        """Scroll the lanes to `scroll` pixels, held within what there is."""
        layout = self.layout_of_lanes
        self.set_layout(replace(layout, scroll=max(0, min(scroll, layout.largest_scroll(self.height())))))

    def _extend(self, frame: int) -> None:
        frame = max(0, min(self.axis.frame_count - 1, frame))
        selection, here = self.overlay.selection, self.overlay.frame
        start = here
        if selection:
            start = selection.last if here == selection.first else selection.first
        self.select(FrameSelection.between(start, frame, (self.selected_id,) if self.selected_id else ()))
        self.request(frame)

    def _select_to(self, position: QPointF) -> None:
        objects = self._lanes_touched(self._pressed.y(), position.y())
        self.select(FrameSelection.between(self.frame_at(self._pressed), self.frame_at(position), objects))

    def _lanes_touched(self, start: float, end: float) -> tuple[int, ...]:
        """The objects of the lanes from one height to another, none if these are all; a hand is not that steady."""
        layout = self.layout_of_lanes
        lane = layout.lane_at(start)
        if lane is None:
            return ()
        shaken = layout.lane_height * _UNSTEADY
        other = layout.lane_at(end - shaken if end > start else end + shaken)
        other = lane if other is None else other
        if (end > start) != (other > lane):
            other = lane
        touched = self.labels[min(lane, other) : max(lane, other) + 1]
        return () if 1 < len(touched) == len(self.labels) else tuple(label.object_id for label in touched)

    def _hover(self, position: QPointF) -> None:
        inside = position.x() >= self.layout_of_lanes.label_width and self.axis.frame_count > 0
        self.show_overlay(replace(self.overlay, hover=self.frame_at(position) if inside else None))
        on_ruler = inside and position.y() < self.layout_of_lanes.ruler_height
        if on_ruler and self._handle_at(position):
            self.setCursor(Qt.CursorShape.SizeHorCursor)
        else:
            self.unsetCursor()

    def _pan_at_edge(self, position: QPointF) -> None:
        """Pull the content along when the pointer is dragged out of the view; the press stays on its frame."""
        before = self.axis
        beyond = min(0.0, position.x() - self.layout_of_lanes.label_width) + max(0.0, position.x() - self.width())
        if beyond:
            self.set_axis(self.axis.panned(-beyond * 0.25))
            self._pressed -= QPointF((self.axis.first - before.first) * self.axis.pixels_per_frame, 0)
