"""Marks on the lanes: diamonds on annotated frames and keys of curves, triangles where doubt begins; none touch."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from lipcore.project.provenance import Provenance
from lipgui.timeline.cells import PRESENT
from lipgui.timeline.colours import TimelineColours

DOUBT, KEY = 5, 6  # kinds of marks beside those of `Provenance`


def thinned(frames: NDArray[np.intp], spacing: int) -> NDArray[np.intp]:
    """The first of `frames` (ascending) in each stretch of `spacing` frames; stretches start at multiples of it."""
    if spacing <= 1 or frames.size == 0:
        return frames
    stretches = frames // spacing
    keep = np.ones(frames.size, bool)
    keep[1:] = stretches[1:] != stretches[:-1]
    return frames[keep]


def run_starts(inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where `inside` (T,) becomes true."""
    starts = inside.copy()
    starts[1:] &= ~inside[:-1]
    return starts


def annotated_marks(codes: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Frames of one lane's `codes` (T,) to mark: each user and corrected one, the first of each verified run."""
    kinds = codes & ~np.uint8(PRESENT)
    by_hand = (kinds == Provenance.USER) | (kinds == Provenance.CORRECTED)
    return np.flatnonzero(by_hand | run_starts(kinds == Provenance.VERIFIED))


def doubt_marks(doubtful: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Frames of one lane's `doubtful` (T,) at which a doubtful run begins."""
    return np.flatnonzero(run_starts(doubtful))


class MarkStamps:
    """Ready-made pictures of the marks for one lane height, theme and pixel ratio."""

    def __init__(self, colours: TimelineColours, lane_height: int, ratio: float) -> None:
        self.made_for = (lane_height, ratio)
        side = max(7.0, min(lane_height * 0.5, 11.0)) * ratio
        self.size = math.ceil(side) + 3  # device pixels, square
        middle, radius = self.size / 2, side / 2
        diamond = [(0.0, -radius), (radius, 0.0), (0.0, radius), (-radius, 0.0)]
        triangle = [(-radius * 0.8, -radius * 0.75), (radius * 0.8, -radius * 0.75), (0.0, radius * 0.65)]
        self.images: dict[int, QImage] = {
            kind: self._stamp(diamond, middle, colours.provenance[kind], colours.lane, ratio)
            for kind in (Provenance.USER, Provenance.CORRECTED, Provenance.VERIFIED)
        }
        self.images[KEY] = self._stamp(diamond, middle, colours.lane, colours.provenance[Provenance.USER], 1.4 * ratio)
        self.images[DOUBT] = self._stamp(triangle, middle, colours.doubt, colours.lane, ratio)

    def spacing(self, scale: float) -> int:
        """Frames that one mark covers at `scale` device pixels per frame, at least 1."""
        return max(1, math.ceil(self.size / scale))

    def _stamp(
        self, corners: list[tuple[float, float]], middle: float, fill: QColor, rim: QColor, ratio: float
    ) -> QImage:
        image = QImage(self.size, self.size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(
            QPen(rim, 1.4 * ratio, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.MiterJoin)
        )
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([QPointF(middle + x, middle + y) for x, y in corners]))
        painter.end()
        return image
