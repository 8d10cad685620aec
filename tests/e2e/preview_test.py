"""A preview of the frame in view: at once, dashed, named as one, and gone where there are masks."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Event

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lipgui.main_window import MainWindow
from tests.e2e.conftest import Hands
from tests.helpers import FakeSegmenter, Labels, MovingSquare, shifted


class Previewer(FakeSegmenter):
    """Knows by itself where the square has gone; the first step of tuning waits for the gate."""

    can_preview = True

    def preview(self, video: object, annotations: Mapping[int, Labels], frame: int) -> Labels:
        self.calls.append(f"preview {frame}")
        start = min(annotations)
        return shifted(annotations[start], frame - start)


@pytest.fixture
def segmenter(gate: Event) -> FakeSegmenter:
    return Previewer(gate=gate, gate_after=1)


def see_preview(hands: Hands, qtbot: QtBot, frame: int) -> Labels:
    """Go to a frame, and what is outlined there a moment later."""
    with qtbot.waitSignal(hands.window.previewing.previewShown, timeout=20_000) as shown:
        hands.go_to(frame)
    assert shown.args == [frame]
    outlined = hands.window.canvas.picture.compositor.onion
    assert outlined is not None
    return outlined


def previewed(window: MainWindow) -> list[str]:
    return [each.text for each in window.canvas.picture.instances if "preview" in each.text]


def test_a_frame_without_masks_shows_where_the_objects_may_be(
    opened: Hands, window: MainWindow, qtbot: QtBot, moving_square: MovingSquare, gate: Event
) -> None:
    opened.paint_square()
    np.testing.assert_array_equal(see_preview(opened, qtbot, 5), moving_square.truth[5])
    assert previewed(window) == ["preview of Object 1"]
    assert not window.document.labels(5).any()  # it is shown, and nothing else
    assert window.document.project.annotated_frames == [0]
    opened.do("tune")
    np.testing.assert_array_equal(see_preview(opened, qtbot, 3), moving_square.truth[3])
    assert window.segmentation.running == "tune"  # it waits for the gate
    with qtbot.waitSignal(window.segmentation.ended, timeout=20_000):
        gate.set()


def test_masks_take_the_place_of_the_preview(
    opened: Hands, window: MainWindow, qtbot: QtBot, moving_square: MovingSquare, gate: Event
) -> None:
    gate.set()
    opened.paint_square()
    see_preview(opened, qtbot, 4)
    opened.run("propagate_forward")
    np.testing.assert_array_equal(window.document.labels(4), moving_square.truth[4])
    qtbot.waitUntil(lambda: window.canvas.picture.compositor.onion is None, timeout=20_000)
    assert previewed(window) == []


def test_a_painted_frame_has_none(opened: Hands, window: MainWindow, qtbot: QtBot, gate: Event) -> None:
    gate.set()
    opened.paint_square()
    see_preview(opened, qtbot, 2)
    opened.go_to(0)
    assert window.canvas.picture.compositor.onion is None
    assert "preview 0" not in opened.segmenter.calls


def test_another_project_forgets_it(
    opened: Hands, window: MainWindow, qtbot: QtBot, gate: Event, moving_square: MovingSquare
) -> None:
    gate.set()
    opened.paint_square()
    see_preview(opened, qtbot, 2)
    opened.open(moving_square.path)
    assert window.canvas.picture.compositor.onion is None
