"""Boxes with id, name and score over the picture, their text the same size at any zoom."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from lipgui.canvas_geometry import ViewGeometry

_PADDING = 5.0  # around the text, view pixels


@dataclass(frozen=True)
class InstanceLabel:
    """One instance: its object, box x1 y1 x2 y2 in image pixels, id score 0..1 or nan, colour RGB 0..255."""

    object_id: int
    name: str
    box: tuple[float, float, float, float]
    score: float
    colour: tuple[int, int, int]

    @property
    def text(self) -> str:
        """Id, name and, where there is one, the score."""
        text = self.name if self.name.endswith(f" {self.object_id}") else f"{self.object_id} {self.name}".rstrip()
        return text if math.isnan(self.score) else f"{text}  {self.score:.2f}"


def readable_on(colour: QColor) -> QColor:
    """Black or white, whichever reads better on `colour`."""
    bright = 0.299 * colour.red() + 0.587 * colour.green() + 0.114 * colour.blue()
    return QColor(0, 0, 0) if bright > 140 else QColor(255, 255, 255)


def label_rects(
    instances: Sequence[InstanceLabel], geometry: ViewGeometry, metrics: QFontMetricsF, view: QRectF
) -> list[QRectF]:
    """Where each instance's text goes, in view pixels: above its box, moved to stay in view and free of others."""
    height = metrics.height() + 4
    placed: list[QRectF] = []
    for instance in instances:
        left, top = geometry.to_view(instance.box[0], instance.box[1])
        width = metrics.horizontalAdvance(instance.text) + 2 * _PADDING
        left = min(max(left - 1, view.left()), max(view.right() - width, view.left()))
        top = top - height if top - height >= view.top() else top
        rect = QRectF(left, min(max(top, view.top()), max(view.bottom() - height, view.top())), width, height)
        for other in sorted(placed, key=QRectF.top):
            if rect.intersects(other):
                rect.moveTop(other.bottom() + 1)
        placed.append(rect)
    return placed


def draw_instances(
    painter: QPainter, instances: Sequence[InstanceLabel], geometry: ViewGeometry, view: QRectF, font: QFont
) -> None:
    """Draw boxes and texts with a painter in view pixels."""
    painter.setFont(font)
    rects = label_rects(instances, geometry, QFontMetricsF(font), view)
    for instance, rect in zip(instances, rects, strict=True):
        colour = QColor(*instance.colour)
        first, last = geometry.to_view(*instance.box[:2]), geometry.to_view(*instance.box[2:])
        box = QRectF(QPointF(round(first[0]) + 0.5, round(first[1]) + 0.5), QPointF(round(last[0]), round(last[1])))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0, 110), 3))
        painter.drawRect(box)
        painter.setPen(QPen(colour, 1))
        painter.drawRect(box)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(rect, 3, 3)
        painter.setPen(readable_on(colour))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, instance.text)


def drawn_area(instances: Sequence[InstanceLabel], geometry: ViewGeometry, view: QRectF, font: QFont) -> QRectF:
    """The rectangle around all that `draw_instances` draws, in view pixels."""
    area = QRectF()
    for rect in label_rects(instances, geometry, QFontMetricsF(font), view):
        area = area.united(rect)
    for instance in instances:
        left, top, right, bottom = geometry.view_rect(
            (
                math.floor(instance.box[0]),
                math.floor(instance.box[1]),
                math.ceil(instance.box[2]),
                math.ceil(instance.box[3]),
            ),
            3,
        )
        area = area.united(QRectF(left, top, right - left, bottom - top))
    return area
