"""Polygons and lassos, pixel by pixel."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lipcore.curves.raster import polygon_mask
from lipgui.tools.shapes import LassoTool, PolygonTool
from lipgui.tools.tool import ToolScene

SHAPE = (20, 30)
corners = st.lists(st.tuples(st.floats(-10, 40), st.floats(-10, 30)), min_size=3, max_size=7)


def scene(scale: float = 10.0) -> ToolScene:
    return ToolScene(np.zeros((*SHAPE, 3), np.uint8), np.zeros(SHAPE, np.uint8), 3, scale)


def test_a_rectangle_takes_the_pixels_whose_centre_it_holds() -> None:
    mask = polygon_mask(SHAPE, [(2.0, 3.0), (10.0, 3.0), (10.0, 7.0), (2.0, 7.0)])
    expected = np.zeros(SHAPE, bool)
    expected[3:7, 2:10] = True
    assert np.array_equal(mask, expected)


def test_rectangles_that_touch_share_no_pixel() -> None:
    left = polygon_mask(SHAPE, [(2.5, 3), (6.5, 3), (6.5, 9), (2.5, 9)])
    right = polygon_mask(SHAPE, [(6.5, 3), (9.5, 3), (9.5, 9), (6.5, 9)])
    assert not (left & right).any()
    assert (left | right).sum() == 7 * 6


def test_too_few_corners_hold_nothing() -> None:
    assert not polygon_mask(SHAPE, [(1, 1), (9, 9)]).any()
    assert not polygon_mask(SHAPE, [(1, 1), (9, 9), (5, 5)]).any()
    assert not polygon_mask(SHAPE, [(1, -9), (9, -9), (5, -2)]).any()


def test_an_outline_that_goes_round_twice_has_no_hole() -> None:
    square = [(2.0, 2.0), (12.0, 2.0), (12.0, 12.0), (2.0, 12.0)]
    inner = [(5.0, 5.0), (9.0, 5.0), (9.0, 9.0), (5.0, 9.0)]
    assert polygon_mask(SHAPE, [*square, square[0], *inner, inner[0]]).sum() == 100


@given(corners)
def test_polygons_agree_with_the_winding_number(points: list[tuple[float, float]]) -> None:
    mask = polygon_mask(SHAPE, points)
    for y in range(0, SHAPE[0], 3):
        for x in range(0, SHAPE[1], 3):
            assert mask[y, x] == (winding(points, x + 0.5, y + 0.5) != 0)


def winding(points: list[tuple[float, float]], x: float, y: float) -> int:
    """Signed crossings of the ray to the left of a point."""
    total = 0
    for (x1, y1), (x2, y2) in zip(points, [*points[1:], points[0]], strict=True):
        if (y1 <= y) == (y2 <= y):
            continue
        if x1 + (y - y1) * ((x2 - x1) / (y2 - y1)) <= x:
            total += 1 if y2 > y1 else -1
    return total


def test_a_polygon_is_previewed_while_drawn() -> None:
    tool = PolygonTool()
    for corner in [(2.0, 2.0), (12.0, 2.0), (12.0, 12.0)]:
        tool.press(scene(), corner, False)
    assert tool.mask is not None
    assert tool.mask.sum() == polygon_mask(SHAPE, tool.corners).sum() > 0
    assert not tool.finished
    tool.hover(scene(), (1.0, 9.0))
    assert tool.outlines[1].points == ((12.0, 12.0), (1.0, 9.0))


def test_the_other_button_takes_a_corner_back() -> None:
    tool = PolygonTool()
    for corner in [(2.0, 2.0), (12.0, 2.0), (12.0, 12.0)]:
        tool.press(scene(), corner, True)
    assert tool.erase
    tool.press(scene(), (5.0, 5.0), False)
    assert tool.corners == ((2.0, 2.0), (12.0, 2.0))


def test_closing_is_measured_on_the_screen() -> None:
    for scale, closes in ((5.0, True), (50.0, False)):
        tool = PolygonTool()
        for corner in [(2.0, 2.0), (12.0, 2.0), (12.0, 12.0), (3.0, 3.0)]:
            tool.press(scene(scale), corner, False)
        assert tool.finished is closes


def test_two_corners_cannot_be_committed() -> None:
    tool = PolygonTool()
    for corner in [(2.0, 2.0), (12.0, 2.0)]:
        tool.press(scene(), corner, False)
    tool.commit(scene())
    assert not tool.finished
    assert tool.active


def test_a_drag_places_the_corner() -> None:
    tool = PolygonTool()
    tool.press(scene(), (2.0, 2.0), False)
    tool.drag(scene(), (3.0, 4.0))
    assert tool.corners == ((3.0, 4.0),)


def test_the_lasso() -> None:
    tool = LassoTool()
    tool.press(scene(), (2.0, 2.0), False)
    for point in [(12.0, 2.0), (12.01, 2.0), (12.0, 12.0), (2.0, 12.0)]:
        tool.drag(scene(), point)
    assert len(tool.outlines[0].points) == 4  # a move of a tenth of a screen pixel adds nothing
    tool.release(scene(), (2.0, 12.0))
    assert tool.finished
    assert tool.mask is not None
    assert tool.mask.sum() == 100


def test_a_click_with_the_lasso_is_no_edit() -> None:
    tool = LassoTool()
    tool.press(scene(), (2.0, 2.0), False)
    tool.release(scene(), (2.0, 2.0))
    assert not tool.finished
    assert not tool.active
