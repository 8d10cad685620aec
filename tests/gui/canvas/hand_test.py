"""The hand on the picture: what may be begun, what the ring and the cursor say, and what lies under the pointer."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from lipcore.masks import IGNORE
from lipgui.canvas.canvas import Canvas
from lipgui.canvas.hand import CanvasHand, Grip
from tests.gui.painting import Painted


@pytest.fixture
def painted(qtbot: QtBot) -> Painted:
    return Painted(qtbot)


@pytest.fixture
def hand(painted: Painted) -> CanvasHand:
    return painted.canvas.hand


def at(painted: Painted, x: float, y: float) -> QPointF:
    return QPointF(painted.at(x, y))


def stroke(painted: Painted, erase: bool = False) -> None:
    painted.canvas.hand.tool_pressed(at(painted, 20, 20), erase, 1.0)
    painted.canvas.hand.tool_dragged(at(painted, 30, 20), 1.0)
    painted.canvas.hand.tool_released(at(painted, 30, 20))


def test_a_stroke_paints_and_with_swapped_buttons_takes_away(painted: Painted, hand: CanvasHand) -> None:
    stroke(painted)
    assert painted.labels[20, 25] == 1
    hand.set_swapped(True)
    stroke(painted)
    assert painted.labels[20, 25] == 0
    stroke(painted, erase=True)
    assert painted.labels[20, 25] == 1


def test_a_locked_or_hidden_object_is_not_painted_and_why_is_said(painted: Painted, hand: CanvasHand) -> None:
    painted.canvas.set_locked({1})
    stroke(painted)
    painted.canvas.set_locked(set())
    painted.canvas.show_hidden({1})
    stroke(painted)
    assert painted.edits == []
    assert [text.split(":")[0] for text in painted.messages] == ["Object 1 is locked", "Object 1 is hidden"]


def test_without_a_picture_nothing_is_begun(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    with qtbot.assertNotEmitted(canvas.hand.used), qtbot.assertNotEmitted(canvas.hand.told):
        canvas.hand.tool_pressed(QPointF(5, 5), False, 1.0)
        canvas.hand.tool_double_clicked(QPointF(5, 5), False)
        canvas.hand.hovered(QPointF(5, 5))
    assert not canvas.hand.busy


def test_what_is_in_hand_is_finished_or_dropped(painted: Painted, hand: CanvasHand) -> None:
    painted.canvas.set_tool("polygon")
    for x, y in ((10, 10), (40, 10), (40, 40)):
        hand.tool_pressed(at(painted, x, y), False, 1.0)
        hand.tool_released(at(painted, x, y))
    assert hand.busy
    hand.commit()
    assert (hand.busy, len(painted.edits)) == (False, 1)
    assert painted.labels[15, 35] == 1
    hand.tool_pressed(at(painted, 50, 50), False, 1.0)
    hand.tool_released(at(painted, 50, 50))
    assert hand.busy
    hand.cancel()
    assert (hand.busy, len(painted.edits)) == (False, 1)


def test_the_object_under_the_pointer_is_picked(qtbot: QtBot, painted: Painted, hand: CanvasHand) -> None:
    painted.labels[10:20, 10:20], painted.labels[30:40, 30:40] = 2, IGNORE
    painted.show()
    with qtbot.waitSignal(hand.objectPickRequested) as picked:
        hand.picked(at(painted, 15, 15))
    assert picked.args == [2]
    with qtbot.assertNotEmitted(hand.objectPickRequested):
        for place in ((35, 35), (50, 50), (-3, 5)):
            hand.picked(at(painted, *place))
    assert painted.messages == ["There is no object here."] * 3


def test_the_ring_and_the_readout_follow_the_pointer_until_it_leaves(painted: Painted, hand: CanvasHand) -> None:
    places: list[tuple[int, int]] = []
    hand.cursorMoved.connect(lambda *place: places.append(place))
    hand.hovered(at(painted, 12, 7))
    hand.hovered(at(painted, 12.2, 7))
    ring = painted.canvas.picture.ring
    assert ring is not None
    assert ring == pytest.approx((12.7, 7.5, 6))  # the middle of a pixel, and two tenths
    hand.set_brush_size(20)
    assert painted.canvas.picture.ring == (*ring[:2], 20)
    hand.hovered(None)
    assert painted.canvas.picture.ring is None
    assert places == [(12, 7), (-1, -1)]
    painted.canvas.set_tool("polygon")
    hand.hovered(at(painted, 12, 7))
    assert painted.canvas.picture.ring is None  # it has no size


def test_the_ring_is_dashed_where_the_left_button_takes_away(painted: Painted, hand: CanvasHand) -> None:
    picture = painted.canvas.picture
    assert not picture.ring_dashed
    hand.set_swapped(True)
    assert picture.ring_dashed
    hand.set_swapped(False)
    painted.canvas.set_tool("eraser")
    assert picture.ring_dashed
    painted.canvas.set_tool("brush")
    painted.select(0)
    assert picture.ring_dashed


@pytest.mark.parametrize(
    ("grip", "space", "shape"),
    [
        (Grip.NONE, False, Qt.CursorShape.CrossCursor),
        (Grip.NONE, True, Qt.CursorShape.OpenHandCursor),
        (Grip.PAN, True, Qt.CursorShape.ClosedHandCursor),
        (Grip.TOOL, False, Qt.CursorShape.CrossCursor),
    ],
)
def test_the_cursor_tells_what_a_move_does(
    painted: Painted, hand: CanvasHand, grip: Grip, space: bool, shape: Qt.CursorShape
) -> None:
    hand.show_grip(grip, space)
    assert painted.canvas.viewport.cursor().shape() == shape


def test_the_brush_changes_by_what_is_dragged_on_the_screen_and_is_told(painted: Painted, hand: CanvasHand) -> None:
    sizes: list[int] = []
    hand.brushSizeChanged.connect(sizes.append)
    hand.brush_dragged(6, 20)  # two pixels of the video, on each side
    hand.brush_dragged(6, 20)
    hand.step_brush_size(1)
    hand.step_brush_size(0)
    hand.brush_dragged(6, -1000)
    assert sizes == [10, 12, 1]
    hand.set_brush_size(50)
    assert (hand.brush_size, sizes) == (50, [10, 12, 1])
