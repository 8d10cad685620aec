"""The curve tool without a window: placing points, taking hold, choosing, and what it asks for."""

from __future__ import annotations

import numpy as np
import pytest

from lipcore.curves.curve import Curve, Key
from lipcore.curves.shape import FARTHEST
from lipgui.tools.curve import CurveTool, CurveWish
from lipgui.tools.tool import ToolScene
from tests.core.curves.shapes import circle, moving, square

SCENE = ToolScene(np.zeros((60, 80, 3), np.uint8), np.zeros((60, 80), np.uint8))


@pytest.fixture
def wishes() -> list[CurveWish]:
    return []


@pytest.fixture
def tool(wishes: list[CurveWish]) -> CurveTool:
    """The tool on frame 5 with a square of 40 pixels that moves, and a circle beside it."""
    tool = CurveTool()
    tool.wished = wishes.append
    first = Curve(1, (Key(0, square(5, 5, 30)), Key(10, square(15, 5, 30))))
    tool.show_curves((first, Curve(2, (Key(0, circle(65, 45, 10)),))), 5)
    return tool


def drag(tool: CurveTool, *points: tuple[float, float]) -> None:
    tool.press(SCENE, points[0], erase=False)
    for point in points[1:]:
        tool.drag(SCENE, point)
    tool.release(SCENE, points[-1])


def test_a_press_chooses_a_point_and_a_drag_makes_a_key(tool: CurveTool, wishes: list[CurveWish]) -> None:
    drag(tool, (10, 5))
    assert (tool.number, tool.points, wishes) == (1, {0}, [])
    drag(tool, (10, 5), (8, 4), (4, 1))
    (wish,) = wishes
    assert wish.curves[0].frames == [0, 5, 10]
    np.testing.assert_allclose(wish.curves[0].shape_at(5).places, [(4, 1), (40, 5), (40, 35), (10, 35)])
    assert wish.curves[1] is tool.curves[1]


def test_a_drag_that_is_let_go_where_it_began_asks_for_nothing(tool: CurveTool, wishes: list[CurveWish]) -> None:
    drag(tool, (10, 5), (11, 5), (10.5, 5))
    assert wishes == []
    assert not tool.active


def test_the_shape_is_live_while_it_is_dragged_and_esc_lets_go(tool: CurveTool, wishes: list[CurveWish]) -> None:
    tool.press(SCENE, (25, 20), erase=False)
    tool.drag(SCENE, (31, 20))
    assert tool.active
    assert tool.drawn[0].shape.places[0].tolist() == [16, 5]
    assert tool.drawn[0].is_key
    tool.cancel(SCENE)
    assert not tool.active
    tool.release(SCENE, (31, 20))
    assert wishes == []
    assert tool.drawn[0].shape.places[0].tolist() == [10, 5]
    assert not tool.drawn[0].is_key


def test_an_empty_place_begins_a_curve_only_while_none_is_chosen(tool: CurveTool, wishes: list[CurveWish]) -> None:
    tool.choose(1)
    drag(tool, (50, 5))
    assert (tool.number, tool.pen) == (0, ())
    for point in ((50, 5), (70, 5), (60, 20)):
        drag(tool, point)
    assert tool.active
    drag(tool, (51, 6))  # on the first point
    (wish,) = wishes
    assert [curve.number for curve in wish.curves] == [1, 2, 3]
    assert wish.curves[2].keys[0].frame == 5
    assert tool.number == 3


def test_a_shape_that_would_lie_too_far_outside_is_not_made(tool: CurveTool, wishes: list[CurveWish]) -> None:
    drag(tool, (10, 5), (FARTHEST * 2, 5))
    assert wishes == []
    tool.choose(0)
    for point in ((50, 5), (FARTHEST * 3, 5), (60, 20)):
        drag(tool, point)
    tool.commit(SCENE)
    said = tool.take_said()
    assert said is not None
    assert "too far outside" in said.text
    assert wishes == []


def test_too_few_points_are_told(tool: CurveTool) -> None:
    tool.choose(0)
    drag(tool, (50, 5))
    tool.commit(SCENE)
    said = tool.take_said()
    assert said is not None
    assert said.values == (3,)
    assert len(tool.pen) == 1


def test_a_handle_is_dragged_with_its_opposite(tool: CurveTool, wishes: list[CurveWish]) -> None:
    tool.choose(2, frozenset([0]))
    x, y = (65 + 10, 45 + 5.523)
    drag(tool, (x, y), (x + 2, y + 4), (x + 2, y + 4))
    points = wishes[0].curves[1].shape_at(5).points[0]
    np.testing.assert_allclose(points[2], (2, 9.523), atol=0.01)
    np.testing.assert_allclose(points[1] / np.linalg.norm(points[1]), -points[2] / np.linalg.norm(points[2]), atol=0.01)


def test_what_is_chosen_stays_chosen_as_long_as_it_is_there(tool: CurveTool) -> None:
    tool.choose(1, frozenset([3]))
    tool.show_curves(tool.curves, 9)
    assert (tool.number, tool.points) == (1, {3})
    tool.reset()
    assert tool.number == 1
    tool.show_curves((moving((0, 0), number=2),), 9)
    assert (tool.number, tool.points) == (0, frozenset())


def test_deleting_all_points_deletes_the_curve(tool: CurveTool, wishes: list[CurveWish]) -> None:
    assert not tool.delete_points()
    tool.choose(1, frozenset(range(4)))
    assert tool.delete_points()
    assert [curve.number for curve in wishes[0].curves] == [2]


def test_the_other_button_asks_for_a_menu_of_what_is_under_it(tool: CurveTool) -> None:
    asked = list[int]()
    tool.asked = lambda: asked.append(tool.number)
    tool.press(SCENE, (65, 45), erase=True)
    assert asked == [2]
