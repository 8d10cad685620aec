"""Curves over the picture: what is drawn of them, and that only their area is drawn anew."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from lipcore.curves.curve import Curve, Key
from lipgui.canvas.curves_item import CurvesItem
from lipgui.canvas.overlay import OverlayStyle
from lipgui.canvas.picture import PictureItem
from lipgui.tools.curve import CurveTool
from lipgui.tools.geometry import ViewGeometry
from lipgui.tools.tool import ToolScene
from tests.core.curves.shapes import circle, square

SCENE = ToolScene(np.zeros((30, 40, 3), np.uint8), np.zeros((30, 40), np.uint8))


class Drawn:
    """An item over a view of 400 x 300 pixels, ten for each of the picture's, and what it asks to be drawn anew."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.picture = PictureItem(OverlayStyle(np.zeros((256, 3), np.uint8)), QFont())
        self.picture.set_size(400, 300)
        self.picture.geometry = ViewGeometry(10.0)
        self.tool, self.is_shown, self.updates = CurveTool(), True, list[QRectF]()
        self.item = CurvesItem(self.picture, self.tool, lambda: self.is_shown)
        monkeypatch.setattr(self.item, "update", self.updates.append)

    def pixels(self) -> np.ndarray:
        """(300, 400) uint32 of what the item draws."""
        image = QImage(400, 300, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        self.item.paint(painter, QStyleOptionGraphicsItem())
        painter.end()
        return np.frombuffer(image.constBits(), np.uint32).reshape(300, 400).copy()

    def ink(self) -> QRectF:
        """The box of what is drawn."""
        rows, columns = np.nonzero(self.pixels())
        return QRectF(columns.min(), rows.min(), np.ptp(columns), np.ptp(rows))


@pytest.fixture
def drawn(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Drawn:
    return Drawn(monkeypatch)


def test_nothing_is_drawn_of_a_tool_that_is_put_away(drawn: Drawn) -> None:
    drawn.tool.show_curves((Curve(1, (Key(0, square(5, 5)),)),), 0)
    assert drawn.pixels().any()
    drawn.is_shown = False
    assert not drawn.pixels().any()


def test_a_curve_is_drawn_where_it_lies_and_its_area_covers_it(drawn: Drawn) -> None:
    drawn.tool.show_curves((Curve(1, (Key(0, square(5, 5)),)),), 0)
    drawn.item.refresh()
    ink = drawn.ink()
    assert (round(ink.left() / 10), round(ink.right() / 10)) == (5, 15)
    assert drawn.updates[-1].contains(ink)
    drawn.is_shown = False
    drawn.item.refresh()
    assert drawn.updates[-1].contains(ink)
    drawn.item.refresh()
    assert len(drawn.updates) == 2


def test_a_chosen_curve_shows_points_handles_and_grip(drawn: Drawn) -> None:
    drawn.tool.show_curves((Curve(1, (Key(0, circle(20, 15, 8)),)),), 0)
    plain = drawn.pixels()
    drawn.tool.press(SCENE, (28, 15), erase=False)
    drawn.tool.release(SCENE, (28, 15))
    drawn.item.refresh()
    handles = np.count_nonzero(drawn.pixels()) - np.count_nonzero(plain)
    assert handles > 100
    assert drawn.updates[-1].contains(drawn.ink())


def test_a_subtracting_curve_and_one_between_keys_look_otherwise(drawn: Drawn) -> None:
    looks = []
    for subtract, frame in ((False, 0), (True, 0), (False, 5)):
        drawn.tool.show_curves((Curve(1, (Key(0, square(5, 5)), Key(9, square(5, 5))), subtract=subtract),), frame)
        drawn.tool.press(SCENE, (5, 5), erase=False)
        drawn.tool.release(SCENE, (5, 5))
        looks.append(drawn.pixels().tobytes())
    assert len(set(looks)) == 3


def test_the_pen_shows_what_is_placed(drawn: Drawn) -> None:
    for place in ((5, 5), (30, 5), (30, 20)):
        drawn.tool.press(SCENE, place, erase=False)
        drawn.tool.release(SCENE, place)
    drawn.tool.hover(SCENE, (10, 25))
    drawn.item.refresh()
    ink = drawn.ink()
    assert ink.left() < 60
    assert ink.right() > 290
    assert drawn.updates[-1].contains(ink)
