"""Every gesture of the canvas, with real mouse, wheel, pen, touch and key events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent, QNativeGestureEvent, QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from lipgui.canvas.canvas import Canvas
from tests.gui.painting import ALT, LEFT, MIDDLE, RIGHT, SHIFT, Painted

TOOLS = ("brush", "eraser", "polygon", "lasso", "scissors", "fill", "grabcut", "superpixels")


@pytest.fixture
def painted(qtbot: QtBot) -> Painted:
    return Painted(qtbot)


@pytest.mark.parametrize("tool", TOOLS)
def test_the_wheel_zooms_at_the_cursor_in_every_tool(painted: Painted, tool: str) -> None:
    painted.canvas.set_tool(tool)
    place = painted.at(20, 40)
    before, zoom = painted.canvas.image_point(QPointF(place)), painted.canvas.zoom
    painted.wheel(20, 40, 3)
    assert painted.canvas.zoom == pytest.approx(zoom * 1.2**3)
    assert painted.canvas.image_point(QPointF(place)) == pytest.approx(before)
    painted.wheel(20, 40, -3)
    assert painted.canvas.zoom == pytest.approx(zoom)


def test_zoom_is_told(painted: Painted) -> None:
    with painted.qtbot.waitSignal(painted.canvas.zoomChanged) as told:
        painted.wheel(20, 40, 1)
    assert told.args == [pytest.approx(painted.canvas.zoom)]


def test_the_middle_button_pans(painted: Painted) -> None:
    start = painted.at(40, 30)
    painted.press(40, 30, MIDDLE)
    painted.move(45, 32)
    moved = painted.at(40, 30) - start
    assert (moved.x(), moved.y()) == (50, 20)
    assert painted.canvas.viewport.cursor().shape() == Qt.CursorShape.ClosedHandCursor
    painted.release(40, 30, MIDDLE)
    assert painted.canvas.viewport.cursor().shape() == Qt.CursorShape.CrossCursor
    assert painted.edits == []


@pytest.mark.parametrize("by_space", [True, False])
def test_panning_in_the_middle_of_a_stroke(painted: Painted, by_space: bool) -> None:
    painted.press(30, 30)
    painted.move(34, 30)
    geometry = painted.canvas.geometry_of_view
    if by_space:
        painted.qtbot.keyPress(painted.canvas, Qt.Key.Key_Space)
    else:
        painted.press(34, 30, MIDDLE)
    painted.move(34, 40)
    assert painted.canvas.geometry_of_view.top == geometry.top + 100
    if by_space:
        painted.let_go(Qt.Key.Key_Space)
    else:
        painted.release(34, 30, MIDDLE)
    painted.move(40, 30)
    painted.release(40, 30)
    (edit,) = painted.edits
    assert edit.mask[30, 30:41].all()
    assert not edit.mask[36:].any()  # the way of the pan was not painted


def test_a_stroke_that_ends_while_panning(painted: Painted) -> None:
    painted.press(30, 30)
    painted.press(30, 30, MIDDLE)
    painted.release(30, 30)
    painted.release(30, 30, MIDDLE)
    painted.move(60, 30)
    (edit,) = painted.edits
    assert not edit.mask[:, 40:].any()


def test_space_drag_pans_and_a_tap_plays(painted: Painted) -> None:
    taps: list[int] = []
    painted.canvas.playToggleRequested.connect(lambda: taps.append(1))
    start = painted.canvas.geometry_of_view
    painted.qtbot.keyPress(painted.canvas, Qt.Key.Key_Space)
    assert painted.canvas.viewport.cursor().shape() == Qt.CursorShape.OpenHandCursor
    painted.press(40, 30)
    painted.move(50, 30)
    painted.release(40, 30)
    painted.let_go(Qt.Key.Key_Space)
    assert painted.canvas.geometry_of_view.left == start.left + 100
    assert (painted.edits, taps) == ([], [])
    with painted.qtbot.waitSignal(painted.canvas.playToggleRequested):
        painted.key(Qt.Key.Key_Space)
    assert taps == [1]


def test_a_space_that_repeats_is_no_row_of_taps(painted: Painted) -> None:
    """As X11 on a busy computer tells it: releases and presses that are not marked as repeats."""
    taps: list[int] = []
    painted.canvas.playToggleRequested.connect(lambda: taps.append(1))
    for _ in range(5):
        painted.key(Qt.Key.Key_Space)
    painted.rest()
    assert taps == [1]


def test_the_canvas_takes_space_before_a_shortcut_does(painted: Painted) -> None:
    painted.canvas.setFocus()
    for key, taken in ((Qt.Key.Key_Space, True), (Qt.Key.Key_Tab, True), (Qt.Key.Key_Return, False)):
        event = _override(key)
        QApplication.sendEvent(painted.canvas, event)
        assert event.isAccepted() is taken
    painted.press(30, 30)
    event = _override(Qt.Key.Key_Return)
    QApplication.sendEvent(painted.canvas, event)
    assert event.isAccepted()
    painted.release(30, 30)


def test_shift_wheel_sizes_the_brush(painted: Painted) -> None:
    sizes: list[int] = []
    painted.canvas.brushSizeChanged.connect(sizes.append)
    zoom = painted.canvas.zoom
    painted.wheel(20, 20, 1, SHIFT)
    painted.wheel(20, 20, -2, SHIFT)
    assert sizes == [7, 5]
    assert painted.canvas.zoom == zoom


def test_the_brush_can_always_be_stepped(painted: Painted) -> None:
    painted.canvas.hand.set_brush_size(1)
    painted.canvas.hand.step_brush_size(1)
    assert painted.canvas.hand.brush_size == 2
    painted.canvas.hand.step_brush_size(-1)
    painted.canvas.hand.step_brush_size(-1)
    assert painted.canvas.hand.brush_size == 1
    painted.canvas.hand.step_brush_size(1000)
    assert painted.canvas.hand.brush_size == 1024


@pytest.mark.parametrize("modifier", [ALT, SHIFT])
def test_right_drag_with_alt_or_shift_sizes_the_brush(painted: Painted, modifier: Qt.KeyboardModifier) -> None:
    sizes: list[int] = []
    painted.canvas.brushSizeChanged.connect(sizes.append)
    painted.press(40, 30, RIGHT, modifier)
    painted.move(45, 30)
    painted.release(45, 30, RIGHT)
    assert sizes == [16]  # the edge of the disc went with the pointer: 5 pixels on either side
    assert painted.edits == []


def test_setting_the_brush_from_outside_emits_nothing(painted: Painted) -> None:
    sizes: list[int] = []
    painted.canvas.brushSizeChanged.connect(sizes.append)
    painted.canvas.hand.set_brush_size(50)
    assert (painted.canvas.hand.brush_size, sizes) == (50, [])


def test_alt_click_picks(painted: Painted) -> None:
    painted.labels[20:40, 20:40] = 7
    painted.show()
    with painted.qtbot.waitSignal(painted.canvas.objectPickRequested) as picked:
        painted.click(30, 30, LEFT, ALT)
    assert picked.args == [7]
    painted.click(5, 5, LEFT, ALT)
    assert painted.messages == ["There is no object here."]
    assert painted.edits == []


def test_the_pointer_is_told_in_image_pixels(painted: Painted) -> None:
    places: list[tuple[int, int]] = []
    painted.canvas.cursorMoved.connect(lambda x, y: places.append((x, y)))
    painted.move(12, 34)
    painted.move(12.2, 34.2)
    painted.move(-1, 34)
    assert places == [(12, 34), (-1, -1)]


def test_the_ring_shows_the_brush(painted: Painted) -> None:
    painted.move(40, 30)
    ring = painted.canvas.picture.ring
    assert ring is not None
    assert ring == pytest.approx((40.5, 30.5, 6), abs=0.1)
    painted.canvas.hand.set_brush_size(20)
    assert painted.canvas.picture.ring_area().width() == 206
    QApplication.sendEvent(painted.canvas.viewport, QEvent(QEvent.Type.Leave))
    assert painted.canvas.picture.ring is None
    painted.canvas.set_tool("polygon")
    painted.move(40, 30)
    assert painted.canvas.picture.ring is None


def test_quick_dabs_all_paint(painted: Painted) -> None:
    painted.click(10, 10)
    painted.qtbot.mouseDClick(painted.canvas.viewport, LEFT, Qt.KeyboardModifier.NoModifier, painted.at(30, 10))
    painted.release(30, 10)
    assert painted.labels[10, 10] == painted.labels[10, 30] == 1


def test_pen_pressure_sets_the_size(painted: Painted) -> None:
    painted.canvas.hand.set_brush_size(20)
    _pen(painted, QEvent.Type.TabletPress, 20, 30, 1.0)
    _pen(painted, QEvent.Type.TabletMove, 60, 30, 0.25)
    _pen(painted, QEvent.Type.TabletRelease, 60, 30, 0.0)
    (edit,) = painted.edits
    assert edit.mask[:, 20].sum() == pytest.approx(20, abs=1)
    assert edit.mask[:, 60].sum() == pytest.approx(5, abs=1)


def test_the_other_end_of_the_pen_erases(painted: Painted) -> None:
    painted.labels[:] = 1
    painted.show()
    for kind in (QEvent.Type.TabletPress, QEvent.Type.TabletRelease):
        _pen(painted, kind, 20, 30, 1.0, QPointingDevice.PointerType.Eraser)
    assert [edit.erase for edit in painted.edits] == [True]


def test_pinch_zooms_about_the_fingers(painted: Painted) -> None:
    place = QPointF(painted.at(20, 40))
    zoom, before = painted.canvas.zoom, painted.canvas.image_point(place)
    device = QPointingDevice.primaryPointingDevice()
    event = QNativeGestureEvent(Qt.NativeGestureType.ZoomNativeGesture, device, 2, place, place, place, 0.25, QPointF())
    QApplication.sendEvent(painted.canvas.viewport, event)
    assert painted.canvas.zoom == pytest.approx(zoom * 1.25)
    assert painted.canvas.image_point(place) == pytest.approx(before)


@pytest.mark.parametrize("tool", ["brush", "polygon", "fill"])
def test_two_fingers_zoom_and_do_not_paint(painted: Painted, tool: str) -> None:
    painted.canvas.set_tool(tool)
    viewport, device = painted.canvas.viewport, QTest.createTouchDevice()
    first, second = QPoint(300, 300), QPoint(400, 300)
    QTest.touchEvent(viewport, device).press(0, first).press(1, second).commit()
    for distance in range(10, 100, 10):
        apart = QPoint(distance, 0)
        QTest.touchEvent(viewport, device).move(0, first - apart).move(1, second + apart).commit()
    QTest.touchEvent(viewport, device).release(0, first - apart).release(1, second + apart).commit()
    assert painted.canvas.zoom > 20
    assert painted.edits == []
    assert not painted.canvas.busy


def test_a_second_button_does_not_disturb_a_stroke(painted: Painted) -> None:
    painted.press(30, 30)
    painted.press(30, 30, RIGHT)
    painted.move(35, 30)
    painted.release(35, 30, RIGHT)
    painted.release(35, 30)
    assert [edit.erase for edit in painted.edits] == [False]


def test_the_pointer_brings_the_keyboard_but_not_from_someone_typing(qtbot: QtBot) -> None:
    window, line, canvas = QWidget(), QLineEdit(), Canvas()
    layout = QVBoxLayout(window)
    layout.addWidget(line)
    layout.addWidget(canvas)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    line.setFocus()
    _enter(canvas)
    assert line.hasFocus()
    line.clearFocus()
    _enter(canvas)
    assert canvas.hasFocus()


def test_nothing_stays_held_when_the_keyboard_goes(painted: Painted) -> None:
    painted.labels[:] = 1
    painted.show()
    shown = painted.colour(40, 30)
    painted.qtbot.keyPress(painted.canvas, Qt.Key.Key_Tab)
    painted.qtbot.keyPress(painted.canvas, Qt.Key.Key_Space)

    QApplication.sendEvent(painted.canvas, QFocusEvent(QEvent.Type.FocusOut))
    assert painted.colour(40, 30) == shown
    painted.click(40, 30, RIGHT)
    assert [edit.erase for edit in painted.edits] == [True]


def test_shift_tab_leaves_the_canvas(qtbot: QtBot) -> None:
    window, line, canvas = QWidget(), QLineEdit(), Canvas()
    layout = QVBoxLayout(window)
    layout.addWidget(line)
    layout.addWidget(canvas)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Backtab)
    assert line.hasFocus()


def test_fit_and_full_size(painted: Painted) -> None:
    canvas = painted.canvas
    painted.wheel(20, 20, 2)
    canvas.zoom_100()
    assert canvas.zoom == 1.0
    canvas.fit()
    assert canvas.zoom == pytest.approx(10, abs=0.01)
    canvas.resize(424, 324)
    assert canvas.zoom == pytest.approx(5, abs=0.01)
    canvas.zoom_100()
    middle = canvas.image_point(QPointF(212, 162))
    canvas.resize(524, 324)
    assert canvas.image_point(QPointF(262, 162)) == pytest.approx(middle)
    assert canvas.zoom == 1.0


def test_the_picture_cannot_be_lost(painted: Painted) -> None:
    painted.canvas.pan_by(1e6, -1e6)
    visible = np.array([painted.at(0, 0).x() < painted.canvas.width(), painted.at(79, 59).y() > 0])
    assert visible.all()


def _override(key: Qt.Key) -> QEvent:

    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    return event


def _enter(canvas: Canvas) -> None:

    QApplication.sendEvent(canvas, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))


def _pen(
    painted: Painted,
    kind: QEvent.Type,
    x: float,
    y: float,
    pressure: float,
    end: QPointingDevice.PointerType = QPointingDevice.PointerType.Pen,
) -> None:
    device = QPointingDevice(
        "pen", 1, QPointingDevice.DeviceType.Stylus, end, QPointingDevice.Capability.Pressure, 1, 2
    )
    place = QPointF(painted.at(x, y))
    moving = kind == QEvent.Type.TabletMove
    button = Qt.MouseButton.NoButton if moving else LEFT
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletRelease else LEFT
    event = QTabletEvent(
        kind, device, place, place, pressure, 0.0, 0.0, 0.0, 0.0, 0.0, Qt.KeyboardModifier.NoModifier, button, held
    )
    QApplication.sendEvent(painted.canvas.viewport, event)
