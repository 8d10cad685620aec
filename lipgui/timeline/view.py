"""The painted part of the timeline: ruler, lanes and playhead; what the hand does with it is in `mouse`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from lipgui.timeline.cells import LaneCells, LaneLabel
from lipgui.timeline.colours import TimelineColours
from lipgui.timeline.geometry import FrameAxis, LaneLayout
from lipgui.timeline.layer import LaneLayer
from lipgui.timeline.painting import Overlay, TimelinePainter, playhead_half_width
from lipgui.timeline.words import cell_text


class LaneView(QWidget):
    """Shows cells and moves over them; knows neither buttons nor fields. `InteractiveLanes` adds mouse and keys."""

    axisChanged = Signal()
    layoutChanged = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Timeline lanes"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.frame_rate = 25.0
        self.cells = LaneCells()
        self.labels: list[LaneLabel] = []
        self.axis = FrameAxis()
        self.layout_of_lanes = LaneLayout()
        self.selected_id = 0
        self.overlay = Overlay(0, (0, 0), None, None, None)
        self._colours = TimelineColours.of(self.palette())
        self._layer = LaneLayer(self.cells, self._colours)
        self._measure()

    # What to show

    def show_video(self, frame_count: int, frame_rate: float) -> None:
        """Start over with `frame_count` empty frames."""
        self.frame_rate = frame_rate
        self.cells.set_frame_count(frame_count)
        self.axis = FrameAxis.fitted(frame_count, self._track_width())
        self.overlay = Overlay(0, (0, max(0, frame_count - 1)), None, None, None)
        self._refresh()
        self.axisChanged.emit()

    def show_objects(self, labels: Sequence[LaneLabel]) -> None:
        """One lane per label, in this order."""
        self.labels = list(labels)
        ids = [label.object_id for label in labels]
        if ids != self.cells.object_ids.tolist():
            self.cells.set_objects(ids)
        self._layer.labels = self.labels
        self._measure()
        self._refresh()

    def show_cells(self, provenances: NDArray[np.uint8], scores: NDArray[np.float32], areas: NDArray[np.int32]) -> None:
        """Take the (T, 256) arrays by reference."""
        self.cells.set_cells(provenances, scores, areas)
        self._refresh()

    def show_doubts(self, doubts: NDArray[np.float32], threshold: float) -> None:
        """Take the (T, 256) doubts by reference."""
        self.cells.set_doubts(doubts, threshold)
        self._refresh()

    def update_cells(self, first: int, last: int) -> None:
        """Read the frames `first` to `last` again and repaint only their columns."""
        self.cells.update(first, last)
        self._layer.invalidate_frames(first, last)
        room = self.layout_of_lanes.lane_height
        left, right = self.x_of(first), self.x_of(last + 1)
        self.update(QRectF(left - room, 0, right - left + 2 * room, self.height()).toAlignedRect())

    def show_overlay(self, overlay: Overlay) -> None:
        """Replace what moves over the lanes; a moved playhead repaints two narrow strips."""
        before, self.overlay = self.overlay, overlay
        if replace(before, frame=0, hover=None) != replace(overlay, frame=0, hover=None):
            self.update()
            return
        if before.frame != overlay.frame:
            self.update(self._playhead_rect(before.frame))
            self.update(self._playhead_rect(overlay.frame))
        if before.hover != overlay.hover:
            for frame in (before.hover, overlay.hover):
                if frame is not None:
                    self.update(QRect(round(self.x_of(frame + 0.5)) - 1, 0, 3, self.height()))

    def show_selected(self, object_id: int) -> None:
        """Light up the lane of `object_id` (0: none) and scroll to it."""
        self.selected_id = object_id
        lane = self.lane_of(object_id)
        if lane is not None:
            self.set_layout(self.layout_of_lanes.scrolled_to(lane, self.height()))
        self._refresh()

    def set_axis(self, axis: FrameAxis) -> None:
        """Zoom or pan."""
        if axis != self.axis:
            self.axis = axis
            left = self.layout_of_lanes.label_width
            self.update(QRect(left, 0, self.width() - left, self.height()))
            self.axisChanged.emit()

    def set_layout(self, layout: LaneLayout) -> None:
        """Scroll or resize the lanes."""
        if layout != self.layout_of_lanes:
            self.layout_of_lanes = layout
            self.update()
            self.layoutChanged.emit()

    # Where things are

    def x_of(self, frame: float) -> float:
        """x of the left edge of `frame` in this widget."""
        return self.layout_of_lanes.label_width + self.axis.left(frame)

    def frame_at(self, position: QPointF) -> int:
        """The frame under `position`, held inside the video."""
        return self.axis.frame_at(position.x() - self.layout_of_lanes.label_width)

    def lane_of(self, object_id: int) -> int | None:
        """The lane of an object."""
        return next((lane for lane, label in enumerate(self.labels) if label.object_id == object_id), None)

    def object_at(self, position: QPointF) -> int:
        """The object whose lane lies under `position`, or 0."""
        lane = self.layout_of_lanes.lane_at(position.y())
        return 0 if lane is None else self.labels[lane].object_id

    def objects_at(self, position: QPointF) -> tuple[int, ...]:
        """The object under `position` alone, or none."""
        object_id = self.object_at(position)
        return (object_id,) if object_id else ()

    def sizeHint(self) -> QSize:
        """Ruler and up to six lanes."""
        layout = self.layout_of_lanes
        return QSize(600, layout.ruler_height + max(2, min(6, layout.count)) * layout.lane_height)

    def minimumSizeHint(self) -> QSize:
        """Ruler and two lanes."""
        layout = self.layout_of_lanes
        return QSize(layout.label_width * 2, layout.ruler_height + 2 * layout.lane_height)

    # Events

    def paintEvent(self, event: QPaintEvent) -> None:
        """Copy the cached lanes, then paint the thin rest."""
        exposed = QRectF(event.rect())
        layout, axis = self.layout_of_lanes, self.axis
        painter = QPainter(self)
        height = self.height() - layout.ruler_height
        if height > 0 and axis.width > 1:
            image = self._layer.picture(axis, layout, height, self.devicePixelRatioF())
            painter.drawImage(QPointF(layout.label_width, layout.ruler_height), image)  # Qt clips to what is exposed
        paint = TimelinePainter(painter, axis, layout, self._colours, self.height())
        if exposed.top() < layout.ruler_height:
            paint.ruler(exposed.left(), exposed.right(), self.overlay.frame)
        if exposed.left() < layout.label_width:
            paint.labels(self.labels, self.selected_id)
        paint.overlay(self.overlay, self.labels)
        if not self.labels:
            self._paint_hint(painter)
        if self.hasFocus():
            painter.setPen(self._colours.accent)
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep what is in view in view."""
        self._measure()
        self.axis = self.axis.resized(self._track_width())
        self.axisChanged.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the theme and the font live."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._colours = TimelineColours.of(self.palette())
            self._measure()
            self._refresh()

    def event(self, event: QEvent) -> bool:
        """Say what lies under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self._tip(event.pos())
            if text:
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _tip(self, position: QPoint) -> str:
        point = QPointF(position)
        if not self.axis.frame_count or point.x() < self.layout_of_lanes.label_width:
            lane = self.layout_of_lanes.lane_at(point.y())
            return "" if lane is None else self.labels[lane].name
        lane = self.layout_of_lanes.lane_at(point.y())
        label = None if lane is None else self.labels[lane]
        return cell_text(self.frame_at(point), self.frame_rate, label, lane, self.cells)

    def _paint_hint(self, painter: QPainter) -> None:
        layout = self.layout_of_lanes
        text = (
            self.tr("Add an object: it gets a lane here.")
            if self.axis.frame_count
            else self.tr("Open a video to see its frames here.")
        )
        painter.setPen(self._colours.faint_text)
        painter.drawText(
            QRectF(layout.label_width, layout.ruler_height, self.axis.width, self.height() - layout.ruler_height),
            Qt.AlignmentFlag.AlignCenter,
            text,
        )

    def _refresh(self) -> None:
        selected = self.lane_of(self.selected_id)
        self._layer.set_colours(self._colours, -1 if selected is None else selected)
        self.update()

    def _measure(self) -> None:
        """Derive every size from the font and the room there is."""
        metrics = self.fontMetrics()
        em = metrics.height()
        names = max((metrics.horizontalAdvance(label.name) for label in self.labels), default=0)
        wanted = names + metrics.horizontalAdvance("000") + 2.5 * em
        label_width = _whole(min(max(wanted, 6 * em), 13 * em, max(6 * em, self.width() * 0.3)))
        ruler = _whole(em * 1.7)
        count = len(self.labels)
        room = (self.height() - ruler) // count if count else 0
        lane = min(max(room, int(em * 1.35)), int(em * 2.1))
        layout = replace(
            self.layout_of_lanes, count=count, lane_height=lane, ruler_height=ruler, label_width=label_width
        )
        self.set_layout(replace(layout, scroll=min(layout.scroll, layout.largest_scroll(self.height()))))
        self.axis = self.axis.resized(self._track_width())

    def _track_width(self) -> float:
        return max(1.0, self.width() - self.layout_of_lanes.label_width)

    def _playhead_rect(self, frame: int) -> QRect:
        number = (
            self.fontMetrics().horizontalAdvance(str(self.axis.frame_count)) + 6
        )  # of the ruler, hidden by the flag
        half = max(playhead_half_width(self.fontMetrics(), frame) + number, self.axis.pixels_per_frame / 2) + 3
        return QRectF(self.x_of(frame + 0.5) - half, 0, 2 * half, self.height()).toAlignedRect()


def _whole(length: float) -> int:
    """The next multiple of 4 logical pixels, which is whole in device pixels at 125, 150 and 175 per cent too."""
    return -int(-length // 4) * 4
