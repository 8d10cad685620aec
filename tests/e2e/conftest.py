"""The real window with a fast fake segmenter, and hands to use it with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lipgui.app import build_window
from lipgui.basics.theme import Theme
from lipgui.main_window import MainWindow
from tests.helpers import FakeAnswerer, FakeSegmenter, MovingSquare


class Hands:
    """Opens, paints, presses keys and waits, as a user would."""

    def __init__(self, window: MainWindow, qtbot: QtBot, segmenter: FakeSegmenter) -> None:
        self.window, self.qtbot, self.segmenter = window, qtbot, segmenter

    def open(self, path: Path) -> None:
        with self.qtbot.waitSignals([self.window.document.opened, self.window.viewing.frameShown], timeout=20_000):
            self.window.session.open(path)

    def point(self, x: float, y: float) -> QPoint:
        return self.window.canvas.viewport_position(x, y)

    def drag(self, *points: tuple[float, float], button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Press at the first point of the picture, move through the others, release at the last."""
        viewport = self.window.canvas.viewport
        QTest.mousePress(viewport, button, Qt.KeyboardModifier.NoModifier, self.point(*points[0]))
        for point in points[1:]:
            QTest.mouseMove(viewport, self.point(*point))
        QTest.mouseRelease(viewport, button, Qt.KeyboardModifier.NoModifier, self.point(*points[-1]))

    def paint_square(self) -> None:
        """Paint the moving square of frame 0, rows 10 to 21 and columns 12 to 23, with a polygon."""
        self.key(Qt.Key.Key_P)
        for x, y in ((11.5, 9.5), (23.5, 9.5), (23.5, 21.5), (11.5, 21.5)):  # between two pixels
            QTest.mouseClick(
                self.window.canvas.viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, self.point(x, y)
            )
        self.key(Qt.Key.Key_Return)

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the keyboard is: on the canvas."""
        self.window.canvas.setFocus()
        QTest.keyClick(self.window.canvas, key, modifiers)

    def do(self, name: str) -> None:
        """Choose an action from its menu."""
        self.window.actions_by_name[name].trigger()

    def run(self, name: str) -> None:
        """Choose an action that starts a job, and wait for the end of the job; untuned, if it asks."""
        with self.qtbot.waitSignal(self.window.segmentation.ended, timeout=20_000):
            self.begin(name)

    def begin(self, name: str) -> None:
        """Choose an action that starts a job; untuned, if it asks."""
        self.do(name)
        self.answer("Propagate untuned")

    def answer(self, text: str) -> None:
        """Press the button of the notice that has this text, if there is one."""
        notice = self.window.stage.notice
        for button in (notice.button, notice.second_button):
            if button.isVisible() and button.text() == text:
                QTest.mouseClick(button, Qt.MouseButton.LeftButton)
                return

    def go_to(self, frame: int) -> None:
        with self.qtbot.waitSignal(self.window.viewing.frameShown, check_params_cb=lambda shown: shown == frame):
            self.window.timeline.frameRequested.emit(frame)


@pytest.fixture
def segmenter() -> FakeSegmenter:
    return FakeSegmenter()


@pytest.fixture
def gate() -> Iterator[Event]:
    """Holds the fake segmenter until it is set; opened at the end so that no thread waits."""
    gate = Event()
    yield gate
    gate.set()


@pytest.fixture
def window(qtbot: QtBot, segmenter: FakeSegmenter) -> Iterator[MainWindow]:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme = Theme(application)
    window = build_window(segmenter_factory=lambda preferences: segmenter, theme=theme)
    window.canvas.use_answerer(FakeAnswerer())
    window.resize(1100, 720)
    window.show()
    qtbot.waitExposed(window)
    yield window
    if window.queue.current is not None:
        with qtbot.waitSignal(window.queue.job_ended, timeout=25_000):
            window.queue.drop_waiting()
            window.queue.stop_current()
    for queue in (window.filing.files_queue, window.editing.repair_queue):
        queue.stop_all()
    window.close()
    window.deleteLater()
    theme.deleteLater()


@pytest.fixture
def hands(window: MainWindow, qtbot: QtBot, segmenter: FakeSegmenter) -> Hands:
    return Hands(window, qtbot, segmenter)


@pytest.fixture
def opened(hands: Hands, moving_square: MovingSquare) -> Hands:
    """The window with the moving square open and object 1 added."""
    hands.open(moving_square.path)
    hands.do("new_object")
    return hands
