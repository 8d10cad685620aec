"""The painted lanes without a mouse: where things lie, and how little is painted when something moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QHelpEvent, QRegion
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from lipgui.timeline.cells import LaneLabel
from lipgui.timeline.view import LaneView


@pytest.fixture
def view(qtbot: QtBot) -> LaneView:
    """A hundred frames of twelve objects, of which only some have room."""
    view = LaneView()
    qtbot.addWidget(view)
    view.resize(800, 160)
    view.show_video(100, 25.0)
    view.show_objects([LaneLabel(number, f"Object {number}", (200, 0, 0)) for number in range(1, 13)])
    view.show_cells(np.zeros((100, 256), np.uint8), np.zeros((100, 256), np.float32), np.zeros((100, 256), np.int32))
    with qtbot.waitExposed(view):
        view.show()
    return view


def middle(view: LaneView, frame: int, lane: int) -> QPointF:
    layout = view.layout_of_lanes
    return QPointF(view.x_of(frame + 0.5), layout.lane_top(lane) + layout.lane_height / 2)


def test_frames_and_objects_are_found_where_they_are_painted(view: LaneView) -> None:
    for frame, lane in ((0, 0), (42, 1), (99, 2)):
        assert view.frame_at(middle(view, frame, lane)) == frame
        assert view.objects_at(middle(view, frame, lane)) == (lane + 1,)
    assert view.objects_at(QPointF(view.x_of(5), 2)) == ()
    assert view.frame_at(QPointF(-50, 0)) == 0
    assert view.frame_at(QPointF(5000, 0)) == 99


def test_a_selected_object_is_scrolled_into_view(view: LaneView, qtbot: QtBot) -> None:
    assert middle(view, 0, 11).y() > view.height()
    with qtbot.waitSignal(view.layoutChanged):
        view.show_selected(12)
    assert view.layout_of_lanes.ruler_height < middle(view, 0, 11).y() < view.height()
    view.show_selected(77)
    assert view.layout_of_lanes.scroll > 0


def painted(view: LaneView, monkeypatch: pytest.MonkeyPatch) -> list[QRegion]:
    """What `view` asks to be painted from now on."""
    asked: list[QRegion] = []
    monkeypatch.setattr(view, "update", lambda *area: asked.append(QRegion(*area) if area else QRegion(view.rect())))
    return asked


def test_a_moved_playhead_paints_two_strips(view: LaneView, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = painted(view, monkeypatch)
    view.show_overlay(replace(view.overlay, frame=50))
    assert len(asked) == 2
    assert asked[0].contains(QPoint(round(view.x_of(0.5)), 20))
    assert asked[1].contains(QPoint(round(view.x_of(50.5)), 20))
    assert sum(each.boundingRect().width() for each in asked) < view.width() / 3
    view.show_overlay(replace(view.overlay, in_out=(10, 20)))
    assert asked[-1].boundingRect() == view.rect()
    view.show_overlay(replace(view.overlay, hover=30))
    assert len(asked) == 4
    assert asked[-1].boundingRect().width() == 3


def test_edited_cells_paint_their_columns(view: LaneView, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = painted(view, monkeypatch)
    view.update_cells(10, 12)
    area = asked[-1].boundingRect()
    assert area.left() <= view.x_of(10) < view.x_of(13) <= area.right()
    assert area.width() < view.width() / 4


def test_a_tool_tip_tells_the_cell_or_the_lane(view: LaneView, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda place, text, widget: told.append(text))
    for place in (middle(view, 42, 1), QPointF(5, middle(view, 0, 1).y())):
        event = QHelpEvent(QHelpEvent.Type.ToolTip, place.toPoint(), view.mapToGlobal(place.toPoint()))
        QApplication.sendEvent(view, event)
    assert told[0].startswith("Frame 42")
    assert told[0].endswith("2  Object 2: no mask")
    assert told[1] == "Object 2"


def test_what_was_in_view_stays_in_view(view: LaneView, qtbot: QtBot) -> None:
    view.set_axis(view.axis.zoomed(4, view.axis.left(50)))
    first = view.axis.first
    with qtbot.waitSignal(view.axisChanged):
        view.resize(700, 160)
    assert view.axis.first == pytest.approx(first, abs=1)
    with qtbot.assertNotEmitted(view.axisChanged):
        view.set_axis(view.axis)


def test_an_empty_timeline_says_what_to_do(qtbot: QtBot) -> None:
    view = LaneView()
    qtbot.addWidget(view)
    view.resize(600, 120)
    closed = view.grab().toImage()
    view.show_video(10, 25.0)
    assert view.grab().toImage() != closed
