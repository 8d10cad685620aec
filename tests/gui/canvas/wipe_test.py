"""The line between before and now: it is dragged, moved by keys, and stays on its place of the picture."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lipgui.canvas.view import PictureView
from lipgui.canvas.wipe import WipeLine


@pytest.fixture
def line(qtbot: QtBot) -> WipeLine:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show_picture(np.zeros((60, 80, 3), np.uint8))
    with qtbot.waitExposed(view):
        view.show()
    line = WipeLine(view)
    line.show_line(True)
    return line


def middle(line: WipeLine) -> float:
    """Where the line lies on the picture, in image pixels."""
    return line._view.image_point(line.geometry().center().toPointF())[0]


def test_it_stays_on_its_place_of_the_picture(line: WipeLine) -> None:
    for change in (
        lambda: line._view.zoom_by(2),
        lambda: line._view.pan_by(30, 0),
        lambda: line._view.resize(300, 250),
    ):
        change()
        assert middle(line) == pytest.approx(40, abs=0.5)
    assert line.height() == line._view.height()


def test_a_drag_moves_it_within_the_picture(line: WipeLine, qtbot: QtBot) -> None:
    moved: list[float] = []
    line.moved.connect(moved.append)
    centre = line.rect().center()
    qtbot.mouseMove(line, centre + QPoint(50, 0))
    assert moved == []
    qtbot.mousePress(line, Qt.MouseButton.LeftButton, pos=centre)
    drag(line, centre + QPoint(100, 0))
    assert moved[-1] == line.place == pytest.approx(0.75, abs=0.02)
    drag(line, QPoint(5000, 0))
    assert moved[-1] == 1.0


def drag(line: WipeLine, place: QPoint) -> None:
    left = Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    where = place.toPointF()
    event = QMouseEvent(QEvent.Type.MouseMove, where, line.mapToGlobal(where), Qt.MouseButton.NoButton, left, none)
    QApplication.sendEvent(line, event)


def test_arrow_keys_are_the_lines_and_move_it_a_little(line: WipeLine, qtbot: QtBot) -> None:
    with qtbot.waitSignal(line.moved) as moved:
        qtbot.keyClick(line, Qt.Key.Key_Right)
    assert moved.args == [pytest.approx(0.52)]
    qtbot.keyClick(line, Qt.Key.Key_Left)
    assert line.place == pytest.approx(0.5)
    for key, modifier, claimed in (
        (Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier, True),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier, False),
        (Qt.Key.Key_Up, Qt.KeyboardModifier.NoModifier, False),
    ):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifier)
        event.ignore()
        QApplication.sendEvent(line, event)
        assert event.isAccepted() == claimed
