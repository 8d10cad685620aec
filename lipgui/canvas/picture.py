"""The graphics item that paints frame, overlay, boxes, the tool's lines and the cursor ring."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from lipgui.canvas.boxes import InstanceLabel, PlacedInstance, draw_instances, placed_instances
from lipgui.canvas.compositor import Compositor, bands
from lipgui.canvas.overlay import OverlayStyle
from lipgui.tools.geometry import Rect, ViewGeometry
from lipgui.tools.tool import Outline, Scribble

_DOT = 5.0  # view pixels: radius of a hint that is a single point
_DARK, _BRIGHT = QColor(0, 0, 0, 170), QColor(255, 255, 255, 235)


class PictureItem(QGraphicsItem):
    """Covers the whole view in view pixels; only the rectangle that an update names is composed again."""

    def __init__(self, style: OverlayStyle, font: QFont) -> None:
        super().__init__()
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.compositor = Compositor()
        self.geometry = ViewGeometry()
        self.style, self.font = style, font
        self.instances: tuple[InstanceLabel, ...] = ()
        self.outlines: Sequence[Outline] = ()
        self.scribbles: Sequence[Scribble] = ()
        self.ring: tuple[float, float, float] | None = None  # centre and diameter in image coordinates
        self.ring_colour = QColor(255, 255, 255)
        self.ring_dashed = False
        self.painted: Callable[[QRectF], None] | None = None  # told each painted rectangle; a seam for measuring
        self._size = (1, 1)
        self._placed: tuple[object, list[PlacedInstance]] = ((), [])

    def set_size(self, width: int, height: int) -> None:
        """Cover a view of this size in pixels."""
        self.prepareGeometryChange()
        self._size = (width, height)

    def boundingRect(self) -> QRectF:
        """The whole view."""
        return QRectF(0, 0, *self._size)

    def update_image_rect(self, rect: Rect | None) -> None:
        """Repaint what shows a rectangle of image pixels."""
        if rect is not None:
            left, top, right, bottom = self.geometry.view_rect(rect, self.style.line_width + 3)  # softened edges too
            self.update(QRectF(left, top, right - left, bottom - top))

    def placed(self) -> list[PlacedInstance]:
        """The instances where they are drawn now."""
        key = (self.instances, self.geometry, self._size, self.font.toString())
        if self._placed[0] != key:
            self._placed = (key, placed_instances(self.instances, self.geometry, self.boundingRect(), self.font))
        return self._placed[1]

    def ring_area(self) -> QRectF:
        """The view rectangle of the cursor ring, empty without one."""
        if self.ring is None:
            return QRectF()
        x, y = self.geometry.to_view(self.ring[0], self.ring[1])
        radius = max(self.ring[2] * self.geometry.scale / 2, 1.5) + 3
        return QRectF(x - radius, y - radius, 2 * radius, 2 * radius)

    def lines_area(self) -> QRectF:
        """The view rectangle of the tool's lines and hints."""
        points = [point for outline in self.outlines for point in outline.points]
        points += [point for scribble in self.scribbles for point in scribble.points]
        if not points:
            return QRectF()
        columns, rows = zip(*points, strict=True)
        left, top = self.geometry.to_view(min(columns), min(rows))
        right, bottom = self.geometry.to_view(max(columns), max(rows))
        return QRectF(left - 8, top - 8, right - left + 16, bottom - top + 16)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Compose and draw what the update asked for."""
        exposed = QRectF(option.exposedRect).toAlignedRect().intersected(self.boundingRect().toAlignedRect())
        if exposed.isEmpty():
            return
        self._draw_picture(painter, exposed, painter.device().devicePixelRatio())
        painter.setClipRect(exposed)
        if self.style.mode != "raw":
            draw_instances(painter, self.placed(), QRectF(exposed), self.font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for scribble in self.scribbles:
            self._draw_scribble(painter, scribble)
        for outline in self.outlines:
            self._draw_outline(painter, outline)
        self._draw_ring(painter)
        if self.painted is not None:
            self.painted(QRectF(exposed))

    def _draw_picture(self, painter: QPainter, exposed: QRect, ratio: float) -> None:
        geometry = ViewGeometry(self.geometry.scale * ratio, self.geometry.left * ratio, self.geometry.top * ratio)
        rect = (
            math.floor(exposed.left() * ratio),
            math.floor(exposed.top() * ratio),
            math.ceil((exposed.right() + 1) * ratio),
            math.ceil((exposed.bottom() + 1) * ratio),
        )
        part = self.compositor.visible(geometry, rect)
        style = replace(self.style, line_width=max(1, round(self.style.line_width * ratio)))
        for band in bands(part) if part is not None else ():
            where = QPointF(band[0] / ratio, band[1] / ratio)
            frame = self.compositor.frame_pixels(geometry, band)
            painter.drawImage(where, _image(frame, QImage.Format.Format_RGB32, ratio))
            for layer in (
                self.compositor.overlay(geometry, band, style),
                self.compositor.onion_overlay(geometry, band, style),
            ):
                if layer is not None:
                    painter.drawImage(where, _image(layer, QImage.Format.Format_ARGB32_Premultiplied, ratio))

    def _draw_outline(self, painter: QPainter, outline: Outline) -> None:
        corners = [QPointF(*self.geometry.to_view(*point)) for point in outline.points]
        line = QPolygonF(corners)
        draw = painter.drawPolygon if outline.closed else painter.drawPolyline
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(_DARK, 3), QPen(_BRIGHT, 1.4)):
            painter.setPen(pen)
            draw(line)
        if outline.handles:
            painter.setPen(QPen(_DARK, 1.5))
            painter.setBrush(_BRIGHT)
            for point in corners:
                painter.drawEllipse(point, 4.0, 4.0)

    def _draw_scribble(self, painter: QPainter, scribble: Scribble) -> None:
        points = [QPointF(*self.geometry.to_view(*point)) for point in scribble.points]
        line = QPolygonF(points)
        colour = QColor(255, 92, 80) if scribble.erase else QColor(90, 240, 130)
        if len(points) == 1:
            painter.setPen(QPen(_DARK, 1.5))
            painter.setBrush(colour)
            painter.drawEllipse(points[0], _DOT, _DOT)
            return
        for pen in (QPen(_DARK, 5), QPen(colour, 3)):
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawPolyline(line)

    def _draw_ring(self, painter: QPainter) -> None:
        if self.ring is None:
            return
        centre = QPointF(*self.geometry.to_view(self.ring[0], self.ring[1]))
        radius = max(self.ring[2] * self.geometry.scale / 2, 1.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_DARK, 3))
        painter.drawEllipse(centre, radius, radius)
        pen = QPen(self.ring_colour, 1.5)
        if self.ring_dashed:
            pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.drawEllipse(centre, radius, radius)


def _image(pixels: NDArray[np.generic], layout: QImage.Format, ratio: float) -> QImage:
    height, width = pixels.shape[:2]
    image = QImage(pixels.data, width, height, pixels.strides[0], layout)
    image.setDevicePixelRatio(ratio)
    return image
