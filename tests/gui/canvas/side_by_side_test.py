"""The canvas with the picture of before beside it."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lipgui.canvas.canvas import Canvas
from lipgui.canvas.side_by_side import SideBySide


@pytest.fixture
def pair(qtbot: QtBot) -> SideBySide:
    pair = SideBySide(Canvas())
    qtbot.addWidget(pair)
    pair.resize(800, 300)
    with qtbot.waitExposed(pair):
        pair.show()
    frame = np.zeros((60, 80, 3), np.uint8)
    pair.before.show_picture(frame)
    pair.canvas.show_frame(frame)
    return pair


def test_alone_the_canvas_has_all_the_room(pair: SideBySide, qtbot: QtBot) -> None:
    assert not pair.is_shown
    assert pair.canvas.width() == 800
    pair.show_before(True)
    qtbot.waitUntil(lambda: abs(pair.canvas.width() - pair.before.width()) <= 1)
    assert pair.canvas.width() <= 400
    pair.show_before(False)
    qtbot.waitUntil(lambda: pair.canvas.width() == 800)


def test_the_picture_of_before_follows_the_canvas_while_it_is_shown(pair: SideBySide) -> None:
    pair.canvas.zoom_by(2)
    assert pair.before.geometry_of_view != pair.canvas.geometry_of_view
    pair.show_before(True)
    pair.canvas.pan_by(20, 10)
    assert pair.before.geometry_of_view == pair.canvas.geometry_of_view


def test_the_title_says_what_the_picture_is_of(pair: SideBySide) -> None:
    pair.show_before(True)
    pair.say("Before the last run")
    assert [title.text() for title in pair._titles if title.isVisible()] == ["Before the last run", "Now"]
