"""Curves over the picture: smooth lines, their points and handles, and the box of a whole shape."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from lipcore.curves.editing import IN, OUT
from lipcore.curves.shape import Shape
from lipgui.canvas.picture import PictureItem
from lipgui.tools.curve import CurveTool, DrawnCurve
from lipgui.tools.geometry import Point

_SIDE = 7.0  # view pixels of a point
_KNOB = 4.5  # view pixels: radius of a handle's end
_MARGIN = 14.0  # view pixels about lines that points and pens take
_DARK, _BRIGHT = QColor(0, 0, 0, 180), QColor(255, 255, 255, 240)
_CHOSEN, _HOLE = QColor(45, 212, 167), QColor(255, 160, 150)


class CurvesItem(QGraphicsItem):
    """Draws what the curve tool has in hand, while `is_shown` says so; filled points are keys, hollow ones are not."""

    def __init__(self, picture: PictureItem, tool: CurveTool, is_shown: Callable[[], bool]) -> None:
        super().__init__(picture)
        self._picture, self._tool, self._is_shown = picture, tool, is_shown
        self._area = QRectF()

    def boundingRect(self) -> QRectF:
        """The whole view."""
        return self._picture.boundingRect()

    def refresh(self) -> None:
        """Draw anew what was drawn before and what there is now."""
        area = self._covered() if self._is_shown() else QRectF()
        changed, self._area = area.united(self._area), area
        if not changed.isEmpty():
            self.update(changed)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw every curve, the chosen one on top."""
        if not self._is_shown():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for drawn in sorted(self._tool.drawn, key=lambda each: each.is_chosen):
            self._draw_curve(painter, drawn)
        self._draw_grip(painter)
        self._draw_pen(painter)
        if self._tool.rectangle is not None:
            one, other = (self._view(point) for point in self._tool.rectangle)
            painter.setBrush(QColor(255, 255, 255, 30))
            painter.setPen(QPen(_BRIGHT, 1, Qt.PenStyle.DashLine))
            painter.drawRect(QRectF(one, other).normalized())

    def _draw_curve(self, painter: QPainter, drawn: DrawnCurve) -> None:
        style = Qt.PenStyle.SolidLine if drawn.exists or drawn.is_key else Qt.PenStyle.DashLine
        painter.setBrush(Qt.BrushStyle.NoBrush)
        bright = QColor(_HOLE if drawn.subtracts else _BRIGHT)
        bright.setAlpha(240 if drawn.is_chosen else 170)
        for pen in (QPen(_DARK, 3.4), QPen(bright, 1.8 if drawn.is_chosen else 1.3, style)):
            painter.setPen(pen)
            painter.drawPath(self._path(drawn.shape))
        if not drawn.is_chosen:
            return
        for index in sorted(drawn.points) if len(drawn.points) < len(drawn.shape) else ():
            self._draw_handles(painter, drawn.shape, index)
        for index, place in enumerate(drawn.shape.places.tolist()):
            is_chosen = index in drawn.points
            fill = _CHOSEN if is_chosen else _BRIGHT if drawn.is_key else QColor(40, 44, 52, 220)
            painter.setPen(QPen(_DARK if drawn.is_key or is_chosen else _BRIGHT, 1.4))
            painter.setBrush(fill)
            at = self._view((place[0], place[1]))
            side = _SIDE + 2 * is_chosen
            painter.drawRect(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))

    def _draw_handles(self, painter: QPainter, shape: Shape, index: int) -> None:
        place = shape.places[index]
        for handle in (IN, OUT):
            offset = shape.points[index, handle]
            if offset.any():
                x, y = (place + offset).tolist()
                start, end = self._view((float(place[0]), float(place[1]))), self._view((x, y))
                self._draw_line(painter, start, end)
                painter.setBrush(_CHOSEN)
                painter.drawEllipse(end, _KNOB, _KNOB)

    def _draw_line(self, painter: QPainter, start: QPointF, end: QPointF) -> None:
        for pen in (QPen(_DARK, 2.6), QPen(_CHOSEN, 1.2)):
            painter.setPen(pen)
            painter.drawLine(start, end)
        painter.setPen(QPen(_DARK, 1.4))

    def _draw_grip(self, painter: QPainter) -> None:
        grip = self._tool.grip(self._picture.geometry.scale)
        if grip is None:
            return
        corners = [self._view(corner) for corner in grip.corners]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(_DARK, 2.6), QPen(_CHOSEN, 1.2, Qt.PenStyle.DashLine)):
            painter.setPen(pen)
            painter.drawPolygon(corners)
        self._draw_line(painter, *(self._view(point) for point in grip.stem))
        painter.setBrush(_CHOSEN)
        painter.drawEllipse(self._view(grip.knob), _KNOB + 1, _KNOB + 1)
        for corner in corners:
            painter.drawRect(QRectF(corner.x() - _KNOB, corner.y() - _KNOB, 2 * _KNOB, 2 * _KNOB))

    def _draw_pen(self, painter: QPainter) -> None:
        placed = self._tool.pen
        if not placed:
            return
        path = QPainterPath(self._view(placed[0][0]))
        for (start, out), (end, toward) in pairwise(placed):
            into = 2 * end[0] - toward[0], 2 * end[1] - toward[1]
            path.cubicTo(self._view(out), self._view(into), self._view(end))
            if out != start:
                self._draw_line(painter, self._view(start), self._view(out))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(_DARK, 3.4), QPen(_BRIGHT, 1.8)):
            painter.setPen(pen)
            painter.drawPath(path)
        painter.setPen(QPen(_DARK, 1.4))
        for index, (place, out) in enumerate(placed):
            if out != place:
                self._draw_line(painter, self._view(place), self._view(out))
            painter.setBrush(_CHOSEN if index == 0 else _BRIGHT)
            at = self._view(place)
            painter.drawRect(QRectF(at.x() - _SIDE / 2, at.y() - _SIDE / 2, _SIDE, _SIDE))

    def _path(self, shape: Shape) -> QPainterPath:
        points = shape.points
        path = QPainterPath(self._view(_pair(points[0, 0])))
        for segment in range(len(shape)):
            _, out, into, end = (self._view(_pair(control)) for control in shape.controls(segment))
            if shape.is_straight(segment):
                path.lineTo(end)
            else:
                path.cubicTo(out, into, end)
        path.closeSubpath()
        return path

    def _covered(self) -> QRectF:
        """The view rectangle of all that is drawn."""
        area = QRectF()
        for drawn in self._tool.drawn:
            area = area.united(self._path(drawn.shape).controlPointRect())
        grip = self._tool.grip(self._picture.geometry.scale)
        points = [point for pair in self._tool.pen for point in pair] + list(self._tool.rectangle or ())
        points += [*grip.corners, grip.knob] if grip is not None else []
        for point in points:
            area = area.united(QRectF(self._view(point), self._view(point)).adjusted(-1, -1, 1, 1))
        if self._tool.pen:  # the curve towards the pointer bends beyond its ends by at most a handle
            ends = [(2 * x - out_x, 2 * y - out_y) for (x, y), (out_x, out_y) in self._tool.pen]
            for point in ends:
                area = area.united(QRectF(self._view(point), self._view(point)).adjusted(-1, -1, 1, 1))
        return area.adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN) if not area.isEmpty() else area

    def _view(self, point: Point) -> QPointF:
        return QPointF(*self._picture.geometry.to_view(*point))


def _pair(values: NDArray[np.float64]) -> Point:
    return float(values[0]), float(values[1])
