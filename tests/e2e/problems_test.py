"""What goes wrong while one works: each is a sentence or a report, offers what to do, and loses nothing."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication

from lipcore.errors import OutOfMemory
from lipcore.runs.annotation_files import read_annotations
from lipcore.video import open_video
from lipgui.dialogs.problems import ReportDialog
from lipgui.main_window import MainWindow
from tests.e2e.conftest import Hands
from tests.helpers import FailingSegmenter, FakeSegmenter, MovingSquare


class TestFullMemory:
    @pytest.fixture
    def segmenter(self) -> FakeSegmenter:
        return FailingSegmenter(
            OutOfMemory("Out of memory on the GPU: choose a smaller largest side or choose the CPU."), steps=1
        )

    def test_a_smaller_size_is_offered_and_in_the_end_the_cpu(self, opened: Hands) -> None:
        window = opened.window
        opened.paint_square()
        sides = []
        for _ in range(4):
            opened.run("tune")
            assert "Out of memory" in window.stage.notice.text
            window.stage.notice.button.click()
            sides.append(window.looking.preferences.max_side)
        assert sides == [640, 480, 360, 360]
        assert window.looking.preferences.device == "cpu"
        assert window.document.labels(0).any()
        assert window.document.tuned_weights() == b""


class TestBug:
    @pytest.fixture
    def segmenter(self) -> FakeSegmenter:
        return FailingSegmenter(ValueError("a bug in the worker"), steps=1)

    def test_a_bug_in_a_job_is_reported_and_can_be_copied(self, opened: Hands) -> None:
        opened.paint_square()
        before = opened.window.document.labels(0).copy()
        opened.run("tune")
        dialog = opened.window.findChild(ReportDialog)
        assert dialog is not None
        assert "a bug in the worker" in dialog.text.toPlainText()
        assert "Python" in dialog.text.toPlainText()
        dialog.copy_button.click()
        assert "a bug in the worker" in QGuiApplication.clipboard().text()
        dialog.close()
        assert np.array_equal(opened.window.document.labels(0), before)
        assert opened.window.queue.current is None


def test_an_exception_that_nothing_catches_is_reported(window: MainWindow, hands: Hands) -> None:
    window.problems.install()
    try:
        error = RuntimeError("nobody caught this")
        sys.excepthook(type(error), error, None)
    finally:
        window.problems.uninstall()
    dialog = window.findChild(ReportDialog)
    assert dialog is not None
    assert "nobody caught this" in dialog.text.toPlainText()
    dialog.close()


def test_undo_elsewhere_says_where_and_offers_to_go_there(opened: Hands) -> None:
    document = opened.window.document
    opened.paint_square()
    opened.go_to(7)
    opened.do("undo")
    notice = opened.window.stage.notice
    assert notice.text == "Undid “Paint” on frame 0."
    assert document.frame == 7
    notice.button.click()
    assert document.frame == 0
    assert notice.text == ""


def test_a_video_that_vanishes_while_open_loses_no_mask(opened: Hands, moving_square: MovingSquare) -> None:
    opened.paint_square()
    for picture in moving_square.path.iterdir():
        picture.unlink()
    opened.go_to(11)
    opened.go_to(0)
    assert opened.window.document.labels(0).any()


def test_onion_skin_boxes_overlay_and_colours(opened: Hands) -> None:
    window = opened.window
    opened.paint_square()
    opened.run("propagate_forward")
    opened.go_to(3)
    canvas = window.canvas
    assert len(canvas.picture.instances) == 1
    opened.do("show_boxes")
    assert len(canvas.picture.instances) == 0
    opened.do("onion")
    assert np.array_equal(canvas.picture.compositor.onion, window.document.labels(2))
    opened.do("overlay_mode")
    assert canvas.overlay == window.options.overlay_box.currentData() == "contour"
    own = window.document.palette()[1].tolist()
    opened.do("colour_blind")
    assert window.document.palette()[1].tolist() != own
    looking = window.looking
    looking.use(replace(looking.preferences, opacity=80))
    assert window.options.opacity_slider.value() == 80


def test_the_equivalent_command_line_is_copied(opened: Hands, moving_square: MovingSquare) -> None:
    opened.paint_square()
    opened.window.document.set_in_out(2, 8)
    opened.do("copy_command")
    words = QGuiApplication.clipboard().text()
    assert words.startswith(f"lip segment {moving_square.path}")
    assert "--range 2:9" in words
    assert "--quality balanced" in words


def test_the_copied_command_starts_from_the_painted_frames_alone(opened: Hands, moving_square: MovingSquare) -> None:
    opened.paint_square()
    opened.run("propagate_forward")
    opened.do("copy_command")
    words = shlex.split(QGuiApplication.clipboard().text())
    opened.qtbot.waitUntil(lambda: opened.window.status.saved_label.text() == "Kept as a draft", timeout=10_000)
    with open_video(Path(words[2])) as video:
        annotations = read_annotations(Path(words[words.index("--annotations") + 1]), video)
    assert list(annotations) == [0]
    assert np.array_equal(annotations[0], moving_square.truth[0])
