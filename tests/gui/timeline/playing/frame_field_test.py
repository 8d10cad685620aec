"""The field for a frame's number."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lipgui.timeline.playing.frame_field import FrameField


@pytest.fixture
def field(qtbot: QtBot) -> FrameField:
    field = FrameField()
    qtbot.addWidget(field)
    field.show_range(99)
    field.show_frame(40)
    with qtbot.waitExposed(field):
        field.show()
    field.setFocus()
    return field


@pytest.fixture
def asked(field: FrameField) -> list[int]:
    frames: list[int] = []
    field.frameEntered.connect(frames.append)
    return frames


def retype(field: FrameField, qtbot: QtBot, text: str) -> None:
    field.selectAll()
    qtbot.keyClicks(field, text)


def test_a_number_is_asked_for_with_enter_and_held_inside_the_video(
    field: FrameField, asked: list[int], qtbot: QtBot
) -> None:
    retype(field, qtbot, "7")
    assert asked == []
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert asked == [7]
    assert not field.hasFocus()
    field.setFocus()
    retype(field, qtbot, "500")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert asked == [7, 99]
    assert field.text() == "99"


def test_esc_takes_back_what_was_typed(field: FrameField, asked: list[int], qtbot: QtBot) -> None:
    retype(field, qtbot, "7")
    field.show_frame(41)
    assert field.text() == "7"
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "41"
    assert asked == []


def test_arrow_keys_and_the_wheel_step_within_the_video(field: FrameField, asked: list[int], qtbot: QtBot) -> None:
    qtbot.keyClick(field, Qt.Key.Key_Up)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    wheel(field, -300)
    assert asked == [41, 40, 38]
    field.show_frame(99)
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert asked == [41, 40, 38]


def wheel(field: FrameField, angle: int) -> None:
    place, none = QPointF(5, 5), Qt.MouseButton.NoButton
    event = QWheelEvent(
        *(place, field.mapToGlobal(place), QPoint(), QPoint(0, angle), none),
        *(Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False),
    )
    QApplication.sendEvent(field, event)


def test_it_is_wide_enough_for_the_last_frame(field: FrameField) -> None:
    narrow = field.width()
    field.show_range(1_234_567)
    assert field.width() > narrow
