"""Keys: every action has a handler, a place in a menu and keys of its own, which can be changed and found."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu

from lipgui.actions.table import ACTIONS
from lipgui.dialogs.help_sheet import HelpSheet
from lipgui.dialogs.shortcuts_dialog import ShortcutsDialog
from lipgui.panels.tools_bar import ActionButton
from lipgui.tools.tool_session import make_tools
from tests.e2e.conftest import Hands


def actions_of(menu: QMenu) -> list[QAction]:
    found = []
    for action in menu.actions():
        inner = action.menu()
        found += actions_of(inner) if isinstance(inner, QMenu) else [action]
    return found


def test_every_action_is_in_a_menu(hands: Hands) -> None:
    bar = hands.window.menuBar()
    named = {action.objectName() for menu in bar.findChildren(QMenu) for action in actions_of(menu)}
    assert {row.name for row in ACTIONS} <= named


def test_every_tool_has_a_button(opened: Hands) -> None:
    buttons = {button.action.objectName() for button in opened.window.tools.findChildren(ActionButton)}
    for name in make_tools():
        assert f"tool_{name}" in buttons
        opened.do(f"tool_{name}")
        assert opened.window.canvas.tool == name
    # The last one loads a large library in the background, which cannot be stopped halfway.
    opened.qtbot.waitUntil(lambda: not opened.window.thinking.busy, timeout=60_000)


@pytest.mark.parametrize(
    ("key", "modifiers", "frame"),
    [
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, 5),
        (Qt.Key.Key_D, Qt.KeyboardModifier.NoModifier, 5),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, 3),
        (Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier, 3),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier, 11),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, 0),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, 11),
    ],
)
def test_keys_move_through_the_frames(opened: Hands, key: Qt.Key, modifiers: Qt.KeyboardModifier, frame: int) -> None:
    opened.go_to(4)
    opened.key(key, modifiers)
    assert opened.window.document.frame == frame


def test_in_and_out_points_and_play(opened: Hands) -> None:
    document, timeline = opened.window.document, opened.window.timeline
    opened.go_to(3)
    opened.key(Qt.Key.Key_I)
    opened.go_to(8)
    opened.key(Qt.Key.Key_O)
    assert document.project.in_out == (3, 8)
    opened.key(Qt.Key.Key_Space)
    opened.qtbot.waitUntil(lambda: timeline.player.playing)
    opened.key(Qt.Key.Key_Space)
    opened.qtbot.waitUntil(lambda: not timeline.player.playing)


def test_brackets_size_the_brush_and_x_swaps_paint_and_background(opened: Hands) -> None:
    canvas = opened.window.canvas
    opened.window.looking.set_brush_size(20)
    opened.key(Qt.Key.Key_BracketRight)
    assert canvas.hand.brush_size > 20
    assert opened.window.options.brush_box.value() == canvas.hand.brush_size
    opened.paint_square()
    opened.key(Qt.Key.Key_B)
    opened.window.looking.set_brush_size(4)
    opened.key(Qt.Key.Key_X)
    opened.drag((14, 14), (20, 14))
    assert opened.window.document.labels(0)[14, 17] == 0


def test_escape_drops_the_shape_in_hand_and_never_data(opened: Hands) -> None:
    opened.paint_square()
    opened.key(Qt.Key.Key_P)
    QTest.mouseClick(opened.window.canvas.viewport, Qt.MouseButton.LeftButton, pos=opened.point(40, 30))
    opened.key(Qt.Key.Key_Escape)
    opened.key(Qt.Key.Key_Escape)
    assert not opened.window.canvas.busy
    assert opened.window.document.labels(0)[15, 15] == 1


def test_a_taken_key_is_refused_and_a_free_one_works_at_once(opened: Hands) -> None:
    opened.do("edit_shortcuts")
    dialog = opened.window.findChild(ShortcutsDialog)
    assert dialog is not None
    assert not dialog.bind("tune", "F")
    assert "taken" in dialog.message.text()
    assert dialog.bind("next_frame", "Y")
    dialog.close()
    opened.key(Qt.Key.Key_Y)
    assert opened.window.document.frame == 1
    opened.key(Qt.Key.Key_Right)
    assert opened.window.document.frame == 1
    assert opened.window.settings.shortcuts() == {"next_frame": "Y"}


def test_f1_finds_an_action_by_typing_and_enter_does_it(opened: Hands) -> None:
    opened.key(Qt.Key.Key_F1)
    sheet = opened.window.findChild(HelpSheet)
    assert sheet is not None
    opened.qtbot.waitUntil(lambda: QApplication.activeWindow() is sheet)
    QTest.keyClicks(sheet.field, "last frame")
    assert [text for text, _ in sheet.rows()] == ["Last frame"]
    QTest.keyClick(sheet.field, Qt.Key.Key_Return)
    assert opened.window.document.frame == 11


def test_space_presses_a_button_that_has_the_keyboard(opened: Hands) -> None:
    button = opened.window.options.tune_button
    button.setFocus()
    assert button.hasFocus()
    with opened.qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert not opened.window.timeline.player.playing


def test_arrows_move_a_slider_that_has_the_keyboard(opened: Hands) -> None:
    slider = opened.window.options.opacity_slider
    before = slider.value()
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert slider.value() > before
    assert opened.window.document.frame == 0


def test_everything_that_can_be_pressed_has_a_name(opened: Hands) -> None:
    nameless = [
        button.objectName() or type(button).__name__
        for button in opened.window.findChildren(QAbstractButton)
        if button.isVisible() and not (button.accessibleName() or button.text())
    ]
    assert nameless == []
