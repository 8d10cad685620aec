"""How the ruler, the lane labels and the overlays of the timeline are painted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen, QPolygonF

from lipgui.basics.frame_selection import FrameSelection
from lipgui.timeline.cells import LaneLabel
from lipgui.timeline.colours import TimelineColours
from lipgui.timeline.geometry import FrameAxis, LaneLayout, tick_steps

_LEAST_SELECTION = 5.0  # pixels


@dataclass(frozen=True)
class Overlay:
    """What moves over the lanes."""

    frame: int
    in_out: tuple[int, int]
    progress: tuple[int, int] | None
    selection: FrameSelection | None
    hover: int | None


class TimelinePainter:
    """Paints into a view whose tracks begin at x = layout.label_width."""

    def __init__(
        self, painter: QPainter, axis: FrameAxis, layout: LaneLayout, colours: TimelineColours, height: int
    ) -> None:
        self._painter, self._axis, self._layout, self._colours, self._height = painter, axis, layout, colours, height
        self._metrics = painter.fontMetrics()

    def x(self, frame: float) -> float:
        """x of the left edge of `frame` in the view."""
        return self._layout.label_width + self._axis.left(frame)

    def ruler(self, left: float, right: float, playhead: int) -> None:
        """Ticks and frame numbers that touch x from `left` to `right`, but no number under the playhead's flag."""
        painter, axis, layout = self._painter, self._axis, self._layout
        bottom = layout.ruler_height
        painter.fillRect(QRectF(layout.label_width, 0, axis.width, bottom), self._colours.ruler)
        label_width = self._metrics.horizontalAdvance(str(axis.frame_count)) + 2 * self._metrics.height()
        step, small = tick_steps(axis.pixels_per_frame, label_width)
        first = int(axis.first + (left - layout.label_width - label_width) / axis.pixels_per_frame) // step * step
        last = min(axis.frame_count, int(axis.first + (right - layout.label_width) / axis.pixels_per_frame) + step)
        flag, half = self.x(playhead + 0.5), playhead_half_width(self._metrics, playhead) + 3
        for frame in range(max(0, first), last, small):
            labelled = frame % step == 0
            x = round(self.x(frame + 0.5 if axis.pixels_per_frame >= 4 else frame)) + 0.5
            painter.setPen(self._colours.faint_text if labelled else self._colours.line)
            painter.drawLine(QPointF(x, bottom - (bottom * 0.34 if labelled else bottom * 0.2)), QPointF(x, bottom))
            width = self._metrics.horizontalAdvance(str(frame))
            start = min(x + 3, layout.label_width + axis.width - width - 2)  # the last one is not cut off
            if labelled and not flag - half - width < start < flag + half:
                painter.drawText(QPointF(start, bottom * 0.5 + self._metrics.ascent() * 0.36), str(frame))
        painter.setPen(self._colours.line)
        painter.drawLine(
            QPointF(layout.label_width, bottom - 0.5), QPointF(layout.label_width + axis.width, bottom - 0.5)
        )

    def labels(self, labels: Sequence[LaneLabel], selected_id: int) -> None:
        """Swatch, id and name of each lane, left of the tracks."""
        painter, layout = self._painter, self._layout
        painter.fillRect(QRectF(0, 0, layout.label_width, self._height), self._colours.ruler)
        painter.save()
        painter.setClipRect(QRectF(0, layout.ruler_height, layout.label_width, self._height))
        em = self._metrics.height()
        side = em * 0.62
        for lane in layout.visible_lanes(self._height):
            label = labels[lane]
            row = QRectF(0, layout.lane_top(lane), layout.label_width, layout.lane_height)
            if label.object_id == selected_id:
                painter.fillRect(row, self._colours.lane_selected)
                painter.fillRect(QRectF(0, row.top(), 3, row.height()), self._colours.accent)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._colours.line, 1))
            painter.setBrush(QColor(*label.colour))
            painter.drawRoundedRect(QRectF(em * 0.5, row.center().y() - side / 2, side, side), 2.5, 2.5)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            number_width = self._metrics.horizontalAdvance("000")
            number = QRectF(em * 0.5 + side + em * 0.3, row.top(), number_width, row.height())
            painter.setPen(self._colours.faint_text)
            painter.drawText(number, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, str(label.object_id))
            text = QRectF(number.right() + em * 0.4, row.top(), 0, row.height())
            text.setRight(layout.label_width - em * 0.3)
            painter.setPen(self._colours.text)
            name = self._metrics.elidedText(label.name, Qt.TextElideMode.ElideRight, int(text.width()))
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, name)
            painter.setPen(self._colours.line)
            y = row.bottom() - 0.5
            painter.drawLine(QPointF(0, y), QPointF(layout.label_width, y))
        painter.restore()
        x = layout.label_width - 0.5
        painter.setPen(self._colours.line)
        painter.drawLine(QPointF(x, 0), QPointF(x, self._height))
        y = layout.ruler_height - 0.5
        painter.drawLine(QPointF(0, y), QPointF(layout.label_width, y))

    def overlay(self, overlay: Overlay, labels: Sequence[LaneLabel]) -> None:
        """In/out range, selection, hover line, progress and, on top, the playhead."""
        painter = self._painter
        painter.save()
        painter.setClipRect(
            QRectF(self._layout.label_width, 0, self._axis.width, self._height), Qt.ClipOperation.IntersectClip
        )
        self._in_out(*overlay.in_out)
        if overlay.progress:
            self._progress(*overlay.progress)
        if overlay.selection:
            self._selection(overlay.selection, labels)
        if overlay.hover is not None:
            colour = QColor(self._colours.text)
            colour.setAlphaF(0.25)
            painter.fillRect(
                QRectF(round(self.x(overlay.hover + 0.5)), self._layout.ruler_height, 1, self._height), colour
            )
        if self._axis.frame_count:
            self._playhead(overlay.frame)
        painter.restore()

    def _in_out(self, first: int, last: int) -> None:
        if not self._axis.frame_count or (first, last) == (0, self._axis.frame_count - 1):
            return
        painter, layout = self._painter, self._layout
        left, right = self.x(first), self.x(last + 1)
        shade = QColor(0, 0, 0, 120) if self._colours.dark else QColor(90, 96, 110, 70)
        top = layout.ruler_height
        painter.fillRect(QRectF(layout.label_width, top, left - layout.label_width, self._height), shade)
        painter.fillRect(QRectF(right, top, max(0.0, self.x(self._axis.frame_count) - right), self._height), shade)
        band = QColor(self._colours.accent)
        band.setAlphaF(0.22)
        painter.fillRect(QRectF(left, 0, right - left, top - 1), band)
        arm = max(4.0, top * 0.28)
        pen = QPen(self._colours.accent, 2)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        for x, direction in ((left + 1, 1), (right - 1, -1)):
            corners = [(x + arm * direction, 1.0), (x, 1.0), (x, top - 2.0), (x + arm * direction, top - 2.0)]
            painter.drawPolyline(QPolygonF([QPointF(*corner) for corner in corners]))

    def _progress(self, first: int, last: int) -> None:
        left, right = self.x(first), self.x(last + 1)
        height = max(3.0, self._layout.ruler_height * 0.14)
        self._painter.fillRect(
            QRectF(left, self._layout.ruler_height - height, right - left, height), self._colours.provenance[1]
        )

    def _selection(self, selection: FrameSelection, labels: Sequence[LaneLabel]) -> None:
        painter, layout = self._painter, self._layout
        rect = selection_rect(selection, self._axis, layout, [label.object_id for label in labels])
        fill = QColor(self._colours.accent)
        fill.setAlphaF(0.24)
        painter.save()
        painter.setClipRect(
            QRectF(layout.label_width, layout.ruler_height, self._axis.width, self._height),
            Qt.ClipOperation.IntersectClip,
        )
        painter.fillRect(rect, fill)
        painter.setPen(QPen(self._colours.accent, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -1.0))
        painter.restore()

    def _playhead(self, frame: int) -> None:
        painter, axis, top = self._painter, self._axis, self._layout.ruler_height
        if axis.pixels_per_frame >= 6:
            wash = QColor(self._colours.text)
            wash.setAlphaF(0.12)
            painter.fillRect(QRectF(self.x(frame), top, axis.pixels_per_frame, self._height), wash)
        x = round(self.x(frame + 0.5)) + 0.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        text = str(frame)
        half = playhead_half_width(self._metrics, frame)
        painter.setPen(QPen(self._colours.lane, 1))
        painter.setBrush(self._colours.text)
        flag = QRectF(x - half, 1, 2 * half, top - 6)
        tip = [
            flag.topLeft(),
            flag.topRight(),
            flag.bottomRight(),
            QPointF(x + 5, flag.bottom()),
            QPointF(x, top),
            QPointF(x - 5, flag.bottom()),
            flag.bottomLeft(),
        ]
        painter.drawPolygon(QPolygonF(tip))
        painter.setPen(self._colours.ruler)
        painter.drawText(flag, Qt.AlignmentFlag.AlignCenter, text)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.fillRect(QRectF(x - 1.5, top, 3, self._height), self._colours.lane)
        painter.fillRect(QRectF(x - 0.5, top, 1.4, self._height), self._colours.text)


def playhead_half_width(metrics: QFontMetrics, frame: int) -> float:
    """Half of the width of the playhead's flag, in logical pixels."""
    return metrics.horizontalAdvance(str(frame)) / 2 + 5


def selection_rect(selection: FrameSelection, axis: FrameAxis, layout: LaneLayout, object_ids: Sequence[int]) -> QRectF:
    """The selection in the view: its lanes, or all of them for all objects and for objects without a lane."""
    left = layout.label_width + axis.left(selection.first)
    right = layout.label_width + axis.left(selection.last + 1)
    if right - left < _LEAST_SELECTION:  # a single frame of a long video must still be seen
        middle = (left + right) / 2
        left, right = middle - _LEAST_SELECTION / 2, middle + _LEAST_SELECTION / 2
    lanes = [lane for lane, object_id in enumerate(object_ids) if object_id in selection.objects]
    if lanes:
        return QRectF(left, layout.lane_top(lanes[0]), right - left, (lanes[-1] + 1 - lanes[0]) * layout.lane_height)
    top = layout.lane_top(0)
    return QRectF(left, top, right - left, max(1, layout.count) * layout.lane_height)
