from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from lipgui.timeline.playing.transport import Transport


@pytest.fixture
def transport(qtbot: QtBot) -> Transport:
    widget = Transport()
    qtbot.addWidget(widget)
    widget.show_video(100, 25.0)
    widget.show()
    return widget


def click(qtbot: QtBot, button: QAbstractButton) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_buttons_step_and_jump(qtbot: QtBot, transport: Transport) -> None:
    asked: list[int] = []
    transport.frameRequested.connect(asked.append)
    for button in (transport.next_button, transport.next_button, transport.previous_button, transport.last_button):
        click(qtbot, button)
    click(qtbot, transport.first_button)
    assert asked == [1, 2, 1, 99, 0]


def test_showing_a_frame_emits_nothing_and_fills_both_fields(qtbot: QtBot, transport: Transport) -> None:
    with qtbot.assertNotEmitted(transport.frameRequested):
        transport.show_frame(60)
    assert transport.frame_field.text() == "60"
    assert transport.timecode_field.text() == "00:00:02:10"


def test_ends_disable_what_leads_beyond_them(transport: Transport) -> None:
    assert not transport.previous_button.isEnabled()
    assert transport.next_button.isEnabled()
    transport.show_frame(99)
    assert transport.previous_button.isEnabled()
    assert not transport.last_button.isEnabled()


def test_a_typed_frame_number_is_asked_for(qtbot: QtBot, transport: Transport) -> None:
    transport.frame_field.selectAll()
    qtbot.keyClicks(transport.frame_field, "42")
    with qtbot.waitSignal(transport.frameRequested) as asked:
        qtbot.keyClick(transport.frame_field, Qt.Key.Key_Return)
    assert asked.args == [42]
    assert transport.timecode_field.text() == "00:00:01:17"


def test_a_number_beyond_the_video_means_the_last_frame(qtbot: QtBot, transport: Transport) -> None:
    transport.frame_field.selectAll()
    qtbot.keyClicks(transport.frame_field, "4200")
    with qtbot.waitSignal(transport.frameRequested) as asked:
        qtbot.keyClick(transport.frame_field, Qt.Key.Key_Return)
    assert asked.args == [99]


def test_playing_does_not_disturb_a_number_being_typed(qtbot: QtBot, transport: Transport) -> None:
    transport.frame_field.selectAll()
    qtbot.keyClicks(transport.frame_field, "7")
    transport.show_frame(30)
    assert transport.frame_field.text() == "7"
    qtbot.keyClick(transport.frame_field, Qt.Key.Key_Escape)
    assert transport.frame_field.text() == "30"


def test_arrow_keys_step_in_the_frame_field(qtbot: QtBot, transport: Transport) -> None:
    asked: list[int] = []
    transport.frameRequested.connect(asked.append)
    qtbot.keyClick(transport.frame_field, Qt.Key.Key_Up)
    qtbot.keyClick(transport.frame_field, Qt.Key.Key_Up)
    qtbot.keyClick(transport.frame_field, Qt.Key.Key_Down)
    assert asked == [1, 2, 1]


def test_a_typed_timecode_is_asked_for_and_nonsense_is_put_back(qtbot: QtBot, transport: Transport) -> None:
    field = transport.timecode_field
    field.selectAll()
    qtbot.keyClicks(field, "2:10")
    with qtbot.waitSignal(transport.frameRequested) as asked:
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert asked.args == [60]
    assert field.text() == "00:00:02:10"
    field.selectAll()
    qtbot.keyClicks(field, "soon")
    with qtbot.assertNotEmitted(transport.frameRequested):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "00:00:02:10"


def test_play_speed_and_loop_are_asked_for_and_playing_is_shown_in_silence(qtbot: QtBot, transport: Transport) -> None:
    with qtbot.waitSignal(transport.playToggled) as played:
        click(qtbot, transport.play_button)
    assert played.args == [True]
    with qtbot.waitSignal(transport.loopToggled) as looped:
        click(qtbot, transport.loop_button)
    assert looped.args == [True]
    with qtbot.waitSignal(transport.speedChanged) as changed:
        qtbot.keyClick(transport.speed_box, Qt.Key.Key_Down)
    assert changed.args == [2.0]
    assert transport.speed == 2.0
    with qtbot.assertNotEmitted(transport.playToggled):
        transport.show_playing(False)
    assert not transport.play_button.isChecked()
    assert "Play" in transport.play_button.toolTip()


def test_without_a_video_it_is_disabled(transport: Transport) -> None:
    transport.show_video(0, 25.0)
    assert not transport.isEnabled()


def test_every_control_has_a_name_and_a_tool_tip(transport: Transport) -> None:
    for widget in transport.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus:
            assert widget.accessibleName(), widget
            assert widget.toolTip(), widget
