"""The line that snaps to edges."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lipgui.tools.geometry import Point
from lipgui.tools.scissors import ScissorsTool
from lipgui.tools.tool import ToolScene
from tests.gui.tools.edges_test import disc_picture, overlap

FRAME, TRUTH = disc_picture(240, 300, 150, 120, 70)
SCENE = ToolScene(FRAME, np.zeros(TRUTH.shape, np.uint8), scale=2.0)


def around(count: int) -> list[tuple[float, float]]:
    """Points on the edge of the disc."""
    angles = [2 * math.pi * number / count for number in range(count)]
    return [(150 + 70 * math.cos(angle), 120 + 70 * math.sin(angle)) for angle in angles]


def fixed_points(tool: ScissorsTool) -> list[Point]:
    """Where the line is held."""
    return [outline.points[0] for outline in tool.outlines if outline.handles]


@pytest.fixture
def tool() -> ScissorsTool:
    """A line held at five points around the disc."""
    tool = ScissorsTool()
    for point in around(5):
        tool.press(SCENE, point, False)
        tool.release(SCENE, point)
    return tool


def test_five_clicks_take_a_disc(tool: ScissorsTool) -> None:
    tool.commit(SCENE)
    assert tool.finished
    assert tool.mask is not None
    assert overlap(tool.mask, TRUTH) > 0.96


def test_a_click_on_the_start_finishes(tool: ScissorsTool) -> None:
    tool.press(SCENE, (around(5)[0][0] + 1, around(5)[0][1]), False)
    assert tool.finished


def test_a_double_click_finishes(tool: ScissorsTool) -> None:
    tool.double_click(SCENE, around(5)[4], False)
    assert tool.finished


def test_the_live_line_leads_to_the_pointer(tool: ScissorsTool) -> None:
    tool.hover(SCENE, (200.0, 30.0))
    assert tool.outlines[1].points[-1] == pytest.approx((200, 30), abs=1)
    assert tool.outlines[1].points[0] == pytest.approx(around(5)[4], abs=1)


def test_esc_and_the_other_button_take_pieces_back(tool: ScissorsTool) -> None:
    assert tool.mask is not None
    before = tool.mask.sum()
    tool.cancel(SCENE)
    assert len(fixed_points(tool)) == 4
    assert tool.mask.sum() < before
    tool.press(SCENE, (0.0, 0.0), True)
    assert len(fixed_points(tool)) == 3
    for _ in range(3):
        tool.cancel(SCENE)
    assert not tool.active


def test_one_piece_is_no_shape() -> None:
    tool = ScissorsTool()
    for point in around(5)[:2]:
        tool.press(SCENE, point, False)
    tool.commit(SCENE)
    assert not tool.finished
    assert tool.active


def test_a_drag_holds_the_line_where_it_ends() -> None:
    tool = ScissorsTool()
    tool.press(SCENE, around(5)[0], False)
    tool.drag(SCENE, around(5)[1])
    tool.release(SCENE, around(5)[1])
    assert len(fixed_points(tool)) == 2


def test_the_line_is_held_by_itself_beyond_the_searched_window() -> None:
    frame, _ = disc_picture(200, 1200, 600, 100, 60)
    scene = ToolScene(frame, np.zeros((200, 1200), np.uint8), scale=1.0)
    tool = ScissorsTool()
    tool.press(scene, (10.0, 100.0), False)
    for x in range(60, 1190, 60):
        tool.hover(scene, (float(x), 100.0))
    assert len(fixed_points(tool)) >= 3
    assert fixed_points(tool) == sorted(fixed_points(tool))


def test_the_last_piece_to_the_start_follows_the_edge_too() -> None:
    tool = ScissorsTool()
    for point in around(5)[:4]:  # a straight line back would cut off three tenths of the disc
        tool.press(SCENE, point, False)
        tool.release(SCENE, point)
    tool.commit(SCENE)
    assert tool.finished
    assert tool.mask is not None
    assert overlap(tool.mask, TRUTH) > 0.96
