"""The canvas: uses of a tool become edits, shown before they are made and never where they may not be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyleOptionGraphicsItem
from pytestqt.qtbot import QtBot

from lipcore.curves.raster import polygon_mask
from lipcore.palette import colour_blind_palette, davis_palette
from lipgui.canvas.canvas import Canvas, Edit, InstanceLabel
from tests.gui.painting import HEIGHT, RIGHT, WIDTH, Painted, stroke_mask

GREY = (100, 100, 100)


@pytest.fixture
def painted(qtbot: QtBot) -> Painted:
    return Painted(qtbot)


def test_left_paints_what_the_brush_covers(painted: Painted) -> None:
    painted.stroke((20, 20), (30, 20), (30, 40))
    (edit,) = painted.edits
    assert (edit.tool, edit.erase) == ("brush", False)
    expected = stroke_mask((HEIGHT, WIDTH), [(20.5, 20.5), (30.5, 20.5), (30.5, 40.5)], 6)
    assert np.array_equal(edit.mask, expected)
    assert not painted.canvas.busy


def test_right_erases_only_the_selected_object(painted: Painted) -> None:
    painted.labels[10:30, 10:30] = 1
    painted.labels[10:30, 30:50] = 2
    painted.show()
    painted.stroke((20, 20), (40, 20), button=RIGHT)
    (edit,) = painted.edits
    assert edit.erase
    assert (painted.labels[10:30, 30:50] == 2).all()
    assert painted.labels[20, 20] == 0


def test_the_eraser_and_swapped_buttons_erase_with_the_left(painted: Painted) -> None:
    painted.labels[:] = 1
    painted.show()
    painted.canvas.set_tool("eraser")
    painted.click(20, 20)
    painted.canvas.hand.set_swapped(True)
    painted.click(20, 20)
    painted.canvas.set_tool("brush")
    painted.click(50, 20)
    assert [(edit.tool, edit.erase) for edit in painted.edits] == [("eraser", True), ("eraser", False), ("brush", True)]


def test_painting_background(painted: Painted) -> None:
    painted.labels[:, :40], painted.labels[:, 40:] = 1, 2
    painted.show()
    painted.select(0)
    painted.stroke((30, 20), (50, 20))
    (edit,) = painted.edits
    assert not edit.erase
    assert painted.labels[20, 30] == painted.labels[20, 50] == 0


def test_a_stroke_is_shown_before_it_is_finished(painted: Painted) -> None:
    assert painted.colour(30, 30) == GREY
    painted.press(30, 30)
    painted.move(70, 50)
    assert painted.colour(30, 30) != GREY
    assert painted.edits == []
    painted.release(70, 50)


def test_an_edit_the_window_refuses_leaves_no_preview(painted: Painted) -> None:
    painted.canvas.strokeFinished.disconnect()
    painted.stroke((30, 30), (32, 30))
    painted.move(70, 50)
    assert painted.colour(30, 30) == GREY


def test_only_background_leaves_the_neighbours_alone(painted: Painted) -> None:
    painted.labels[:, 40:] = 2
    painted.show()
    painted.canvas.set_paint_rule("background")
    painted.stroke((30, 30), (50, 30))
    assert (painted.labels[:, 40:] == 2).all()
    assert painted.labels[30, 35] == 1


def test_only_selected_carves_another_object_out_of_it(painted: Painted) -> None:
    painted.labels[:, 20:40] = 1
    painted.show()
    painted.canvas.set_paint_rule("selected")
    painted.select(2)
    painted.stroke((10, 30), (50, 30))
    assert set(np.unique(painted.labels[:, 20:40])) == {1, 2}
    assert not painted.labels[:, :20].any()
    assert not painted.labels[:, 40:].any()


def test_locked_pixels_never_change(painted: Painted) -> None:
    painted.labels[:, 40:] = 2
    painted.show()
    painted.canvas.set_locked(frozenset({2}))
    painted.stroke((30, 30), (50, 30))
    assert (painted.labels[:, 40:] == 2).all()
    assert painted.labels[30, 35] == 1


def test_a_locked_object_cannot_be_painted_and_says_so(painted: Painted) -> None:
    painted.canvas.set_locked(frozenset({1}))
    painted.stroke((30, 30), (50, 30))
    assert painted.edits == []
    assert painted.messages == ["Object 1 is locked: unlock it to paint."]


@pytest.mark.parametrize(
    ("rule", "button", "part"),
    [
        ("everything", Qt.MouseButton.LeftButton, "painted already"),
        ("everything", Qt.MouseButton.RightButton, "erase"),
        ("background", Qt.MouseButton.LeftButton, "background only"),
        ("selected", Qt.MouseButton.LeftButton, "object 3 only"),
    ],
)
def test_a_use_that_changes_nothing_says_why(painted: Painted, rule: str, button: Qt.MouseButton, part: str) -> None:
    painted.labels[:] = 2 if button == RIGHT or rule == "background" else 1
    painted.show()
    painted.select(3)
    painted.canvas.set_paint_rule(rule)  # type: ignore[arg-type]
    painted.select(1)
    painted.stroke((30, 30), (31, 30), button=button)
    assert painted.edits == []
    assert part in painted.messages[-1]


def test_esc_cancels_the_stroke_and_never_data(painted: Painted) -> None:
    painted.click(10, 10)
    before = painted.labels.copy()
    painted.press(30, 30)
    painted.key(Qt.Key.Key_Escape)
    painted.move(40, 30)
    painted.release(40, 30)
    assert len(painted.edits) == 1
    painted.key(Qt.Key.Key_Escape)
    assert np.array_equal(painted.labels, before)
    assert painted.colour(30, 30) == GREY


def test_a_polygon_by_clicks_and_enter(painted: Painted) -> None:
    painted.canvas.set_tool("polygon")
    corners = [(10, 10), (40, 10), (40, 30)]
    for corner in corners:
        painted.click(*corner)
    assert painted.canvas.busy
    painted.key(Qt.Key.Key_Return)
    (edit,) = painted.edits
    assert np.array_equal(edit.mask, polygon_mask((HEIGHT, WIDTH), [(x + 0.5, y + 0.5) for x, y in corners]))


def test_a_polygon_closes_by_double_click_and_at_its_first_corner(painted: Painted) -> None:
    painted.canvas.set_tool("polygon")
    for corner in [(10, 10), (40, 10), (40, 30), (10, 10)]:
        painted.click(*corner)
    for corner in [(50, 40), (70, 40)]:
        painted.click(*corner)
    painted.double_click(70, 55)
    assert [edit.tool for edit in painted.edits] == ["polygon", "polygon"]
    assert painted.labels[50, 69] == 1


def test_esc_takes_back_one_corner_at_a_time(painted: Painted) -> None:
    painted.canvas.set_tool("polygon")
    for corner in [(10, 10), (40, 10), (40, 30)]:
        painted.click(*corner)
    for _ in range(3):
        assert painted.canvas.busy
        painted.key(Qt.Key.Key_Escape)
    assert not painted.canvas.busy
    assert painted.edits == []
    assert painted.colour(35, 12) == GREY


def test_choosing_another_tool_commits_what_is_in_hand(painted: Painted) -> None:
    painted.canvas.set_tool("polygon")
    for corner in [(10, 10), (40, 10), (40, 30)]:
        painted.click(*corner)
    painted.canvas.set_tool("brush")
    assert [edit.tool for edit in painted.edits] == ["polygon"]
    assert painted.canvas.tool == "brush"


def test_a_polygon_survives_another_frame_but_a_stroke_does_not(painted: Painted) -> None:
    other = painted.frame + 1
    painted.canvas.set_tool("polygon")
    painted.click(10, 10)
    painted.canvas.show_frame(other)
    assert painted.canvas.busy
    painted.canvas.hand.cancel()
    painted.canvas.set_tool("brush")
    painted.messages.clear()
    painted.press(10, 10)
    painted.canvas.show_frame(painted.frame)
    painted.release(10, 10)
    assert painted.edits == []
    assert painted.messages == ["The unfinished shape stayed behind on the other frame."]


def test_masks_that_arrive_during_a_stroke_are_kept(painted: Painted) -> None:
    painted.press(30, 30)
    painted.labels[0:10, 0:10] = 2
    painted.show()
    painted.release(30, 30)
    assert (painted.labels[0:10, 0:10] == 2).all()
    assert painted.labels[30, 30] == 1


def test_labels_of_another_size_are_not_shown(painted: Painted) -> None:
    painted.canvas.show_labels(np.ones((4, 4), np.uint8), davis_palette())
    assert painted.colour(30, 30) == GREY


def test_overlay_modes(painted: Painted) -> None:
    painted.labels[10:50, 20:60] = 1
    painted.show()
    canvas = painted.canvas
    canvas.set_opacity(0.5)
    assert painted.colour(40, 30) == (114, 50, 50)
    assert painted.colour(19.55, 30) == (128, 0, 0)  # the line lies just inside the object
    canvas.set_overlay("contour")
    assert painted.colour(40, 30) == GREY
    canvas.set_overlay("cutout")
    assert painted.colour(40, 30) == GREY
    assert painted.colour(5, 5) != GREY
    canvas.set_overlay("raw")
    assert painted.colour(5, 5) == painted.colour(40, 30) == GREY
    assert canvas.overlay == "raw"


def test_tab_shows_the_raw_frame_while_held(painted: Painted) -> None:
    painted.labels[:] = 1
    painted.show()
    painted.qtbot.keyPress(painted.canvas, Qt.Key.Key_Tab)
    assert painted.colour(40, 30) == GREY
    assert painted.canvas.overlay == "tint"
    painted.let_go(Qt.Key.Key_Tab)
    assert painted.colour(40, 30) != GREY


def test_hidden_objects_and_palettes(painted: Painted) -> None:
    painted.labels[:] = 1
    painted.canvas.show_labels(painted.labels, colour_blind_palette())
    painted.canvas.set_opacity(1.0)
    assert painted.colour(40, 30) == tuple(colour_blind_palette()[1])
    painted.canvas.show_hidden({1})
    assert painted.colour(40, 30) == GREY
    painted.canvas.show_hidden(set())
    assert painted.colour(40, 30) != GREY


def test_the_onion_skin_draws_dashes(painted: Painted) -> None:
    other = np.zeros((HEIGHT, WIDTH), np.uint8)
    other[10:50, 20:60] = 2
    before = painted.canvas.grab().toImage()
    painted.canvas.show_onion(other)
    assert painted.canvas.grab().toImage() != before
    painted.canvas.show_onion(None)
    assert painted.canvas.grab().toImage() == before


def test_boxes_come_and_go(painted: Painted) -> None:
    before = painted.canvas.grab().toImage()
    painted.canvas.show_instances([InstanceLabel(1, "Dog", (10, 10, 40, 40), 0.9, (200, 0, 0))])
    assert painted.canvas.grab().toImage().pixelColor(painted.at(9.5, 25)) != before.pixelColor(painted.at(9.5, 25))
    painted.canvas.show_instances([])
    assert painted.canvas.grab().toImage() == before


def test_only_the_dirty_rectangle_is_painted(painted: Painted) -> None:
    areas: list[QRectF] = []
    painted.press(30, 30)
    QApplication.sendPostedEvents()
    painted.canvas.picture.painted = areas.append
    painted.move(31, 30)
    QApplication.sendPostedEvents()
    painted.release(31, 30)
    QApplication.sendPostedEvents()
    painted.canvas.picture.painted = None
    assert areas
    assert max(max(area.width(), area.height()) for area in areas) < 160  # of 800 x 600
    assert painted.labels[30, 31] == 1


def test_parts_are_painted_as_the_whole_is(painted: Painted) -> None:
    """Many small strokes leave the very picture that painting all of it anew gives."""
    canvas = painted.canvas
    canvas.zoom_by(0.37)
    random = np.random.default_rng(1)
    for _ in range(12):
        painted.select(int(random.integers(1, 4)))
        painted.stroke(*[(float(x), float(y)) for x, y in random.integers(5, 55, (3, 2))])
    canvas.hand.hovered(None)
    QApplication.sendPostedEvents()
    pieces = canvas.grab().toImage()
    canvas.picture.update()
    assert canvas.grab().toImage() == pieces


def test_an_empty_canvas_bears_everything(qtbot: QtBot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    edits: list[Edit] = []
    canvas.strokeFinished.connect(edits.append)
    canvas.show()
    for tool in ("brush", "polygon", "lasso", "scissors", "fill", "grabcut", "superpixels"):
        canvas.set_tool(tool)
        qtbot.mouseMove(canvas.viewport)
        qtbot.mouseClick(canvas.viewport, Qt.MouseButton.LeftButton)
        canvas.hand.commit()
        canvas.hand.cancel()
    canvas.fit()
    canvas.zoom_100()
    canvas.show_instances([InstanceLabel(1, "", (0, 0, 1, 1), math.nan, (0, 0, 0))])
    canvas.show_onion(None)
    assert edits == []


@pytest.mark.parametrize("shape", [(1, 1), (3, 2000), (2000, 3), (333, 517)])
def test_frames_of_any_shape(qtbot: QtBot, shape: tuple[int, int]) -> None:
    painted = Painted(qtbot, np.full((*shape, 3), 100, np.uint8))
    painted.canvas.hand.set_brush_size(1)
    painted.click(shape[1] // 2, shape[0] // 2)
    painted.canvas.grab()
    assert painted.labels.any()


def test_the_surround_follows_the_theme(painted: Painted) -> None:
    def surround() -> int:
        return painted.canvas.grab().toImage().pixelColor(3, 3).lightness()

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    before = app.palette()
    try:
        for window in (QColor(30, 31, 34), QColor(240, 240, 240)):
            palette = QPalette(before)
            palette.setColor(QPalette.ColorRole.Window, window)
            app.setPalette(palette)
            QApplication.sendPostedEvents()
            assert abs(surround() - window.lightness()) < 80
            assert surround() < window.lightness()
    finally:
        app.setPalette(before)


def test_a_dense_screen_gets_all_its_pixels(painted: Painted) -> None:
    random = np.random.default_rng(0)
    frame = random.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    painted.canvas.show_frame(frame)
    painted.canvas.zoom_100()
    painted.canvas.zoom_by(0.5)  # two image pixels for one of the view, one for one of the screen
    picture = painted.canvas.picture
    geometry = picture.geometry
    image = QImage(picture.boundingRect().size().toSize() * 2, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2)
    painter = QPainter(image)
    option = QStyleOptionGraphicsItem()
    option.exposedRect = picture.boundingRect()  # type: ignore[attr-defined]
    picture.paint(painter, option)
    painter.end()
    left, top = round(geometry.left * 2), round(geometry.top * 2)
    for x, y in ((0, 0), (7, 3), (79, 59), (40, 31)):
        colour = image.pixelColor(left + x, top + y)
        assert (colour.red(), colour.green(), colour.blue()) == tuple(frame[y, x])


def test_names_for_assistive_technology(painted: Painted) -> None:
    assert painted.canvas.accessibleName() == "Canvas"
    assert painted.canvas.accessibleDescription()
