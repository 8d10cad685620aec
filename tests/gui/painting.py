"""A canvas to paint on in tests: the mouse in image coordinates, and a window that applies every edit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lipcore.palette import davis_palette
from lipgui.canvas.canvas import Canvas, Edit
from lipgui.tools.brush import add_segment, snapped

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
PLAIN, ALT, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
HEIGHT, WIDTH = 60, 80
SCALE = 10.0  # view pixels per image pixel


def wait_for_timers(qtbot: QtBot, canvas: Canvas) -> None:
    """Wait until the canvas waits for nothing: a released key counts only when it has not come down again at once."""
    qtbot.waitUntil(lambda: not any(timer.isActive() for timer in canvas.findChildren(QTimer)))


class Painted:
    """A canvas that shows a grey frame, and what it emitted; edits change `labels` as the window would."""

    def __init__(self, qtbot: QtBot, frame: NDArray[np.uint8] | None = None) -> None:
        self.qtbot, self.canvas = qtbot, Canvas()
        qtbot.addWidget(self.canvas)
        self.canvas.resize(int(WIDTH * SCALE) + 24, int(HEIGHT * SCALE) + 24)
        with qtbot.waitExposed(self.canvas):
            self.canvas.show()
        self.canvas.hand.set_brush_size(6)
        self.frame = np.full((HEIGHT, WIDTH, 3), 100, np.uint8) if frame is None else frame
        self.labels = np.zeros(self.frame.shape[:2], np.uint8)
        self.object_id = 1
        self.edits: list[Edit] = []
        self.messages: list[str] = []
        self.canvas.strokeFinished.connect(self._apply)
        self.canvas.told.connect(self.messages.append)
        self.canvas.show_frame(self.frame)
        self.show()
        self.select(1)

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

    def press(self, x: float, y: float, button: Qt.MouseButton = LEFT, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        self.qtbot.mousePress(self.canvas.viewport, button, modifier, self.at(x, y))

    def move(self, x: float, y: float) -> None:
        self.move_to(self.at(x, y))

    def move_to(self, position: QPoint) -> None:
        self.qtbot.mouseMove(self.canvas.viewport, position)

    def release(self, x: float, y: float, button: Qt.MouseButton = LEFT) -> None:
        self.qtbot.mouseRelease(self.canvas.viewport, button, PLAIN, self.at(x, y))

    def stroke(self, *points: tuple[float, float], button: Qt.MouseButton = LEFT) -> None:
        self.press(*points[0], button)
        for point in points[1:]:
            self.move(*point)
        self.release(*points[-1], button)

    def click(self, x: float, y: float, button: Qt.MouseButton = LEFT, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        self.press(x, y, button, modifier)
        self.release(x, y, button)

    def double_click(self, x: float, y: float) -> None:
        self.click(x, y)
        self.qtbot.mouseDClick(self.canvas.viewport, LEFT, PLAIN, self.at(x, y))

    def key(self, key: Qt.Key) -> None:
        self.qtbot.keyClick(self.canvas, key)

    def let_go(self, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        """Release a held key, and wait until the canvas believes that it does not merely repeat."""
        self.qtbot.keyRelease(self.canvas, key, modifier)
        self.rest()

    def rest(self) -> None:
        """Wait until the canvas waits for nothing."""
        wait_for_timers(self.qtbot, self.canvas)

    def wheel(self, x: float, y: float, notches: int, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        position = QPointF(self.at(x, y))
        turned = QPoint(0, 120 * notches)
        event = QWheelEvent(
            position,
            self.canvas.viewport.mapToGlobal(position),
            QPoint(),
            turned,
            Qt.MouseButton.NoButton,
            modifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.canvas.viewport, event)

    def colour(self, x: float, y: float) -> tuple[int, int, int]:
        """The colour on the screen of an image pixel."""
        colour = self.canvas.grab().toImage().pixelColor(self.at(x, y))
        return colour.red(), colour.green(), colour.blue()


def stroke_mask(shape: tuple[int, int], points: list[tuple[float, float]], size: int) -> NDArray[np.bool_]:
    """(H, W) bool of a whole stroke of one size through `points`."""
    mask = np.zeros(shape, np.bool_)
    line = [snapped(point, size) for point in points]
    for start, end in zip(line, line[1:] or line, strict=False):
        add_segment(mask, start, end, size, size)
    return mask
