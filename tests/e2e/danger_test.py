"""Nothing dangerous by one key: ranges are asked for, a person's work only goes when told to, hidden objects stay."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from lipgui.basics.frame_selection import FrameSelection
from tests.e2e.conftest import Hands

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def propagated(opened: Hands) -> Hands:
    """The moving square, painted on its first frame and propagated to all twelve."""
    opened.paint_square()
    opened.run("propagate_forward")
    return opened


def masked(hands: Hands) -> list[int]:
    return [frame for frame in range(12) if hands.window.document.labels(frame).any()]


def test_shift_del_without_a_range_only_asks_for_one(propagated: Hands) -> None:
    propagated.window.timeline.lanes.set_in_out(2, 8)
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_V):
        propagated.key(key, SHIFT)
        assert "Select the frames first" in propagated.window.stage.notice.text
    assert masked(propagated) == list(range(12))
    assert not (propagated.window.document.project.provenances == 4).any()


def test_shift_del_clears_what_the_model_made_in_the_range(propagated: Hands) -> None:
    propagated.window.timeline.lanes.select(FrameSelection(4, 7, (1,)))
    propagated.key(Qt.Key.Key_Delete, SHIFT)
    assert masked(propagated) == [0, 1, 2, 3, 8, 9, 10, 11]


@pytest.mark.parametrize(
    ("choice", "left"), [("button", [4, 5, 6, 7, 8, 9, 10, 11]), ("second_button", [0, *range(4, 12)])]
)
def test_painted_masks_in_the_range_go_only_when_told_to(propagated: Hands, choice: str, left: list[int]) -> None:
    window = propagated.window
    window.timeline.lanes.select(FrameSelection(0, 3))
    propagated.key(Qt.Key.Key_Delete, SHIFT)
    assert masked(propagated) == list(range(12))
    assert "1 of the frames 0 to 3 holds masks that you painted" in window.stage.notice.text
    propagated.key(Qt.Key.Key_Escape)
    assert window.stage.notice.text == ""
    assert masked(propagated) == list(range(12))
    propagated.key(Qt.Key.Key_Delete, SHIFT)
    getattr(window.stage.notice, choice).click()
    assert masked(propagated) == left
    propagated.do("undo")
    assert masked(propagated) == list(range(12))


def test_a_hidden_object_is_not_painted(opened: Hands) -> None:
    opened.do("hide_object")
    said: list[str] = []
    opened.window.canvas.told.connect(said.append)
    opened.key(Qt.Key.Key_B)
    opened.drag((5, 15), (40, 15))
    assert not opened.window.document.labels(0).any()
    assert any("hidden" in sentence for sentence in said)
    opened.do("hide_object")
    opened.drag((5, 15), (40, 15))
    assert opened.window.document.labels(0).any()


def test_painting_starts_so_that_neighbours_are_not_cut_into(opened: Hands) -> None:
    opened.paint_square()
    before = opened.window.document.labels(0).copy()
    opened.do("new_object")
    opened.key(Qt.Key.Key_B)
    opened.drag((5, 15), (40, 15))
    labels = opened.window.document.labels(0)
    assert np.array_equal(labels[before == 1], before[before == 1])
    assert (labels == 2).any()
