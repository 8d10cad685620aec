"""The canvas: strokes become edits, and every gesture does what it should."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lipcore.palette import davis_palette
from lipgui.canvas import Canvas, Edit
from lipgui.tools_brush import stroke_mask

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
HEIGHT, WIDTH = 60, 80


class Painted:
    """A canvas, and what it emitted; edits are applied to `labels` as the window would."""

    def __init__(self, canvas: Canvas, qtbot: QtBot) -> None:
        self.canvas, self.qtbot = canvas, qtbot
        self.labels = np.zeros((HEIGHT, WIDTH), np.uint8)
        self.object_id = 1
        self.edits: list[Edit] = []
        self.messages: list[str] = []
        canvas.strokeFinished.connect(self._apply)
        canvas.messageRequested.connect(self.messages.append)

    def _apply(self, edit: Edit) -> None:
        self.edits.append(edit)
        self.labels[edit.mask] = 0 if edit.erase else self.object_id
        self.show()

    def show(self) -> None:
        self.canvas.show_labels(self.labels, davis_palette())

    def select(self, object_id: int) -> None:
        self.object_id = object_id
        self.canvas.set_object(object_id)

    def at(self, x: float, y: float) -> QPoint:
        return self.canvas.viewport_position(x, y)

    def press(self, x: float, y: float, button: Qt.MouseButton = LEFT, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        self.qtbot.mousePress(self.canvas.viewport, button, modifier, self.at(x, y))

    def move(self, x: float, y: float) -> None:
        self.qtbot.mouseMove(self.canvas.viewport, self.at(x, y))

    def release(self, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
        self.qtbot.mouseRelease(self.canvas.viewport, button, Qt.KeyboardModifier.NoModifier, self.at(x, y))

    def stroke(self, *points: tuple[float, float], button: Qt.MouseButton = LEFT) -> None:
        self.press(*points[0], button)
        for point in points[1:]:
            self.move(*point)
        self.release(*points[-1], button)

    def click(self, x: float, y: float, button: Qt.MouseButton = LEFT, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        self.press(x, y, button, modifier)
        self.release(x, y, button)

    def wheel(self, x: float, y: float, notches: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        position = QPointF(self.at(x, y))
        event = QWheelEvent(
            position, self.canvas.viewport.mapToGlobal(position), QPoint(), QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton, modifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(self.canvas.viewport, event)

    def colour_at(self, x: float, y: float) -> tuple[int, int, int]:
        colour = self.canvas.grab().toImage().pixelColor(self.at(x, y))
        return colour.red(), colour.green(), colour.blue()


@pytest.fixture
def frame() -> NDArray[np.uint8]:
    return np.full((HEIGHT, WIDTH, 3), 100, np.uint8)


@pytest.fixture
def painted(qtbot: QtBot, frame: NDArray[np.uint8]) -> Painted:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(824, 624)  # the picture is shown at 10 view pixels a pixel
    canvas.show()
    canvas.set_brush_size(6)
    canvas.show_frame(frame)
    painted = Painted(canvas, qtbot)
    painted.show()
    painted.select(1)
    return painted


def test_left_paints(painted: Painted) -> None:
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


def test_stroke_is_shown_before_it_is_finished(painted: Painted) -> None:
    before = painted.colour_at(30, 30)
    painted.press(30, 30)
    assert painted.colour_at(30, 30) != before
    assert not painted.edits
    painted.release(30, 30)


def test_refused_edit_leaves_no_preview(painted: Painted) -> None:
    painted.canvas.strokeFinished.disconnect()
    before = painted.colour_at(30, 30)
    painted.stroke((30, 30), (32, 30))
    painted.move(70, 50)
    assert painted.colour_at(30, 30) == before
