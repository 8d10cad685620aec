"""The graphics item of the picture: what it repaints, and that it paints no more than that."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from lipcore.palette import davis_palette
from lipgui.canvas.boxes import InstanceLabel
from lipgui.canvas.overlay import OverlayStyle
from lipgui.canvas.picture import PictureItem
from lipgui.tools.geometry import ViewGeometry
from lipgui.tools.tool import Outline, Scribble

CLEAR = QColor(1, 2, 3)


@pytest.fixture
def item(qapp: object) -> PictureItem:
    """A grey frame of 40 x 30 pixels, with object 1 in its middle, ten times as large."""
    item = PictureItem(OverlayStyle(davis_palette()), QFont())
    item.set_size(400, 300)
    item.compositor.set_frame(np.full((30, 40, 3), 100, np.uint8))
    item.compositor.labels = np.zeros((30, 40), np.uint8)
    item.compositor.labels[10:20, 10:20] = 1
    item.geometry = ViewGeometry(10.0)
    return item


def painted(item: PictureItem, area: QRectF | None = None) -> QImage:
    """What the item paints for an update of this area."""
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(CLEAR)
    option = QStyleOptionGraphicsItem()
    option.exposedRect = item.boundingRect() if area is None else area
    painter = QPainter(image)
    item.paint(painter, option)
    painter.end()
    return image


def test_only_what_the_update_names_is_painted(item: PictureItem) -> None:
    told: list[QRectF] = []
    item.painted = told.append
    item.ring = (20.0, 15.0, 8.0)
    image = painted(item, QRectF(50, 50, 100, 100))
    assert told == [QRectF(50, 50, 100, 100)]
    assert image.pixelColor(60, 60) == QColor(100, 100, 100)
    assert image.pixelColor(120, 120) not in (CLEAR, QColor(100, 100, 100))
    assert image.pixelColor(40, 60) == image.pixelColor(160, 60) == image.pixelColor(240, 150) == CLEAR
    painted(item, QRectF(500, 0, 10, 10))
    assert len(told) == 1


@pytest.mark.parametrize("dashed", [False, True])
def test_the_ring_stays_inside_its_area(item: PictureItem, dashed: bool) -> None:
    assert item.ring_area().isEmpty()
    plain = painted(item)
    item.ring, item.ring_dashed = (30.0, 5.0, 6.0), dashed
    area = item.ring_area()
    assert differing(plain, painted(item)) <= points(area)
    assert area.width() == 66


def test_lines_and_hints_stay_inside_their_area(item: PictureItem) -> None:
    assert item.lines_area().isEmpty()
    plain = painted(item)
    item.outlines = [Outline(((4.0, 4.0), (30.0, 4.0), (30.0, 24.0)), closed=True, handles=True)]
    item.scribbles = [Scribble(((6.0, 8.0), (20.0, 22.0)), erase=False), Scribble(((33.0, 25.0),), erase=True)]
    image = painted(item)
    assert differing(plain, image) <= points(item.lines_area())
    assert image.pixelColor(330, 250) == QColor(255, 92, 80)
    assert image.pixelColor(130, 150) == QColor(90, 240, 130)


def test_boxes_are_drawn_unless_the_frame_alone_is_shown(item: PictureItem) -> None:
    plain = painted(item)
    item.instances = (InstanceLabel(1, "Dog", (10.0, 10.0, 20.0, 20.0), 0.5, (200, 0, 0)),)
    assert item.placed()[0].area.contains(150, 150) or item.placed()[0].area.intersects(QRectF(100, 100, 100, 100))
    assert item.placed() is item.placed()
    assert differing(plain, painted(item))
    item.style = OverlayStyle(davis_palette(), mode="raw")
    assert painted(item).pixelColor(150, 150) == QColor(100, 100, 100)


def differing(one: QImage, other: QImage) -> set[tuple[int, int]]:
    """The pixels that two pictures do not share."""
    first, second = (np.frombuffer(each.constBits(), np.uint32).reshape(300, 400) for each in (one, other))
    rows, columns = np.nonzero(first != second)
    return set(zip(columns.tolist(), rows.tolist(), strict=True))


def points(area: QRectF) -> set[tuple[int, int]]:
    whole = area.toAlignedRect()
    columns, rows = range(whole.left(), whole.right() + 1), range(whole.top(), whole.bottom() + 1)
    return {(column, row) for column in columns for row in rows}
