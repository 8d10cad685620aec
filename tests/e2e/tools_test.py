"""Every tool in the real window: chosen by its key, used with the mouse, taken back by a single undo."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.e2e.conftest import Hands
from tests.helpers import MovingSquare

PLAIN = Qt.KeyboardModifier.NoModifier
INSIDE = (slice(12, 20), slice(14, 22))  # well inside the moving square on frame 0
CORNERS = ((12, 10), (23, 10), (23, 21), (12, 21))


def click(hands: Hands, x: float, y: float) -> None:
    QTest.mouseClick(hands.window.canvas.viewport, Qt.MouseButton.LeftButton, PLAIN, hands.point(x, y))


def hover(hands: Hands, x: float, y: float) -> None:
    QTest.mouseMove(hands.window.canvas.viewport, hands.point(x, y))


def brush(hands: Hands) -> None:
    hands.window.looking.set_brush_size(12)
    hands.drag((14, 15), (20, 15))


def shape(hands: Hands) -> None:
    for corner in CORNERS:
        click(hands, *corner)
    hands.key(Qt.Key.Key_Return)


def lasso(hands: Hands) -> None:
    hands.drag(*CORNERS, (12, 11))


def fill(hands: Hands) -> None:
    click(hands, 17, 15)


def grabcut(hands: Hands) -> None:
    hands.drag((6, 4), (20, 20), (30, 28))
    hands.drag((15, 15), (19, 17))
    hands.key(Qt.Key.Key_Return)


def superpixels(hands: Hands) -> None:
    hands.window.looking.set_brush_size(8)
    hover(hands, 17, 15)
    hands.drag((13, 12), (22, 12), (22, 16), (13, 16), (13, 20), (22, 20))


TOOLS: dict[str, tuple[Qt.Key, Callable[[Hands], None]]] = {
    "brush": (Qt.Key.Key_B, brush),
    "polygon": (Qt.Key.Key_P, shape),
    "lasso": (Qt.Key.Key_L, lasso),
    "scissors": (Qt.Key.Key_M, shape),
    "fill": (Qt.Key.Key_G, fill),
    "grabcut": (Qt.Key.Key_C, grabcut),
    "superpixels": (Qt.Key.Key_S, superpixels),
}


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_paints_and_one_undo_takes_it_back(opened: Hands, moving_square: MovingSquare, name: str) -> None:
    document = opened.window.document
    key, use = TOOLS[name]
    opened.key(key)
    assert opened.window.canvas.tool == name
    use(opened)
    labels = document.labels(0)
    truth = moving_square.truth[0] == 1
    assert (labels[INSIDE] == 1).mean() > 0.9
    assert (labels[~truth] == 1).sum() < 0.5 * truth.sum()
    opened.do("undo")
    assert not document.labels(0).any()


def test_the_eraser_takes_from_the_selected_object(opened: Hands) -> None:
    opened.paint_square()
    opened.key(Qt.Key.Key_E)
    opened.window.looking.set_brush_size(4)
    opened.drag((14, 15), (20, 15))
    labels = opened.window.document.labels(0)
    assert not labels[15, 14:21].any()
    assert labels[20, 14:21].all()


def test_a_shape_in_hand_is_kept_on_its_frame_when_another_is_shown(opened: Hands) -> None:
    document = opened.window.document
    opened.key(Qt.Key.Key_P)
    for corner in CORNERS:
        click(opened, *corner)
    opened.go_to(3)
    assert not opened.window.canvas.busy
    assert (document.labels(0)[INSIDE] == 1).all()
    assert not document.labels(3).any()


def three_clicks(hands: Hands) -> None:
    for corner in CORNERS[:3]:
        click(hands, *corner)


def half_a_lasso(hands: Hands) -> None:
    press(hands, *CORNERS)


def box_and_scribble(hands: Hands) -> None:
    hands.drag((6, 4), (20, 20), (30, 28))
    hands.drag((15, 15), (19, 17))


def half_a_stroke(hands: Hands) -> None:
    hands.window.looking.set_brush_size(8)
    press(hands, (13, 12), (22, 12), (22, 16))


def press(hands: Hands, *points: tuple[float, float]) -> None:
    """Press the left button and move, without letting go."""
    viewport = hands.window.canvas.viewport
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, PLAIN, hands.point(*points[0]))
    for point in points[1:]:
        QTest.mouseMove(viewport, hands.point(*point))


IN_HAND: dict[str, tuple[Qt.Key, Callable[[Hands], None], int]] = {
    "polygon": (Qt.Key.Key_P, three_clicks, 3),  # how often Ctrl+Z takes something back
    "scissors": (Qt.Key.Key_M, three_clicks, 3),
    "lasso": (Qt.Key.Key_L, half_a_lasso, 1),
    "grabcut": (Qt.Key.Key_C, box_and_scribble, 2),
    "superpixels": (Qt.Key.Key_S, half_a_stroke, 1),
}


@pytest.mark.parametrize("name", IN_HAND)
def test_undo_takes_back_what_is_in_hand_and_never_older_work(opened: Hands, name: str) -> None:
    canvas, document = opened.window.canvas, opened.window.document
    undo = opened.window.actions_by_name["undo"]
    opened.paint_square()
    older = document.labels(0).copy()
    opened.do("new_object")
    count = document.stack.index()
    key, begin, steps = IN_HAND[name]
    opened.key(key)
    begin(opened)
    for step in range(steps):
        assert canvas.busy, step
        assert undo.text() == "&Undo last point"
        opened.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert document.stack.index() == count
    assert not canvas.busy
    QTest.mouseRelease(canvas.viewport, Qt.MouseButton.LeftButton, PLAIN, opened.point(30, 20))
    assert not canvas.busy
    assert document.stack.index() == count
    assert np.array_equal(document.labels(0), older)
    opened.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert document.stack.index() == count - 1


def test_redo_waits_until_the_shape_in_hand_is_finished(opened: Hands) -> None:
    opened.paint_square()
    opened.do("undo")
    opened.key(Qt.Key.Key_P)
    three_clicks(opened)
    opened.do("redo")
    assert "Finish the shape in hand" in opened.window.stage.notice.text
    assert not opened.window.document.labels(0).any()


def test_grabcut_says_what_it_found_or_that_it_found_nothing(opened: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    opened.window.canvas.told.connect(said.append)
    opened.key(Qt.Key.Key_C)
    with opened.qtbot.waitSignal(opened.window.canvas.told, check_params_cb=lambda text: "Found" in text):
        opened.drag((6, 4), (20, 20), (30, 28))
    opened.key(Qt.Key.Key_Escape)
    assert not opened.window.canvas.busy
    monkeypatch.setattr("lipgui.tools.grabcut.grabcut_mask", lambda frame, *_: np.zeros(frame.shape[:2], bool))
    with opened.qtbot.waitSignal(opened.window.canvas.told, check_params_cb=lambda text: "Nothing" in text):
        opened.drag((6, 4), (20, 20), (30, 28))
    opened.key(Qt.Key.Key_Return)
    assert opened.window.canvas.busy  # the box stays, to scribble in
    assert "scribble on the object" in said[-1]


def test_the_brush_size_can_only_be_set_for_tools_that_have_one(opened: Hands) -> None:
    options = opened.window.options
    for key, has_size in ((Qt.Key.Key_P, False), (Qt.Key.Key_E, True), (Qt.Key.Key_C, False), (Qt.Key.Key_S, True)):
        opened.key(key)
        assert options.brush_box.isEnabled() is has_size


def test_only_background_protects_the_other_objects(opened: Hands) -> None:
    opened.paint_square()
    before = opened.window.document.labels(0).copy()
    opened.do("new_object")
    opened.window.looking.set_paint_rule("background")
    opened.key(Qt.Key.Key_B)
    opened.drag((5, 15), (40, 15))
    labels = opened.window.document.labels(0)
    assert np.array_equal(labels[before == 1], before[before == 1])
    assert (labels[15, 26:40] == 2).all()


def test_a_locked_object_is_refused_with_a_sentence(opened: Hands) -> None:
    opened.paint_square()
    before = opened.window.document.labels(0).copy()
    opened.do("lock_object")
    said: list[str] = []
    opened.window.canvas.told.connect(said.append)
    opened.key(Qt.Key.Key_B)
    opened.drag((5, 15), (40, 15))
    assert np.array_equal(opened.window.document.labels(0), before)
    assert any("locked" in sentence for sentence in said)
