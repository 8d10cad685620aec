"""Curves in the real window: drawn, kept, keyed, tracked, undone, reopened, exported; hand-made masks stay."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from lipcore.curves.curve import Curve
from lipcore.masks import read_label_map
from lipcore.project.provenance import Provenance
from lipgui.controllers.curves import drawing
from tests.e2e.conftest import Hands

CORNERS = ((11.5, 9.5), (23.5, 9.5), (23.5, 21.5), (11.5, 21.5))  # of the square on frame 0, between two pixels


def click(hands: Hands, x: float, y: float, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    viewport = hands.window.canvas.viewport
    QTest.mouseClick(viewport, button, Qt.KeyboardModifier.NoModifier, hands.point(x, y))


def double_click(hands: Hands, x: float, y: float) -> None:
    """Two quick presses, as Qt tells a double click."""
    viewport, where = hands.window.canvas.viewport, hands.point(x, y)
    click(hands, x, y)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)


def draw_square(hands: Hands) -> None:
    """Draw a curve about the square of frame 0 with the curve tool."""
    hands.key(Qt.Key.Key_U)
    for x, y in CORNERS:
        click(hands, x, y)
    click(hands, *CORNERS[0])


def curves_of(hands: Hands, object_id: int = 1) -> tuple[Curve, ...]:
    return hands.window.document.project.objects[object_id].curves


def area(hands: Hands, frame: int, object_id: int = 1) -> int:
    return int(hands.window.document.project.areas[frame, object_id])


def left(hands: Hands, frame: int) -> int:
    return int(np.flatnonzero((hands.window.document.labels(frame) == 1).any(axis=0))[0])


def masks(hands: Hands) -> list[bytes]:
    return [hands.window.document.labels(frame).tobytes() for frame in range(12)]


def move_all(hands: Hands, right: float) -> None:
    """Drag the curve by its inside."""
    x, y = curves_of(hands)[0].shape_at(hands.window.document.frame).places.mean(axis=0).tolist()
    hands.drag((x, y), (x + right / 2, y), (x + right, y))


def test_draw_move_a_point_on_another_frame_and_the_frames_between_are_painted(opened: Hands) -> None:
    window, document = opened.window, opened.window.document
    draw_square(opened)
    assert [curve.frames for curve in curves_of(opened)] == [[0]]
    assert area(opened, 0) == 144
    opened.go_to(10)
    assert area(opened, 10) == 0
    assert not window.curves.tool.drawn[0].exists
    opened.drag((23.5, 21.5), (28, 22), (33.5, 21.5))  # the lower right corner moves by ten pixels
    (curve,) = curves_of(opened)
    assert curve.frames == [0, 10]
    areas = [area(opened, frame) for frame in range(12)]
    assert areas == [*sorted(areas[:11]), 0]
    assert areas[0] == 144
    assert areas[10] == pytest.approx(144 + 60, abs=4)
    assert areas[5] == pytest.approx(144 + 30, abs=4)
    assert set(document.project.provenances[:11, 1]) == {Provenance.USER}
    after = masks(opened)
    opened.do("undo")
    assert [area(opened, frame) for frame in range(12)] == [144] + [0] * 11
    assert curves_of(opened)[0].frames == [0]
    opened.do("redo")
    assert masks(opened) == after
    assert curves_of(opened) == (curve,)
    opened.do("undo")
    opened.do("undo")
    assert curves_of(opened) == ()
    assert not document.project.areas[:, 1].any()


def test_a_polygon_is_kept_as_a_curve_if_asked(opened: Hands) -> None:
    opened.paint_square()
    assert curves_of(opened) == ()
    opened.do("undo")
    opened.do("keep_curves")
    opened.paint_square()
    (curve,) = curves_of(opened)
    assert curve.frames == [0]
    assert not curve.keys[0].shape.points[:, 1:].any()
    assert area(opened, 0) == 144
    assert opened.window.document.stack.undoText() == "Draw curve"


def test_dragging_while_a_point_is_placed_bends_the_curve(opened: Hands) -> None:
    opened.key(Qt.Key.Key_U)
    for (x, y), (right, down) in zip(CORNERS, ((4, -4), (4, 4), (-4, 4), (-4, -4)), strict=True):
        opened.drag((x, y), (x + right / 2, y + down / 2), (x + right, y + down))
    assert opened.window.canvas.busy
    opened.key(Qt.Key.Key_Return)
    (curve,) = curves_of(opened)
    assert curve.keys[0].shape.points[:, 1:].any()
    assert area(opened, 0) > 160  # it bulges
    np.testing.assert_allclose(curve.keys[0].shape.points[0, 2], (4, -4), atol=0.3)


def test_points_taken_back_while_drawing_and_undo_do_not_touch_the_document(opened: Hands) -> None:
    opened.key(Qt.Key.Key_U)
    for x, y in CORNERS[:3]:
        click(opened, x, y)
    opened.do("undo")
    click(opened, 40, 12, Qt.MouseButton.RightButton)
    assert len(opened.window.curves.tool.pen) - (opened.window.curves.tool._pointer is not None) == 1
    opened.key(Qt.Key.Key_Return)
    assert curves_of(opened) == ()  # one point is no curve
    opened.key(Qt.Key.Key_Escape)
    assert not opened.window.canvas.busy
    assert opened.window.document.stack.undoText() == "Add object"


def test_points_are_put_in_rounded_and_deleted_in_every_key(opened: Hands) -> None:
    draw_square(opened)
    opened.go_to(4)
    move_all(opened, 8)
    x, y = curves_of(opened)[0].shape_at(4).places[:2].mean(axis=0).tolist()
    double_click(opened, x, y)
    (curve,) = curves_of(opened)
    assert [len(key.shape) for key in curve.keys] == [5, 5]
    assert area(opened, 4) == 144
    assert opened.window.curves.tool.points == {1}
    opened.do("round_points")
    assert all(key.shape.points[1, 1:].any() for key in curves_of(opened)[0].keys)
    opened.do("corner_points")
    assert not any(key.shape.points[:, 1:].any() for key in curves_of(opened)[0].keys)
    opened.key(Qt.Key.Key_Delete)
    assert [len(key.shape) for key in curves_of(opened)[0].keys] == [4, 4]
    assert area(opened, 4) == 144  # Del took the point, not the mask
    click(opened, *curves_of(opened)[0].shape_at(4).places[0].tolist())
    opened.key(Qt.Key.Key_Delete)
    opened.do("delete_points")  # none is chosen: nothing but a word
    assert curves_of(opened)[0].point_count == 3


def test_a_rectangle_chooses_points_and_the_box_scales_and_turns(opened: Hands) -> None:
    draw_square(opened)
    tool, view = opened.window.curves.tool, opened.window.canvas.picture.geometry.scale
    click(opened, 17, 9.5)  # on the line: the curve is chosen
    opened.drag((5, 5), (18, 14), (30, 26))
    assert tool.points == {0, 1, 2, 3}
    grip = tool.grip(view)
    assert grip is not None
    corner, fixed = grip.corners[2], grip.corners[0]
    end = tuple(fixed[axis] + 1.5 * (corner[axis] - fixed[axis]) for axis in (0, 1))
    opened.drag((corner[0] - 0.5, corner[1] - 0.5), (end[0] - 1, end[1] - 1), (end[0] - 0.5, end[1] - 0.5))
    assert area(opened, 0) == pytest.approx(144 * 2.25, rel=0.06)
    grip = tool.grip(view)
    assert grip is not None
    (x, y), (middle_x, middle_y) = grip.knob, grip.centre
    assert y < 12
    opened.drag((x - 0.5, y - 0.5), (middle_x + 5, y), (middle_x + 12, middle_y - 12))
    turned = curves_of(opened)[0].keys[0].shape
    assert not np.allclose(turned.places[0, 1], turned.places[1, 1], atol=1)
    assert area(opened, 0) == pytest.approx(144 * 2.25, rel=0.08)


def test_keys_are_set_found_and_deleted(opened: Hands) -> None:
    window, document = opened.window, opened.window.document
    draw_square(opened)
    opened.go_to(8)
    opened.do("set_key")
    assert [area(opened, frame) for frame in (0, 4, 8, 9)] == [144, 144, 144, 0]
    opened.go_to(4)
    move_all(opened, 6)
    assert curves_of(opened)[0].frames == [0, 4, 8]
    assert left(opened, 2) == pytest.approx(left(opened, 0) + 3, abs=1)
    lane = window.timeline.lanes.labels[0]
    assert (lane.keys, lane.drawn) == ({0, 4, 8}, ((0, 8),))
    opened.do("next_key")
    assert document.frame == 8
    opened.do("previous_key")
    opened.do("previous_key")
    assert document.frame == 0
    opened.do("previous_key")
    assert document.frame == 0
    opened.go_to(4)
    opened.do("delete_key")
    assert curves_of(opened)[0].frames == [0, 8]
    assert left(opened, 4) == left(opened, 0)
    opened.do("delete_key")  # there is none any more
    assert window.stage.notice.isVisible()
    assert curves_of(opened)[0].frames == [0, 8]


def test_what_is_painted_by_hand_verified_or_locked_stays(opened: Hands) -> None:
    window, document = opened.window, opened.window.document
    draw_square(opened)
    opened.go_to(8)
    opened.do("set_key")
    opened.go_to(3)
    opened.key(Qt.Key.Key_B)
    opened.drag((40, 30), (42, 31))
    painted = document.labels(3).tobytes()
    opened.go_to(5)
    opened.do("verify_frame")
    verified = document.labels(5).tobytes()
    opened.go_to(8)
    opened.key(Qt.Key.Key_U)
    move_all(opened, 8)
    assert document.labels(3).tobytes() == painted
    assert document.labels(5).tobytes() == verified
    assert left(opened, 4) == pytest.approx(left(opened, 0) + 4, abs=1)
    assert "2 frames keep their masks" in window.status.currentMessage()
    opened.go_to(5)
    count = document.stack.index()
    move_all(opened, 3)  # on the verified frame itself: refused with a sentence
    assert document.stack.index() == count
    assert "verified" in window.stage.notice.text
    opened.do("lock_object")
    opened.go_to(8)
    count = document.stack.index()
    move_all(opened, 3)
    assert document.stack.index() == count
    opened.do("lock_object")
    opened.go_to(3)
    move_all(opened, 5)  # on the frame in view the curve's part follows, and what was painted beside it stays
    labels = document.labels(3) == 1
    assert labels[30, 41]
    assert curves_of(opened)[0].frames == [0, 3, 8]


def test_they_survive_reopening_can_be_edited_again_and_undone_across_sessions(opened: Hands, tmp_path: Path) -> None:
    window = opened.window
    draw_square(opened)
    opened.go_to(6)
    move_all(opened, 12)
    before, curve = masks(opened), curves_of(opened)[0]
    window.session.save_as(tmp_path / "curves.lip")
    opened.do("close_project")
    opened.open(tmp_path / "curves.lip")
    assert curves_of(opened) == (curve,)
    assert masks(opened) == before
    opened.go_to(3)
    opened.key(Qt.Key.Key_U)
    move_all(opened, -4)
    assert curves_of(opened)[0].frames == [0, 3, 6]
    assert masks(opened) != before
    opened.do("undo")
    assert masks(opened) == before
    opened.do("undo")
    assert curves_of(opened)[0].frames == [0]
    opened.do("redo")
    assert masks(opened) == before


def test_a_moving_square_is_tracked_forward_and_backward(opened: Hands) -> None:
    window = opened.window
    draw_square(opened)
    with opened.qtbot.waitSignal(window.curves.tracking.tracked, timeout=20_000):
        opened.do("track_forward")
    (curve,) = curves_of(opened)
    assert curve.last == 11
    assert window.document.frame == 11
    assert len(curve.keys) < 8  # what lies on a straight way has no key
    video = window.document.video
    for frame in range(12):
        truth = video[frame][..., 0] > 128
        found = window.document.labels(frame) == 1
        assert (truth & found).sum() / (truth | found).sum() > 0.85, frame
    opened.do("undo")
    assert curves_of(opened)[0].frames == [0]
    assert area(opened, 5) == 0
    opened.do("redo")
    opened.do("delete_key")
    assert curves_of(opened)[0].last < 11
    opened.go_to(0)
    opened.do("track_backward")
    assert window.stage.notice.isVisible()  # there is no frame before


def test_curves_are_deleted_with_their_masks_or_released_without(opened: Hands) -> None:
    draw_square(opened)
    opened.go_to(5)
    opened.do("set_key")
    before = masks(opened)
    opened.do("release_curve")
    assert curves_of(opened) == ()
    assert masks(opened) == before
    opened.do("undo")
    opened.do("delete_curve")
    assert curves_of(opened) == ()
    assert not opened.window.document.project.areas[:, 1].any()
    opened.do("undo")
    assert masks(opened) == before


def test_a_second_curve_cuts_a_hole(opened: Hands) -> None:
    draw_square(opened)
    opened.key(Qt.Key.Key_Escape)
    click(opened, 60, 5)
    opened.key(Qt.Key.Key_Escape)
    opened.key(Qt.Key.Key_Escape)
    for x, y in ((50.5, 30.5), (58.5, 30.5), (58.5, 38.5), (50.5, 38.5)):
        click(opened, x, y)
    opened.key(Qt.Key.Key_Return)
    assert [curve.number for curve in curves_of(opened)] == [1, 2]
    assert area(opened, 0) == 144 + 64
    opened.do("subtract_curve")
    assert area(opened, 0) == 144
    assert curves_of(opened)[1].subtract
    opened.drag((54.5, 34.5), (30, 20), (17.5, 15.5))
    assert area(opened, 0) == 144 - 64


def test_long_edits_run_in_the_background_and_undo_stops_them(opened: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    window, document = opened.window, opened.window.document
    draw_square(opened)
    monkeypatch.setattr(drawing, "AT_ONCE", 0)
    opened.go_to(9)
    count = document.stack.index()
    with opened.qtbot.waitSignal(window.curves.queue.job_ended, timeout=20_000):
        move_all(opened, 10)
        assert window.curves.drawing.pending is not None
        assert document.stack.index() == count
        assert window.curves.tool.curves[0].frames == [0, 9]  # what was drawn stays in sight
        shown = window.canvas.picture.compositor.labels
        assert int((shown == 1).sum()) == 144  # and its mask shows at once on this frame
        assert area(opened, 9) == 0
    assert document.stack.index() == count + 1
    assert [area(opened, frame) for frame in range(11)] == [144] * 10 + [0]
    before = masks(opened)
    with opened.qtbot.waitSignal(window.curves.queue.job_ended, timeout=20_000):
        move_all(opened, 10)
        opened.do("undo")
        assert window.curves.drawing.pending is None
    assert document.stack.index() == count + 1
    assert masks(opened) == before
    assert window.curves.tool.curves == curves_of(opened)
    with opened.qtbot.waitSignal(window.curves.queue.job_ended, timeout=20_000):
        move_all(opened, 4)
        move_all(opened, 4)  # goes on from what is being drawn
    opened.qtbot.waitUntil(lambda: window.curves.drawing.pending is None)
    assert document.stack.index() == count + 2


def test_the_menu_of_the_other_button_and_the_exported_masks(opened: Hands, tmp_path: Path) -> None:
    window = opened.window
    draw_square(opened)
    opened.go_to(6)
    move_all(opened, 12)
    x, y = curves_of(opened)[0].shape_at(6).places.mean(axis=0).tolist()
    click(opened, x, y, Qt.MouseButton.RightButton)
    (menu,) = window.canvas.findChildren(QMenu, "curveMenu")
    assert menu.isVisible()
    assert window.actions_by_name["track_forward"] in menu.actions()
    menu.close()
    window.session.save_as(tmp_path / "a.lip")
    opened.do("close_project")
    for frame in (0, 3, 6):
        found = read_label_map(tmp_path / "a.lip" / "masks" / f"{frame:05d}.png")
        assert int((found == 1).sum()) == 144
    assert "curves" in json.loads((tmp_path / "a.lip" / "project.json").read_bytes())


def test_a_curve_over_what_others_have_says_so_and_takes_it_if_told(opened: Hands) -> None:
    window = opened.window
    opened.paint_square()
    opened.do("new_object")
    opened.key(Qt.Key.Key_U)
    for x, y in ((13.5, 11.5), (20.5, 11.5), (20.5, 18.5), (13.5, 18.5)):
        click(opened, x, y)
    opened.key(Qt.Key.Key_Return)
    assert area(opened, 0, 2) == 0
    assert "paint over everything" in window.status.currentMessage()
    opened.do("paint_everything")
    opened.drag((17, 15), (18, 15), (18.2, 15))  # its sides come to lie between the middles of pixels
    assert area(opened, 0, 2) == 49
    assert area(opened, 0, 1) == 144 - 49
