"""The hand on the picture of the real window: zoom, pan, brush sizes, pen, raw frame, previews of the smart tools."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.e2e.conftest import Hands
from tests.gui.painting import wait_for_timers
from tests.helpers import MovingSquare

NONE, SHIFT, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
LEFT, MIDDLE, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton
TOOLS = ("eraser", "polygon", "lasso", "scissors", "fill", "grabcut", "superpixels", "brush")


def wheel(hands: Hands, x: float, y: float, notches: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
    viewport, place = hands.window.canvas.viewport, QPointF(hands.point(x, y))
    event = QWheelEvent(
        place,
        viewport.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def seen(hands: Hands, x: float, y: float) -> tuple[int, int, int]:
    """The colour on the screen at a pixel of the video."""
    viewport = hands.window.canvas.viewport
    picture = viewport.grab().toImage()
    place = hands.point(x, y) * picture.devicePixelRatio()
    colour = picture.pixelColor(place)
    return colour.red(), colour.green(), colour.blue()


def pixels(hands: Hands) -> NDArray[np.uint8]:
    return hands.window.document.labels(hands.window.document.frame)


def test_the_wheel_zooms_at_the_cursor_in_every_tool(opened: Hands) -> None:
    canvas = opened.window.canvas
    for tool in TOOLS:
        opened.do(f"tool_{tool}")
        place, zoom = opened.point(20, 30), canvas.zoom
        before = canvas.image_point(QPointF(place))
        wheel(opened, 20, 30, 2)
        assert canvas.zoom > zoom
        assert canvas.image_point(QPointF(place)) == pytest.approx(before, abs=0.2), tool
        assert opened.window.status.zoom_label.text() == f"{canvas.zoom:.0%}".replace("%", " %")
        wheel(opened, 20, 30, -2)
    opened.key(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom == 1
    opened.key(Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom > 1
    assert not pixels(opened).any()


@pytest.mark.parametrize("by_space", [True, False])
def test_the_picture_is_moved_in_the_middle_of_a_stroke(opened: Hands, by_space: bool) -> None:
    window, canvas = opened.window, opened.window.canvas
    viewport, start = canvas.viewport, opened.point(20, 20)
    canvas.setFocus()
    QTest.mousePress(viewport, LEFT, NONE, start)
    if by_space:
        QTest.keyPress(canvas, Qt.Key.Key_Space)
    else:
        QTest.mousePress(viewport, MIDDLE, NONE, start)
    QTest.mouseMove(viewport, start + QPoint(60, 30))
    assert opened.point(20, 20) == start + QPoint(60, 30)
    if by_space:
        QTest.keyRelease(canvas, Qt.Key.Key_Space)
        wait_for_timers(opened.qtbot, canvas)
    else:
        QTest.mouseRelease(viewport, MIDDLE, NONE, start + QPoint(60, 30))
    QTest.mouseMove(viewport, opened.point(40, 20))
    QTest.mouseRelease(viewport, LEFT, NONE, opened.point(40, 20))
    assert pixels(opened)[20, 20]
    assert pixels(opened)[20, 40]
    assert [window.document.stack.text(row) for row in range(window.document.stack.count())] == ["Add object", "Paint"]
    assert not window.timeline.player.playing


def test_the_brush_is_sized_by_wheel_and_drag_and_the_ring_shows_it(opened: Hands) -> None:
    window, canvas = opened.window, opened.window.canvas
    size = canvas.hand.brush_size
    wheel(opened, 20, 20, 3, SHIFT)
    larger = canvas.hand.brush_size
    assert larger > size
    assert window.options.brush_box.value() == larger == window.looking.preferences.brush_size
    QTest.mousePress(canvas.viewport, RIGHT, ALT, opened.point(20, 20))
    QTest.mouseMove(canvas.viewport, opened.point(15, 20))
    QTest.mouseRelease(canvas.viewport, RIGHT, ALT, opened.point(15, 20))
    assert canvas.hand.brush_size == larger - 10
    QTest.mouseMove(canvas.viewport, opened.point(30, 20))
    assert canvas.picture.ring is not None
    assert canvas.picture.ring[2] == canvas.hand.brush_size
    assert not pixels(opened).any()


def test_tab_shows_the_raw_frame_while_it_is_held(opened: Hands) -> None:
    opened.paint_square()
    canvas = opened.window.canvas
    canvas.setFocus()
    tinted = seen(opened, 18, 16)
    QTest.keyPress(canvas, Qt.Key.Key_Tab)
    assert seen(opened, 18, 16) == (240, 200, 40)  # the square of the video
    QTest.keyRelease(canvas, Qt.Key.Key_Tab)
    opened.qtbot.waitUntil(lambda: seen(opened, 18, 16) == tinted)
    assert tinted != (240, 200, 40)


def test_overlay_modes_and_opacity_change_the_picture(opened: Hands) -> None:
    opened.paint_square()
    looks = {"tint": (seen(opened, 18, 16), seen(opened, 50, 5))}
    for mode in ("contour", "cutout", "raw"):
        opened.key(Qt.Key.Key_O, SHIFT)
        assert opened.window.options.overlay_box.currentData() == mode
        looks[mode] = (seen(opened, 18, 16), seen(opened, 50, 5))
    bare = (240, 200, 40)
    assert looks["raw"][0] == looks["contour"][0] == looks["cutout"][0] == bare != looks["tint"][0]
    assert looks["cutout"][1] != looks["raw"][1] == looks["tint"][1]
    opened.key(Qt.Key.Key_O, SHIFT)
    opened.window.options.opacity_slider.setValue(0)
    assert seen(opened, 18, 16) == bare


def test_a_pen_s_pressure_sets_the_size_and_a_pinch_zooms(opened: Hands) -> None:
    canvas, pen = opened.window.canvas, QPointingDevice.primaryPointingDevice()
    opened.window.looking.set_brush_size(20)
    widths = []
    for row, pressure in ((12.0, 0.2), (34.0, 1.0)):
        place = QPointF(opened.point(30, row))
        for kind, button in (
            (QEvent.Type.TabletPress, LEFT),
            (QEvent.Type.TabletRelease, LEFT),
        ):
            event = QTabletEvent(
                kind, pen, place, canvas.viewport.mapToGlobal(place), pressure, 0, 0, 0, 0, 0, NONE, button, LEFT
            )
            QApplication.sendEvent(canvas.viewport, event)
        widths.append(int(pixels(opened)[int(row)].sum()))
    assert 0 < widths[0] < widths[1]
    zoom, place = canvas.zoom, QPointF(opened.point(30, 20))
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        pen,
        2,
        place,
        place,
        canvas.viewport.mapToGlobal(place),
        0.25,
        QPointF(),
    )
    QApplication.sendEvent(canvas.viewport, pinch)
    assert canvas.zoom == pytest.approx(zoom * 1.25)


def test_grabcut_is_previewed_beside_the_window_and_taken_by_enter(
    opened: Hands, moving_square: MovingSquare, qtbot: QtBot
) -> None:
    window, canvas = opened.window, opened.window.canvas
    before = window.document.stack.count()
    opened.key(Qt.Key.Key_C)
    opened.drag((7, 5), (30, 28))
    assert canvas.viewport.cursor().shape() == Qt.CursorShape.BusyCursor  # it is being worked out
    qtbot.waitUntil(lambda: canvas.viewport.cursor().shape() == Qt.CursorShape.CrossCursor, timeout=20_000)
    assert seen(opened, 18, 16) != (240, 200, 40)
    assert not pixels(opened).any()
    opened.drag((15, 19), (20, 19), button=RIGHT)  # a scribble: this is background
    qtbot.waitUntil(lambda: canvas.viewport.cursor().shape() == Qt.CursorShape.CrossCursor, timeout=20_000)
    assert len(canvas.picture.scribbles) == 1
    assert not canvas.picture.compositor.labels[19, 17]
    opened.key(Qt.Key.Key_Escape)  # the scribble goes, the box stays
    qtbot.waitUntil(lambda: canvas.viewport.cursor().shape() == Qt.CursorShape.CrossCursor, timeout=20_000)
    opened.key(Qt.Key.Key_Return)
    assert window.document.stack.count() == before + 1
    assert (pixels(opened) == moving_square.truth[0]).mean() > 0.99


def test_lines_of_the_smart_tools_are_shown_before_anything_is_painted(opened: Hands, qtbot: QtBot) -> None:
    canvas = opened.window.canvas
    opened.key(Qt.Key.Key_M)
    QTest.mouseClick(canvas.viewport, LEFT, NONE, opened.point(12, 10))
    QTest.mouseMove(canvas.viewport, opened.point(24, 10))
    assert sum(len(line.points) for line in canvas.picture.outlines) > 5
    opened.key(Qt.Key.Key_Escape)
    opened.key(Qt.Key.Key_S)
    qtbot.waitUntil(lambda: canvas.viewport.cursor().shape() == Qt.CursorShape.CrossCursor, timeout=20_000)
    QTest.mouseMove(canvas.viewport, opened.point(18, 16))
    assert canvas.picture.outlines
    assert not pixels(opened).any()
