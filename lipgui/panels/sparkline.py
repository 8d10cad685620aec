"""A small painted curve of a value that falls over many powers of ten."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from lipgui.basics.colours import blend

_LOG_FROM = 20.0  # largest over smallest value from which the scale is logarithmic
_SMOOTHING = 0.15  # weight of the newest value in the smoothed curve


def smoothed(values: Sequence[float]) -> list[float]:
    """Exponential moving average, of the same length."""
    result: list[float] = []
    for value in values:
        result.append(value if not result else result[-1] + _SMOOTHING * (value - result[-1]))
    return result


def thinned_points(points: Sequence[tuple[float, float]], count: int) -> list[tuple[float, float]]:
    """At most about `count` of the points, evenly chosen, always with the last."""
    step = max(1, math.ceil(len(points) / max(1, count)))
    chosen = list(points[::step])
    if points and chosen[-1] != points[-1]:
        chosen.append(points[-1])
    return chosen


def heights(values: Sequence[float]) -> list[float]:
    """Each value as 0 (smallest) .. 1 (largest), on a logarithmic scale where the range is wide."""
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return [0.5] * len(values)
    low, high = min(finite), max(finite)
    logarithmic = low > 0 and high / low > _LOG_FROM

    def scale(value: float) -> float:
        return math.log(value) if logarithmic else value

    span = scale(high) - scale(low)
    if span <= 0:
        return [0.5] * len(values)
    return [(scale(value) - scale(low)) / span if math.isfinite(value) else 1.0 for value in values]


class Sparkline(QWidget):
    """The loss over the steps of a job: faint values, a strong smoothed curve, the newest number beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: list[tuple[float, float]] = []  # step, loss
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(self.tr("Loss"))
        self.setToolTip(self.tr("Loss of the tuning: it should fall and then stay low"))

    def clear(self) -> None:
        """Forget every value."""
        self._points.clear()
        self.update()

    def add(self, number: int, loss: float) -> None:
        """Append the loss of step `number`."""
        self._points.append((float(number), loss))
        self.setAccessibleDescription(self.tr("iteration {number}: {loss}").format(number=number, loss=f"{loss:.4g}"))
        self.update()

    @property
    def count(self) -> int:
        """How many values are shown."""
        return len(self._points)

    def sizeHint(self) -> QSize:
        """Wide enough to see a trend."""
        em = self.fontMetrics().height()
        return QSize(em * 12, em * 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the curve and the newest number."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette = self.palette()
        text, window = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window)
        accent = palette.color(QPalette.ColorRole.Highlight)
        if self._points:
            metrics = self.fontMetrics()
            words = f"{self._points[-1][1]:.3g}"
            room = metrics.horizontalAdvance("0.0000") + metrics.height() // 2
            painter.setPen(text)
            where = self.rect().adjusted(self.width() - room, 0, 0, 0)
            painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
            self._paint_curves(painter, self.width() - room, blend(text, window, 0.3), accent, window)
        painter.end()

    def _paint_curves(self, painter: QPainter, width: float, faint: QColor, strong: QColor, window: QColor) -> None:
        points = thinned_points(self._points, max(8, int(width)))
        steps = [step for step, _ in points]
        losses = [loss for _, loss in points]
        first, last = steps[0], max(steps[-1], steps[0] + 1)
        levels = heights(losses + smoothed(losses))
        margin = 4.0
        height = self.height() - 2 * margin

        def place(index: int, level: float) -> QPointF:
            share = (steps[index] - first) / (last - first)
            return QPointF(margin + share * (width - 2 * margin), margin + (1 - level) * height)

        raw = [place(index, level) for index, level in enumerate(levels[: len(points)])]
        curve = [place(index, level) for index, level in enumerate(levels[len(points) :])]
        area = QPainterPath(QPointF(curve[0].x(), self.height() - 1))
        for point in [*curve, QPointF(curve[-1].x(), self.height() - 1)]:
            area.lineTo(point)
        wash = QColor(strong)
        wash.setAlphaF(0.14)
        painter.fillPath(area, wash)
        painter.setPen(QPen(faint, 1))
        painter.drawPolyline(raw)
        painter.setPen(QPen(strong, 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(curve)
        painter.setPen(QPen(window, 1.5))
        painter.setBrush(strong)
        painter.drawEllipse(curve[-1], 3.2, 3.2)
