"""The canvas in step with the document: masks, outlines and boxes of the frame on the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from lipcore.errors import LipError
from lipcore.project.project import Project
from lipcore.video import ArrayVideo
from lipgui.canvas.canvas import Canvas
from lipgui.controllers.canvas_presenter import Viewing
from lipgui.document import edits
from lipgui.document.document import Document
from tests.gui.document.helpers import push_run, square
from tests.helpers import blank_video


class Seen:
    """A canvas that shows a document."""

    def __init__(self, qtbot: QtBot, document: Document, video: ArrayVideo) -> None:
        self.qtbot, self.document, self.canvas, self.parent = qtbot, document, Canvas(), QObject()
        qtbot.addWidget(self.canvas)
        self.viewing = Viewing(document, self.canvas, self.parent)
        with qtbot.waitSignal(self.viewing.frameShown):
            document.open(Project.create(video), video)
        edits.add_object(document)

    def go_to(self, frame: int) -> None:
        with self.qtbot.waitSignal(self.viewing.frameShown, check_params_cb=lambda shown: shown == frame):
            self.document.go_to(frame)

    @property
    def masks(self) -> np.ndarray:
        return self.canvas.picture.compositor.labels

    @property
    def outlined(self) -> np.ndarray | None:
        return self.canvas.picture.compositor.onion

    def boxes(self) -> list[str]:
        return [each.text for each in self.canvas.picture.instances]


@pytest.fixture
def seen(qtbot: QtBot) -> Iterator[Seen]:
    seen = Seen(qtbot, Document(), blank_video())
    yield seen
    seen.viewing.close()


def test_frame_and_masks_appear_together(seen: Seen) -> None:
    edits.paint(seen.document, square(5, 5), frame=3)
    seen.document.go_to(3)
    assert seen.viewing.shown == 0
    assert not seen.masks.any()
    seen.go_to(3)
    assert seen.viewing.shown == 3
    assert seen.viewing.pixels is not None
    assert (seen.viewing.pixels == 3).all()
    assert np.array_equal(seen.masks == 1, square(5, 5))


def test_an_edit_is_seen_at_once_if_it_is_of_the_shown_frame(seen: Seen) -> None:
    edits.paint(seen.document, square(5, 5), frame=3)
    assert not seen.masks.any()
    edits.paint(seen.document, square(5, 5))
    assert seen.masks[5, 5] == 1
    seen.document.undo()
    assert not seen.masks.any()


def test_the_frame_before_is_outlined(seen: Seen) -> None:
    edits.paint(seen.document, square(5, 5), frame=2)
    seen.go_to(3)
    assert seen.outlined is None
    seen.viewing.use_onion(True)
    assert np.array_equal(seen.outlined == 1, square(5, 5))
    edits.paint(seen.document, square(20, 20), frame=2)
    assert seen.outlined[20, 20] == 1
    seen.go_to(0)
    assert seen.outlined is None


def test_the_masks_before_the_last_run_are_outlined(seen: Seen) -> None:
    edits.paint(seen.document, square(30, 30))
    push_run(seen.document, 0, job=1)
    seen.viewing.use_comparison(True)
    assert np.array_equal(seen.outlined == 1, square(30, 30))
    assert seen.masks[0, 0] == 1
    seen.viewing.use_comparison(False)
    assert seen.outlined is None


def test_what_something_would_make_is_shown_until_the_frame_is_edited(seen: Seen) -> None:
    edits.paint(seen.document, square(5, 5))
    seen.viewing.use_preview(0, square(20, 20).astype(np.uint8))
    assert np.array_equal(seen.masks == 1, square(20, 20))
    assert np.array_equal(seen.outlined == 1, square(5, 5))
    edits.paint(seen.document, square(6, 6))
    assert np.array_equal(seen.masks == 1, square(5, 5) | square(6, 6))
    assert seen.outlined is None


def test_a_guess_goes_with_its_frame_and_is_called_one(seen: Seen) -> None:
    seen.viewing.show_guess(square(20, 20).astype(np.uint8))
    assert seen.boxes() == ["preview of Object 1"]
    assert seen.outlined[20, 20] == 1
    seen.go_to(4)
    assert seen.boxes() == []
    assert seen.outlined is None


def test_hidden_objects_and_all_but_the_selected_one_have_no_boxes(seen: Seen) -> None:
    push_run(seen.document, 0, job=1)
    assert len(seen.boxes()) == 1
    edits.add_object(seen.document)
    seen.viewing.use_solo(True)
    assert seen.boxes() == []
    assert seen.canvas.picture.style.hidden == {1}
    seen.document.select_object(1)
    assert len(seen.boxes()) == 1
    seen.viewing.use_solo(False)
    edits.edit_object(seen.document, replace(seen.document.project.objects[1], hidden=True), "Hide")
    assert seen.boxes() == []
    edits.edit_object(seen.document, replace(seen.document.project.objects[1], hidden=False), "Show")
    seen.viewing.use_boxes(False)
    assert seen.boxes() == []


class Damaged(ArrayVideo):
    """Its fifth frame cannot be read."""

    def __getitem__(self, frame: int) -> np.ndarray:
        if frame == 5:
            raise LipError("Frame 5 cannot be read.")
        return super().__getitem__(frame)


def test_a_frame_that_cannot_be_read_is_grey_and_said(qtbot: QtBot) -> None:
    seen = Seen(qtbot, Document(), Damaged(np.zeros((12, 48, 64, 3), np.uint8)))
    with qtbot.waitSignal(seen.viewing.announced) as said:
        seen.go_to(5)
    assert said.args[0].text == "Frame 5 cannot be read."
    assert (seen.viewing.pixels == 48).all()
    seen.document.close()
    assert (seen.viewing.shown, seen.viewing.pixels) == (-1, None)
