"""Soft edges without a window: asked for where they are seen, and never shown where they no longer belong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from lipcore.matting import EdgeSettings
from lipgui.canvas.canvas import Canvas
from lipgui.controllers.looks.soft_edges import SoftEdges
from lipgui.document import edits
from lipgui.document.document import Document
from lipgui.edges.panel import EdgesPanel
from tests.gui.document.helpers import square

SOFT = EdgeSettings(feather=4)


class Viewing(QObject):
    """Says which frame the canvas shows, as the window's own does."""

    frameShown = Signal(int)
    hiddenChanged = Signal()
    shown = -1


class Softened:
    """A canvas that shows frame 0 of a document, where object 1 is a square, and the panel of its edges."""

    def __init__(self, document: Document) -> None:
        self.document, self.viewing, self.parent = document, Viewing(), QObject()
        self.canvas, self.panel = Canvas(), EdgesPanel()
        edits.paint(document, square(10, 10))
        self.soft = SoftEdges(
            document,
            self.canvas,
            self.viewing,  # type: ignore[arg-type]
            self.panel,
            self.parent,
        )

    def show(self, frame: int) -> None:
        self.viewing.shown = frame
        self.canvas.show_frame(np.full((48, 64, 3), 90, np.uint8))
        self.viewing.frameShown.emit(frame)

    def soften(self) -> None:
        """Give object 1 soft edges."""
        edits.edit_object(self.document, replace(self.document.project.objects[1], edges=SOFT), "Edges")

    @property
    def is_soft(self) -> bool:
        return self.canvas.picture.compositor.is_soft


@pytest.fixture
def softened(qtbot: QtBot, document: Document) -> Iterator[Softened]:
    made = Softened(document)
    for widget in (made.canvas, made.panel):
        qtbot.addWidget(widget)
    made.canvas.resize(300, 200)
    made.canvas.show()
    made.show(0)
    yield made
    made.soft.close()


def test_they_are_shown_over_something_else_first_at_once_and_then_steadily(qtbot: QtBot, softened: Softened) -> None:
    shown: list[tuple[int, bool]] = []
    softened.soft.shown.connect(lambda *given: shown.append(given))
    softened.canvas.set_overlay("alpha")
    softened.soften()
    qtbot.waitUntil(lambda: len(shown) == 2)
    assert shown == [(0, False), (0, True)]
    assert softened.is_soft


def test_over_the_picture_they_are_shown_while_the_panel_is_open(qtbot: QtBot, softened: Softened) -> None:
    softened.soften()
    assert softened.soft._question() is None
    with qtbot.waitSignal(softened.soft.shown, check_params_cb=lambda frame, steady: steady):
        softened.soft.answers()["edges"](True)
    assert softened.is_soft
    softened.soft.answers()["edges"](False)
    qtbot.waitUntil(lambda: not softened.is_soft)


def test_what_is_tried_is_seen_and_not_kept_until_it_is_chosen(qtbot: QtBot, softened: Softened) -> None:
    document, count = softened.document, softened.document.stack.count()
    softened.canvas.set_overlay("alpha")
    with qtbot.waitSignal(softened.soft.shown):
        softened.panel.tried.emit(SOFT)
    assert softened.is_soft
    assert (document.project.objects[1].edges, document.stack.count()) == (EdgeSettings(), count)
    softened.panel.chosen.emit(SOFT)
    assert (document.project.objects[1].edges, document.stack.count()) == (SOFT, count + 1)
    assert softened.panel.edges == SOFT
    document.undo()
    assert softened.panel.edges == EdgeSettings()


def test_an_edit_takes_away_what_is_of_masks_that_are_no_more(qtbot: QtBot, softened: Softened) -> None:
    softened.canvas.set_overlay("alpha")
    softened.soften()
    qtbot.waitUntil(lambda: softened.is_soft)
    edits.paint(softened.document, square(30, 30), frame=8)  # far away
    assert softened.is_soft
    edits.paint(softened.document, square(30, 30))
    assert not softened.is_soft
    qtbot.waitUntil(lambda: softened.is_soft)


def test_hard_edges_and_frames_without_masks_are_shown_as_they_are(qtbot: QtBot, softened: Softened) -> None:
    softened.canvas.set_overlay("alpha")
    assert softened.soft._question() is None
    softened.soften()
    qtbot.waitUntil(lambda: softened.is_soft)
    softened.show(5)
    qtbot.waitUntil(lambda: not softened.is_soft)


def test_a_closed_video_shows_nothing_more(softened: Softened) -> None:
    softened.canvas.set_overlay("alpha")
    softened.soften()
    softened.document.close()
    assert softened.soft._question() is None
    assert not softened.soft._timer.isActive()
