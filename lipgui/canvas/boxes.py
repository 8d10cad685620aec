"""Boxes with id, name and score over the picture, their text the same size at any zoom."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from lipgui.tools.geometry import ViewGeometry

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


@dataclass(frozen=True)
class PlacedInstance:
    """An instance with its box and text in view pixels."""

    instance: InstanceLabel
    box: QRectF
    text: QRectF

    @property
    def area(self) -> QRectF:
        """The rectangle around all that is drawn."""
        return self.box.adjusted(-3, -3, 3, 3).united(self.text)


def placed_instances(
    instances: Sequence[InstanceLabel], geometry: ViewGeometry, view: QRectF, font: QFont
) -> list[PlacedInstance]:
    """Where boxes and texts go in a view."""
    placed = []
    for instance, text in zip(instances, label_rects(instances, geometry, QFontMetricsF(font), view), strict=True):
        left, top = geometry.to_view(instance.box[0], instance.box[1])
        right, bottom = geometry.to_view(instance.box[2], instance.box[3])
        box = QRectF(QPointF(round(left), round(top)), QPointF(round(right), round(bottom)))
        placed.append(PlacedInstance(instance, box, text))
    return placed


def draw_instances(painter: QPainter, placed: Sequence[PlacedInstance], exposed: QRectF, font: QFont) -> None:
    """Draw what touches the exposed rectangle, with a painter in view pixels."""
    painter.setFont(font)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
    for each in placed:
        if each.area.intersects(exposed):
            _draw_frame(painter, each.box.adjusted(-1, -1, 1, 1), 3, QColor(0, 0, 0, 110))
            _draw_frame(painter, each.box, 1, QColor(*each.instance.colour))
    for each in placed:  # all texts over all boxes, so that no line crosses a text
        if each.text.intersects(exposed):
            colour = QColor(*each.instance.colour)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(each.text, 3, 3)
            painter.setPen(readable_on(colour))
            painter.drawText(each.text, Qt.AlignmentFlag.AlignCenter, each.instance.text)


def _draw_frame(painter: QPainter, rect: QRectF, width: int, colour: QColor) -> None:
    """The four sides of a rectangle as filled strips, which is quicker than a pen."""
    left, top, right, bottom = rect.left(), rect.top(), rect.right(), rect.bottom()
    painter.fillRect(QRectF(left, top, right - left, width), colour)
    painter.fillRect(QRectF(left, bottom - width, right - left, width), colour)
    painter.fillRect(QRectF(left, top + width, width, bottom - top - 2 * width), colour)
    painter.fillRect(QRectF(right - width, top + width, width, bottom - top - 2 * width), colour)
