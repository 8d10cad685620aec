"""Ways of looking at masks in the real window: matte, edges, solo, before and now beside each other or wiped."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QColorDialog
from pytestqt.qtbot import QtBot

from lipgui.canvas.view import PictureView
from lipgui.document import edits
from tests.e2e.conftest import Hands

INSIDE, OUTSIDE = (18, 16), (50, 40)
RAW = (240, 200, 40)


def seen(view: PictureView, x: float, y: float) -> tuple[int, int, int]:
    """The colour of the screen at a place of the picture."""
    view.repaint()
    image: QImage = view.grab().toImage()
    at = view.viewport_position(x, y)
    colour = image.pixelColor(round(at.x() * image.devicePixelRatio()), round(at.y() * image.devicePixelRatio()))
    return colour.red(), colour.green(), colour.blue()


def block(top: int, left: int, size: int = 8) -> NDArray[np.bool_]:
    mask = np.zeros((48, 64), np.bool_)
    mask[top : top + size, left : left + size] = True
    return mask


@pytest.mark.parametrize(
    ("key", "mode", "inside", "outside"),
    [
        (Qt.Key.Key_F6, "matte", (255, 255, 255), (0, 0, 0)),
        (Qt.Key.Key_F7, "alpha", (255, 255, 255), (0, 0, 0)),
        (Qt.Key.Key_F9, "black", RAW, (0, 0, 0)),
        (None, "white", RAW, (255, 255, 255)),
        (None, "edges", (0, 0, 0), (0, 0, 0)),
    ],
)
def test_ways_of_looking(opened: Hands, key: Qt.Key | None, mode: str, inside: object, outside: object) -> None:
    opened.paint_square()
    if key is None:
        opened.do(f"look_{mode}")
    else:
        opened.key(key)
    window = opened.window
    assert window.canvas.overlay == window.options.overlay_box.currentData() == mode
    assert window.actions_by_name[f"look_{mode}"].isChecked()
    assert seen(window.canvas, *INSIDE) == inside
    assert seen(window.canvas, *OUTSIDE) == outside
    opened.key(Qt.Key.Key_F5)
    assert window.canvas.overlay == "tint"
    assert window.looking.preferences.overlay == "tint"


def test_the_matte_follows_the_brush(opened: Hands) -> None:
    opened.key(Qt.Key.Key_F6)
    opened.key(Qt.Key.Key_B)
    canvas = opened.window.canvas
    QTest.mousePress(canvas.viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, opened.point(*OUTSIDE))
    assert seen(canvas, *OUTSIDE) == (255, 255, 255)  # while the button is held
    QTest.mouseRelease(
        canvas.viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, opened.point(*OUTSIDE)
    )
    assert seen(canvas, *OUTSIDE) == (255, 255, 255)


def test_the_checkerboard_has_two_greys(opened: Hands) -> None:
    opened.key(Qt.Key.Key_F8)
    canvas = opened.window.canvas
    image = canvas.grab().toImage()
    places = [canvas.viewport_position(x, 40) for x in range(2, 62)]
    colours = {image.pixelColor(place).getRgb()[:3] for place in places}
    assert colours == {(0x99,) * 3, (0x66,) * 3}


def test_a_colour_of_one_s_own(opened: Hands, qtbot: QtBot) -> None:
    opened.do("backdrop")
    dialog = opened.window.findChild(QColorDialog)
    assert dialog is not None
    dialog.setCurrentColor(QColor(10, 20, 200))
    dialog.accept()
    assert opened.window.canvas.overlay == "colour"
    assert seen(opened.window.canvas, *OUTSIDE) == (10, 20, 200)
    assert opened.window.settings.preferences().backdrop == "#0a14c8"


def test_solo_shows_the_selected_object_alone(opened: Hands) -> None:
    opened.paint_square()
    opened.do("new_object")
    edits.paint(opened.window.document, block(36, 46))
    opened.key(Qt.Key.Key_F6)
    canvas = opened.window.canvas
    both = {INSIDE: (255, 255, 255), OUTSIDE: (255, 255, 255)}
    assert {place: seen(canvas, *place) for place in both} == both
    opened.key(Qt.Key.Key_Q)
    assert seen(canvas, *INSIDE) == (0, 0, 0)
    assert seen(canvas, *OUTSIDE) == (255, 255, 255)
    opened.do("select_1")
    assert seen(canvas, *INSIDE) == (255, 255, 255)
    assert seen(canvas, *OUTSIDE) == (0, 0, 0)
    assert not any(each.hidden for each in opened.window.document.project.objects.values())  # it is a way of looking
    opened.key(Qt.Key.Key_Q)
    assert {place: seen(canvas, *place) for place in both} == both


def test_before_and_now_side_by_side(opened: Hands) -> None:
    window = opened.window
    opened.paint_square()
    edits.paint(window.document, block(36, 46))
    opened.key(Qt.Key.Key_F6)
    opened.key(Qt.Key.Key_F3)
    before, now = window.stage.pictures.before, window.canvas
    assert before.isVisible()
    assert (seen(before, *INSIDE), seen(now, *INSIDE)) == ((255, 255, 255), (255, 255, 255))
    assert (seen(before, *OUTSIDE), seen(now, *OUTSIDE)) == ((0, 0, 0), (255, 255, 255))
    now.zoom_by(2.0)
    assert before.geometry_of_view == now.geometry_of_view
    opened.key(Qt.Key.Key_F3)
    assert not before.isVisible()


def test_a_wipe_goes_where_it_is_dragged(opened: Hands) -> None:
    window, canvas = opened.window, opened.window.canvas
    edits.paint(window.document, block(20, 10))
    edits.paint(window.document, block(20, 46))
    opened.key(Qt.Key.Key_F6)
    opened.key(Qt.Key.Key_F4)
    line = window.comparing.line
    assert line.isVisible()
    assert seen(canvas, 13, 23) == (255, 255, 255)  # the first block was there before
    assert seen(canvas, 49, 23) == (255, 255, 255)  # the second one lies right of the middle
    grip = QPoint(line.width() // 2, line.height() // 2)
    QTest.mousePress(line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, grip)
    QTest.mouseMove(line, line.mapFrom(canvas, opened.point(60, 20)))
    QTest.mouseRelease(line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, grip)
    assert line.place > 0.9
    assert seen(canvas, 49, 23) == (0, 0, 0)
    line.setFocus()
    frame = window.document.frame
    for _ in range(20):
        QTest.keyClick(line, Qt.Key.Key_Left)
    assert line.place < 0.6
    assert window.document.frame == frame
    assert seen(canvas, 49, 23) == (255, 255, 255)


def test_before_is_what_the_last_run_replaced(opened: Hands, qtbot: QtBot) -> None:
    window = opened.window
    opened.paint_square()
    edits.paint(window.document, block(36, 46), frame=3)  # replaced by the run
    opened.run("propagate_forward")
    opened.go_to(3)
    opened.key(Qt.Key.Key_F6)
    opened.key(Qt.Key.Key_F3)
    shown = window.stage.pictures.before.picture.compositor.labels
    before = window.document.before_correction(3)
    assert before is not None
    np.testing.assert_array_equal(shown, before)
    opened.go_to(11)
    opened.do("undo")
    assert window.document.before_correction(11) is None


def test_one_comparison_at_a_time_and_none_without_a_video(opened: Hands) -> None:
    actions = opened.window.actions_by_name
    opened.key(Qt.Key.Key_F3)
    opened.key(Qt.Key.Key_F4)
    assert (actions["wipe"].isChecked(), actions["side_by_side"].isChecked()) == (True, False)
    assert not opened.window.stage.pictures.is_shown
    opened.do("close_project")
    assert (actions["wipe"].isChecked(), actions["side_by_side"].isChecked()) == (False, False)
    assert not actions["wipe"].isEnabled()
