"""The key to the timeline's colours and marks."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from lipgui.timeline.colours import TimelineColours
from lipgui.timeline.words import provenance_names, translate

_LEFT = 0.2  # heights of a line that are free on the left, so that it begins where the line below does


class Legend(QWidget):
    """One line: a swatch and a word for each provenance, a mark and a word for annotated, doubtful and keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * 0.88)
        self.setFont(font)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(translate("Timeline", "Key to the colours of the timeline"))
        self.setAccessibleDescription(", ".join(word for _, word in self._entries()))
        self.setToolTip(translate("Timeline", "The surer the model, the taller and stronger the bar."))

    def sizeHint(self) -> QSize:
        """Room for every entry."""
        metrics = self.fontMetrics()
        words = sum(metrics.horizontalAdvance(word) + metrics.height() * 1.7 for _, word in self._entries())
        width = metrics.height() * _LEFT + words
        return QSize(int(width), int(metrics.height() * 1.25))

    def minimumSizeHint(self) -> QSize:
        """Nothing: the legend may be cut off."""
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the entries that fit whole."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = TimelineColours.of(self.palette())
        metrics = self.fontMetrics()
        em, middle = metrics.height(), self.height() / 2
        x = em * _LEFT
        for kind, word in self._entries():
            width = metrics.horizontalAdvance(word) + em * 1.7
            if x + width > self.width() + em:
                break
            painter.setPen(Qt.PenStyle.NoPen)
            radius = em * 0.3
            if kind in ("annotated", "key"):
                painter.setPen(QPen(colours.faint_text, 1.3))
                painter.setBrush(Qt.BrushStyle.NoBrush if kind == "annotated" else colours.faint_text)
                corners = [(0.0, -radius), (radius, 0.0), (0.0, radius), (-radius, 0.0)]
                painter.drawPolygon(QPolygonF([QPointF(x + radius + dx, middle + dy) for dx, dy in corners]))
            elif kind == "doubtful":
                painter.setBrush(colours.doubt)
                corners = [(-radius, -radius * 0.8), (radius, -radius * 0.8), (0.0, radius * 0.8)]
                painter.drawPolygon(QPolygonF([QPointF(x + radius + dx, middle + dy) for dx, dy in corners]))
            else:
                painter.setBrush(colours.provenance[int(kind)])
                painter.drawRoundedRect(QRectF(x, middle - radius, 2 * radius, 2 * radius), 1.5, 1.5)
            painter.setPen(colours.faint_text)
            painter.drawText(QPointF(x + em * 0.8, middle + metrics.ascent() / 2 - metrics.descent() / 2), word)
            x += width
        painter.end()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font and the theme."""
        super().changeEvent(event)
        self.updateGeometry()
        self.update()

    @staticmethod
    def _entries() -> list[tuple[str, str]]:
        names = [(str(value), name) for value, name in enumerate(provenance_names()) if value]
        return [
            *names,
            ("annotated", translate("Timeline", "annotated frame")),
            ("doubtful", translate("Timeline", "doubtful")),
            ("key", translate("Timeline", "key of a curve")),
        ]
