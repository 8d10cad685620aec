"""Click to mask in the real window: hovering, adding, taking away, a box, Enter, Esc, undo, corrections, neighbours."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lipcore.interactive.clicker import overlap
from lipcore.project.provenance import Provenance
from lipcore.prompts import Prompt
from tests.core.interactive.balls import ball_and_ground
from tests.core.training.pictures import write_image
from tests.e2e.conftest import Hands
from tests.helpers import FakeAnswerer, MovingSquare

PLAIN = Qt.KeyboardModifier.NoModifier
SQUARE = (17.5, 15.5)  # in the moving square on frame 0
OUTSIDE = (45.5, 35.5)


@pytest.fixture
def answerer() -> FakeAnswerer:
    return FakeAnswerer()


@pytest.fixture
def clicking(opened: Hands, answerer: FakeAnswerer) -> Hands:
    """The window with the click tool chosen, ready for frame 0."""
    opened.window.canvas.use_answerer(answerer)
    opened.key(Qt.Key.Key_W)
    opened.qtbot.waitUntil(lambda: answerer.seen is not None)
    wait(opened)
    return opened


def wait(hands: Hands) -> None:
    """Until nothing is worked out any more."""
    hands.qtbot.waitUntil(lambda: hands.window.canvas._session.tool.work is None, timeout=20_000)


def click(hands: Hands, at: tuple[float, float], button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    QTest.mouseClick(hands.window.canvas.viewport, button, PLAIN, hands.point(*at))
    wait(hands)


def hover(hands: Hands, at: tuple[float, float]) -> None:
    QTest.mouseMove(hands.window.canvas.viewport, hands.point(*at))
    wait(hands)


def shown(hands: Hands) -> np.ndarray:
    return hands.window.canvas._session.shown


def paint_all(hands: Hands, object_id: int) -> None:
    """Give the right half of frame 0 to an object."""
    mask = np.zeros((48, 64), np.bool_)
    mask[:, 32:] = True
    hands.window.document.select_object(object_id)
    from lipgui.document.edits import paint

    paint(hands.window.document, mask)


def test_hovering_shows_what_a_click_gives_and_changes_nothing(clicking: Hands, moving_square: MovingSquare) -> None:
    truth = moving_square.truth[0] == 1
    hover(clicking, SQUARE)
    assert np.array_equal(shown(clicking) == 1, truth)
    assert not clicking.window.document.labels(0).any()
    assert not clicking.window.canvas.busy
    QTest.mouseMove(clicking.window.canvas.viewport, clicking.point(-3, -3))
    wait(clicking)
    assert not shown(clicking).any()
    count = clicking.window.document.stack.count()
    hover(clicking, SQUARE)
    clicking.key(Qt.Key.Key_Return)  # nothing was clicked: there is nothing to take
    assert clicking.window.document.stack.count() == count


def test_a_click_and_enter_paint_the_object_and_one_undo_takes_it_back(
    clicking: Hands, moving_square: MovingSquare
) -> None:
    document = clicking.window.document
    click(clicking, SQUARE)
    assert clicking.window.canvas.busy
    assert not document.labels(0).any()
    clicking.key(Qt.Key.Key_Return)
    assert np.array_equal(document.labels(0), moving_square.truth[0])
    assert document.project.provenance(0, 1) is Provenance.USER
    assert not clicking.window.canvas.busy
    clicking.do("undo")
    assert not document.labels(0).any()
    clicking.do("redo")
    assert np.array_equal(document.labels(0), moving_square.truth[0])


def test_the_right_button_takes_away_and_ctrl_z_takes_back_clicks_but_never_older_work(
    clicking: Hands, answerer: FakeAnswerer
) -> None:
    document = clicking.window.document
    paint_all(clicking, 2)
    document.select_object(1)
    before = document.labels(0).copy()
    click(clicking, SQUARE)
    click(clicking, (2.5, 2.5))  # the ground, all of it that belongs to nobody
    many = np.count_nonzero(shown(clicking) == 1)
    click(clicking, (2.5, 44.5), Qt.MouseButton.RightButton)
    few = np.count_nonzero(shown(clicking) == 1)
    assert few == 144 < many
    assert [each.added for each in answerer.asked[-1].clicks] == [True, True, False]
    clicking.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.count_nonzero(shown(clicking) == 1) == many
    clicking.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.count_nonzero(shown(clicking) == 1) == 144
    clicking.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not clicking.window.canvas.busy
    assert np.array_equal(document.labels(0), before)
    clicking.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)  # nothing in hand: older work
    assert not (document.labels(0) == 2).any()


def test_escape_drops_all_clicks_and_no_data(clicking: Hands) -> None:
    click(clicking, SQUARE)
    click(clicking, OUTSIDE)
    clicking.key(Qt.Key.Key_Escape)
    assert not clicking.window.canvas.busy
    assert not shown(clicking).any()
    assert not clicking.window.document.labels(0).any()


def test_a_drag_makes_a_box(clicking: Hands, answerer: FakeAnswerer, moving_square: MovingSquare) -> None:
    clicking.drag((8, 6), (20, 20), (28, 26))
    wait(clicking)
    box = answerer.asked[-1].box
    assert box is not None
    assert box == pytest.approx((8, 6, 28, 26), abs=1.0)
    assert answerer.asked[-1].clicks == ()
    clicking.key(Qt.Key.Key_Return)
    assert np.array_equal(clicking.window.document.labels(0), moving_square.truth[0])


def test_locked_neighbours_and_the_paint_rule_are_respected(clicking: Hands, answerer: FakeAnswerer) -> None:
    window = clicking.window
    paint_all(clicking, 2)
    window.editing.set_locked(2, True)
    window.document.select_object(1)
    click(clicking, (2.5, 2.5))
    others = answerer.asked[-1].others
    assert others is not None
    assert np.array_equal(others, window.document.labels(0) == 2)
    clicking.key(Qt.Key.Key_Return)
    labels = window.document.labels(0)
    assert (labels[:, 32:] == 2).all()
    assert (labels[:, :32] == 1).sum() == 48 * 32 - 144
    window.editing.set_locked(2, False)
    window.looking.set_paint_rule("background")
    click(clicking, SQUARE)
    clicking.drag((1, 1), (40, 30), (62, 46))
    wait(clicking)
    clicking.key(Qt.Key.Key_Return)
    assert (window.document.labels(0)[:, 32:] == 2).all()


def test_a_click_on_a_propagated_mask_corrects_it_there_and_counts_as_a_correction(
    clicking: Hands, answerer: FakeAnswerer, moving_square: MovingSquare
) -> None:
    window = clicking.window
    click(clicking, SQUARE)
    clicking.key(Qt.Key.Key_Return)
    clicking.run("propagate_forward")
    clicking.go_to(5)
    window.canvas._settled.timeout.emit()
    wait(clicking)
    before = window.document.labels(5).copy()
    assert window.document.project.provenance(5, 1) is Provenance.MODEL
    assert (before == 1).any()
    click(clicking, (60.5, 5.5))  # far from the mask: a piece is added there, the mask itself stays
    so_far = answerer.asked[-1].so_far
    assert so_far is not None
    assert np.array_equal(so_far, before == 1)
    clicking.key(Qt.Key.Key_Return)
    after = window.document.labels(5)
    assert (after[before == 1] == 1).all()
    assert after[5, 60] == 1
    assert window.document.project.provenance(5, 1) is Provenance.CORRECTED
    click(clicking, (60.5, 5.5), Qt.MouseButton.RightButton)
    clicking.key(Qt.Key.Key_Return)
    assert np.array_equal(window.document.labels(5), before)
    assert window.actions_by_name["correct"].isEnabled()
    clicking.do("undo")
    assert window.document.labels(5)[5, 60] == 1


def test_going_to_another_frame_takes_the_mask_on_the_frame_it_was_made_for(clicking: Hands) -> None:
    document = clicking.window.document
    click(clicking, SQUARE)
    clicking.go_to(3)
    assert document.labels(0)[15, 17] == 1
    assert not document.labels(3).any()


def test_the_window_stays_awake_while_the_frame_is_looked_at(
    opened: Hands, answerer: FakeAnswerer, gate: Event, moving_square: MovingSquare
) -> None:
    answerer.gate = gate
    opened.window.canvas.use_answerer(answerer)
    opened.key(Qt.Key.Key_W)
    assert "Looking at this frame" in opened.window.status.currentMessage()
    viewport = opened.window.canvas.viewport
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, PLAIN, opened.point(*SQUARE))
    opened.key(Qt.Key.Key_Return)  # before the answer: taken as soon as it comes
    assert not opened.window.document.labels(0).any()
    gate.set()
    opened.qtbot.waitUntil(lambda: bool(opened.window.document.labels(0).any()))
    assert np.array_equal(opened.window.document.labels(0), moving_square.truth[0])


def test_what_is_wrong_with_the_weights_is_told_and_the_tool_goes_on(clicking: Hands, answerer: FakeAnswerer) -> None:
    answerer.problem = "The interactive head is damaged."
    click(clicking, SQUARE)
    assert clicking.window.status.currentMessage() == "The interactive head is damaged."
    answerer.problem = ""
    click(clicking, SQUARE)
    clicking.key(Qt.Key.Key_Return)
    assert clicking.window.document.labels(0).any()


def test_taking_away_from_nothing_is_answered_in_a_sentence(clicking: Hands) -> None:
    click(clicking, SQUARE, Qt.MouseButton.RightButton)
    assert "nothing to take away" in clicking.window.status.currentMessage()
    assert not clicking.window.canvas.busy


def test_the_prompt_of_a_fresh_object_is_plain(clicking: Hands, answerer: FakeAnswerer) -> None:
    click(clicking, SQUARE)
    prompt: Prompt = answerer.asked[-1]
    assert (prompt.box, prompt.so_far, prompt.others) == (None, None, None)
    assert len(prompt.clicks) == 1


def test_the_bundled_weights_give_a_whole_ball_by_one_click(hands: Hands, tmp_path: Path) -> None:
    frame, ball = ball_and_ground(240, 427, (250, 110), 60)
    for number in range(2):
        write_image(tmp_path / "ball" / f"{number:05d}.png", frame)
    hands.open(tmp_path / "ball")
    hands.window.canvas.use_answerer(hands.window.clicks)
    hands.do("new_object")
    hands.do("tool_click")
    hands.qtbot.waitUntil(lambda: hands.window.canvas._session.tool.work is None, timeout=120_000)  # loads torch
    hover(hands, (250.5, 110.5))
    assert overlap(ball, shown(hands) == 1) > 0.85
    click(hands, (250.5, 110.5))
    hands.key(Qt.Key.Key_Return)
    assert overlap(ball, hands.window.document.labels(0) == 1) > 0.85


def test_the_tool_is_first_in_the_bar_and_in_the_menu(opened: Hands) -> None:
    buttons = opened.window.tools.findChildren(type(opened.window.tools.layout().itemAt(0).widget()))
    assert buttons[0].action is opened.window.actions_by_name["tool_click"]
    opened.do("tool_click")
    assert opened.window.canvas.tool == "click"
