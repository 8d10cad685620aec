"""The middle of the window: one page at a time, and what lies over it stays inside and in its place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QGraphicsView
from pytestqt.qtbot import QtBot

from lipgui.actions.action_set import ActionSet
from lipgui.canvas.canvas import Canvas
from lipgui.panels.stage import Stage
from lipgui.panels.welcome import Welcome
from lipgui.widgets.notice import Message


@pytest.fixture
def stage(qtbot: QtBot, actions: ActionSet) -> Stage:
    made = Stage(Canvas(), Welcome(actions))
    qtbot.addWidget(made)
    made.resize(1200, 700)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_either_the_canvas_or_the_welcome_page_is_seen(stage: Stage) -> None:
    assert stage.welcome.isVisible()
    stage.show_canvas(True)
    stage.guide.begin()
    assert (stage.canvas.isVisible(), stage.welcome.isVisible(), stage.guide.isVisible()) == (True, False, True)
    stage.show_canvas(False)
    assert (stage.canvas.isVisible(), stage.welcome.isVisible(), stage.guide.isVisible()) == (False, True, False)


def test_the_canvas_gets_ready_behind_the_painted_welcome_page(qtbot: QtBot, actions: ActionSet) -> None:
    stage = Stage(Canvas(), Welcome(actions))
    qtbot.addWidget(stage)
    assert stage.canvas.findChildren(QGraphicsView) == []
    with qtbot.waitSignal(stage.canvas.viewportMade, timeout=20_000):
        stage.show()
    assert stage.welcome.isVisible()


@pytest.mark.parametrize("width", [1200, 800, 1500])
def test_the_guide_keeps_to_the_upper_right_corner(stage: Stage, width: int) -> None:
    stage.show_canvas(True)
    stage.guide.begin()
    stage.resize(width, 700)
    for _ in range(3):  # its steps are not of one size
        corner = stage.guide.geometry().topRight() + QPoint(1, 0)
        assert (width - corner.x(), corner.y()) == (14, 14)
        stage.guide.skip_button.click()


@pytest.mark.parametrize("width", [1200, 700, 1500])
def test_the_notice_lies_whole_along_the_lower_edge(qtbot: QtBot, stage: Stage, width: int) -> None:
    stage.resize(width, 700)
    stage.notice.show_message(Message("A sentence that is long enough to need another line. " * 5))
    label = stage.notice.label
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()))  # every line of it
    place = stage.notice.geometry()
    assert stage.rect().contains(place)
    assert stage.height() - place.bottom() - 1 == 14
    assert abs(place.center().x() - stage.rect().center().x()) <= 1
    assert place.width() <= 900
