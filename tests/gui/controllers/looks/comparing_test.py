"""Before and after: what a run replaced, beside the masks of now or left of a line, until the video is closed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from lipgui.canvas.canvas import Canvas
from lipgui.canvas.side_by_side import SideBySide
from lipgui.controllers.looks.comparing import Comparing
from lipgui.document import edits
from lipgui.document.document import Document
from tests.gui.document.helpers import push_run, square


class Viewing(QObject):
    """Says which frame the canvas shows, as the window's own does once it is read."""

    frameShown = Signal(int)
    shown = -1
    pixels: np.ndarray | None = None


class Compared:
    """A canvas that shows frame 0 of a document, and what it is compared with."""

    def __init__(self, document: Document) -> None:
        self.document, self.viewing, self.canvas = document, Viewing(), Canvas()
        self.pictures, self.parent = SideBySide(self.canvas), QObject()
        self.comparing = Comparing(
            document,
            self.canvas,
            self.viewing,  # type: ignore[arg-type]
            self.pictures,
            self.parent,
        )
        self.switched: list[tuple[bool, bool]] = []
        self.comparing.switched.connect(lambda *both: self.switched.append(both))

    def show(self, frame: int) -> None:
        self.viewing.shown, self.viewing.pixels = frame, np.full((48, 64, 3), 90, np.uint8)
        self.canvas.show_frame(self.viewing.pixels)
        self.viewing.frameShown.emit(frame)

    @property
    def beside(self) -> np.ndarray | None:
        """The masks in the picture on the left."""
        return self.pictures.before.picture.compositor.labels

    @property
    def said(self) -> str:
        """What stands over the picture on the left."""
        return self.pictures.findChildren(QLabel, "viewTitle")[0].text()


@pytest.fixture
def compared(qtbot: QtBot, document: Document) -> Iterator[Compared]:
    made = Compared(document)
    qtbot.addWidget(made.pictures)
    made.pictures.resize(800, 300)
    made.pictures.show()
    made.show(0)
    yield made
    made.pictures.close()


def test_beside_the_canvas_lie_the_masks_that_the_run_replaced(compared: Compared) -> None:
    edits.paint(compared.document, square(20, 20))
    before = compared.document.labels(0).copy()
    push_run(compared.document, 0, job=1)
    compared.comparing.side_by_side(True)
    assert compared.beside is not None
    np.testing.assert_array_equal(compared.beside, before)
    assert compared.switched == [(False, True)]
    compared.comparing.side_by_side(False)
    assert not compared.pictures.is_shown


def test_where_nothing_changed_before_is_as_now_and_that_is_said(qtbot: QtBot, compared: Compared) -> None:
    compared.comparing.side_by_side(True)
    assert compared.said == "Before: nothing was changed here"
    edits.paint(compared.document, square(20, 20))
    qtbot.waitUntil(lambda: compared.said == "Before")
    compared.show(4)
    assert compared.said == "Before: nothing was changed here"


def test_before_follows_every_edit_and_undo(qtbot: QtBot, compared: Compared) -> None:
    compared.comparing.side_by_side(True)
    edits.paint(compared.document, square(20, 20))
    qtbot.waitUntil(lambda: compared.beside is not None and not compared.beside.any())
    edits.paint(compared.document, square(30, 40))
    qtbot.waitUntil(lambda: compared.beside is not None and np.array_equal(compared.beside == 1, square(20, 20)))
    compared.document.undo()
    qtbot.waitUntil(lambda: compared.beside is not None and not compared.beside.any())


def test_one_way_to_compare_ends_the_other_and_closing_ends_both(compared: Compared) -> None:
    compared.comparing.side_by_side(True)
    compared.comparing.wipe(True)
    assert (compared.comparing.line.isHidden(), compared.pictures.is_shown) == (False, False)
    compared.document.close()
    assert compared.comparing.line.isHidden()
    assert compared.switched == [(False, True), (True, False), (False, False)]


def test_a_frame_that_is_not_read_yet_is_waited_for(compared: Compared) -> None:
    compared.viewing.shown, compared.viewing.pixels = -1, None
    compared.comparing.side_by_side(True)
    assert compared.beside is None
    compared.show(2)
    assert compared.beside is not None


def test_left_of_the_line_are_the_masks_of_before(compared: Compared, monkeypatch: pytest.MonkeyPatch) -> None:
    push_run(compared.document, 0, job=1)
    calls: list[tuple[object, ...]] = []
    monkeypatch.setattr(compared.canvas, "show_before", lambda *given: calls.append(given))
    compared.comparing.wipe(True)
    before, place = calls[-1]
    assert (before.any(), place) == (False, 0.5)  # type: ignore[union-attr,attr-defined]
    compared.comparing.line.place = 0.25
    compared.comparing.line.moved.emit(0.25)
    assert calls[-1][1] == 0.25
    compared.comparing.wipe(False)
    assert calls[-1][0] is None
