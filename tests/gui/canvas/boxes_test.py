"""Texts of instances: what they say and where they go."""

from __future__ import annotations

import math
from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from lipgui.canvas.boxes import InstanceLabel, draw_instances, label_rects, placed_instances, readable_on
from lipgui.tools.geometry import ViewGeometry

VIEW = QRectF(0, 0, 400, 300)


def label(number: int, box: tuple[float, float, float, float]) -> InstanceLabel:
    return InstanceLabel(number, f"Dog {number}", box, 0.5, (200, 0, 0))


def test_text() -> None:
    assert InstanceLabel(3, "Dog", (0, 0, 1, 1), 0.934, (0, 0, 0)).text == "3 Dog  0.93"
    assert InstanceLabel(3, "Object 3", (0, 0, 1, 1), math.nan, (0, 0, 0)).text == "Object 3"
    assert InstanceLabel(3, "", (0, 0, 1, 1), math.nan, (0, 0, 0)).text == "3"


@pytest.mark.parametrize("scale", [0.1, 1.0, 20.0])
def test_text_has_the_same_size_at_any_zoom(qapp: object, scale: float) -> None:
    metrics = QFontMetricsF(QFont())
    rects = label_rects([label(1, (10, 10, 20, 20))], ViewGeometry(scale, 50, 50), metrics, VIEW)
    assert rects[0].height() == metrics.height() + 4


def test_texts_stay_in_view_and_apart(qapp: object) -> None:
    labels = [label(number, (-50, 20 + number, 100, 100)) for number in range(4)]
    rects = label_rects(labels, ViewGeometry(), QFontMetricsF(QFont()), VIEW)
    assert all(VIEW.contains(rect) for rect in rects)
    assert not any(first.intersects(second) for first, second in combinations(rects, 2))


def test_text_goes_inside_a_box_at_the_top(qapp: object) -> None:
    (rect,) = label_rects([label(1, (10, 0, 100, 100))], ViewGeometry(), QFontMetricsF(QFont()), VIEW)
    assert rect.top() == 0


def test_the_area_holds_box_and_text(qapp: object) -> None:
    (placed,) = placed_instances([label(1, (10, 50, 100, 100))], ViewGeometry(2.0), VIEW, QFont())
    assert placed.box == QRectF(20, 100, 180, 100)
    assert placed.area.contains(placed.text)
    assert placed.area.contains(placed.box)


def test_text_colour_reads_on_any_ground() -> None:
    assert readable_on(QColor(240, 228, 66)) == QColor(0, 0, 0)
    assert readable_on(QColor(128, 0, 0)) == QColor(255, 255, 255)


def test_no_line_of_a_box_crosses_the_text_of_another(qapp: object) -> None:
    texts = label(1, (20, 100, 200, 200)), InstanceLabel(2, "Cat", (40, 20, 300, 280), 0.5, (0, 0, 200))
    placed = placed_instances(texts, ViewGeometry(), VIEW, QFont())
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    draw_instances(painter, placed, VIEW, QFont())
    painter.end()
    crossing = QPoint(40, round(placed[0].text.bottom()) - 2)  # the left side of the second box, in the first text
    assert placed[0].text.contains(crossing)
    assert image.pixelColor(crossing) == QColor(200, 0, 0)
    assert image.pixelColor(40, 250) == QColor(0, 0, 200)
