"""A timeline of 500 frames and three objects, and hands to use it with."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lipgui.timeline.timeline import LaneLabel, Timeline

FRAMES = 500
SELECTING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
NAMES = {3: "Dog", 7: "Ball", 9: "Car"}


@pytest.fixture
def arrays() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    provenances = np.zeros((FRAMES, 256), np.uint8)
    provenances[:100, 3] = 1
    provenances[0, [3, 7]] = 2
    scores = np.full((FRAMES, 256), np.nan, np.float32)
    scores[:100, 3] = 0.5
    return provenances, scores, (provenances > 0).astype(np.int32)


@pytest.fixture
def timeline(qtbot: QtBot, arrays: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Timeline:
    widget = Timeline()
    qtbot.addWidget(widget)
    widget.resize(1000, 220)
    widget.show_video(FRAMES, 25.0)
    widget.show_objects([LaneLabel(number, name, (200, 0, number)) for number, name in NAMES.items()])
    widget.show_cells(*arrays)
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def at(timeline: Timeline, frame: float, lane: int | None) -> QPoint:
    """The middle of a frame on a lane, or on the ruler."""
    layout = timeline.lanes.layout_of_lanes
    y = layout.ruler_height // 2 if lane is None else layout.lane_top(lane) + layout.lane_height // 2
    return QPoint(round(timeline.lanes.x_of(frame + 0.5)), y)


def drag(qtbot: QtBot, timeline: Timeline, start: QPoint, end: QPoint, **pressed: Qt.KeyboardModifier) -> None:
    lanes = timeline.lanes
    modifier = pressed.get("modifier", Qt.KeyboardModifier.NoModifier)
    qtbot.mousePress(lanes, Qt.MouseButton.LeftButton, modifier, start)
    qtbot.mouseMove(lanes, (start + end) / 2)
    qtbot.mouseMove(lanes, end)
    qtbot.mouseRelease(lanes, Qt.MouseButton.LeftButton, modifier, end)


def wheel(timeline: Timeline, position: QPoint, notches: int, modifier: Qt.KeyboardModifier) -> None:
    lanes = timeline.lanes
    event = QWheelEvent(
        QPointF(position), QPointF(lanes.mapToGlobal(position)), QPoint(), QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton, modifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(lanes, event)
