"""The box, the scribbles and what takes them back."""

from __future__ import annotations

import numpy as np
import pytest

from lipgui.tools.grabcut import GrabCutTool
from lipgui.tools.tool import ToolScene
from tests.gui.tools.edges_test import disc_picture, overlap

FRAME, TRUTH = disc_picture(60, 80, 40, 30, 15)
SCENE = ToolScene(FRAME, np.zeros(TRUTH.shape, np.uint8), scale=8.0)


def drag(tool: GrabCutTool, *points: tuple[float, float], erase: bool = False) -> None:
    tool.press(SCENE, points[0], erase)
    for point in points[1:]:
        tool.drag(SCENE, point)
    tool.release(SCENE, points[-1])
    think(tool)


def think(tool: GrabCutTool) -> None:
    """Do what the window does beside itself."""
    if tool.work is not None:
        tool.answer(tool.work, tool.work())


@pytest.fixture
def boxed() -> GrabCutTool:
    tool = GrabCutTool()
    drag(tool, (20, 10), (60, 50))
    return tool


def test_the_box_previews_and_waits(boxed: GrabCutTool) -> None:
    assert boxed.mask is not None
    assert overlap(boxed.mask, TRUTH) > 0.95
    assert boxed.active
    assert not boxed.finished
    assert boxed.outlines[0].points == ((20, 10), (60, 10), (60, 50), (20, 50))
    boxed.commit(SCENE)
    assert boxed.finished


def test_scribbles_change_the_preview_and_esc_takes_them_back(boxed: GrabCutTool) -> None:
    assert boxed.mask is not None
    first = boxed.mask.copy()
    drag(boxed, (35, 20), (45, 20), erase=True)
    assert not boxed.mask[20, 36:44].any()
    drag(boxed, (2, 2), (8, 2))
    assert boxed.mask[2, 3:8].all()
    assert [scribble.erase for scribble in boxed.scribbles] == [True, False]
    boxed.cancel(SCENE)
    think(boxed)
    assert not boxed.mask[2, 3:8].any()
    boxed.cancel(SCENE)
    think(boxed)
    assert np.array_equal(boxed.mask, first)
    boxed.cancel(SCENE)
    assert not boxed.active


def test_a_box_drawn_with_the_right_button_erases() -> None:
    tool = GrabCutTool()
    drag(tool, (20, 10), (60, 50), erase=True)
    drag(tool, (35, 20), (45, 20), erase=True)  # the same button says: this is in it
    assert tool.erase
    assert [scribble.erase for scribble in tool.scribbles] == [False]


def test_a_click_makes_no_box() -> None:
    tool = GrabCutTool()
    drag(tool, (20, 10), (21, 11))
    assert not tool.active


def test_the_box_ends_with_the_frame() -> None:
    tool = GrabCutTool()
    drag(tool, (-50, -50), (500, 500))
    assert tool.active
    assert tool.mask is not None
    assert tool.mask.shape == TRUTH.shape


def test_nothing_is_committed_while_drawing(boxed: GrabCutTool) -> None:
    boxed.press(SCENE, (30, 30), False)
    boxed.commit(SCENE)
    assert not boxed.finished


def test_the_answer_to_older_hints_is_not_shown(boxed: GrabCutTool) -> None:
    assert boxed.mask is not None
    first = boxed.mask
    boxed.press(SCENE, (35, 20), True)
    boxed.drag(SCENE, (45, 20))
    boxed.release(SCENE, (45, 20))
    older = boxed.work
    assert older is not None
    boxed.press(SCENE, (35, 40), True)
    boxed.release(SCENE, (35, 40))
    boxed.answer(older, older())
    assert boxed.mask is first
    boxed.commit(SCENE)  # what is still being found is waited for
    assert boxed.finished
    assert boxed.mask is not first
    assert boxed.work is None
