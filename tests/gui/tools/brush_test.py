"""Discs and strokes, pixel by pixel."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from lipgui.tools.brush import BrushTool, EraserTool, add_segment, pressed_size, snapped
from lipgui.tools.tool import ToolScene
from tests.gui.painting import stroke_mask

SHAPE = (24, 32)
places = st.tuples(st.floats(-5, 37), st.floats(-5, 29))


def scene(size: int = 3) -> ToolScene:
    return ToolScene(np.zeros((*SHAPE, 3), np.uint8), np.zeros(SHAPE, np.uint8), size)


@pytest.mark.parametrize(
    ("size", "rows"),
    [(1, [1]), (2, [2, 2]), (3, [3, 3, 3]), (4, [2, 4, 4, 2]), (5, [3, 5, 5, 5, 3]), (6, [4, 6, 6, 6, 6, 4])],
)
def test_small_brushes_have_one_shape(size: int, rows: list[int]) -> None:
    for point in ((10.1, 10.2), (10.4, 10.4)):
        mask = stroke_mask(SHAPE, [point], size)
        counts = mask.sum(1)[mask.any(1)].tolist()
        assert counts == rows


@given(places)
def test_a_one_pixel_brush_paints_the_pixel_under_the_cursor(point: tuple[float, float]) -> None:
    mask = stroke_mask(SHAPE, [point], 1)
    x, y = math.floor(point[0]), math.floor(point[1])
    expected = np.zeros(SHAPE, bool)
    if 0 <= x < SHAPE[1] and 0 <= y < SHAPE[0]:
        expected[y, x] = True
    assert np.array_equal(mask, expected)


@given(st.lists(places, min_size=1, max_size=4), st.integers(1, 9))
def test_a_stroke_is_all_that_is_near_its_line(points: list[tuple[float, float]], size: int) -> None:
    mask = stroke_mask(SHAPE, points, size)
    line = [snapped(point, size) for point in points]
    rows, columns = np.indices(SHAPE) + 0.5
    expected = np.zeros(SHAPE, bool)
    for start, end in zip(line, line[1:] or line, strict=False):
        across, down = end[0] - start[0], end[1] - start[1]
        length = across**2 + down**2
        part = np.clip(((columns - start[0]) * across + (rows - start[1]) * down) / length, 0, 1) if length else 0
        expected |= np.hypot(columns - start[0] - part * across, rows - start[1] - part * down) <= size / 2 + 1e-6
    assert np.array_equal(mask, expected)


@given(places, places)
def test_a_thin_line_has_no_gaps(start: tuple[float, float], end: tuple[float, float]) -> None:
    mask = stroke_mask(SHAPE, [start, end], 1)
    _, pieces = ndimage.label(mask, np.ones((3, 3)))
    assert pieces <= 1


def test_the_touched_rectangle_holds_all() -> None:
    mask = np.zeros((200, 300), bool)
    touched = add_segment(mask, (20, 20), (250, 150), 5, 11)
    assert touched is not None
    left, top, right, bottom = touched
    outside = mask.copy()
    outside[top:bottom, left:right] = False
    assert mask.any()
    assert not outside.any()
    assert add_segment(mask, (-100, -100), (-90, -90), 5, 5) is None


def test_size_follows_pressure_along_the_line() -> None:
    mask = np.zeros((60, 200), bool)
    add_segment(mask, (30, 30), (170, 30), 40, 10)
    heights = mask.sum(0)
    assert heights[30] == pytest.approx(40, abs=1)
    assert heights[170] == pytest.approx(10, abs=1)
    assert (np.diff(heights[30:170]) <= 0).all()


def test_pressure_never_makes_nothing() -> None:
    assert pressed_size(40, 1.0) == 40
    assert pressed_size(40, 0.0) == pytest.approx(6)
    assert pressed_size(1, 0.0) == 1


def test_the_brush_tool() -> None:
    tool = BrushTool()
    assert not tool.active
    tool.press(scene(), (5.5, 5.5), False)
    assert tool.take_dirty() == (4, 4, 7, 7)
    tool.drag(scene(), (15.5, 5.5))
    assert tool.take_dirty() == (4, 4, 17, 7)
    tool.release(scene(), (15.5, 5.5))
    assert tool.finished
    assert tool.mask is not None
    assert np.array_equal(tool.mask, stroke_mask(SHAPE, [(5.5, 5.5), (15.5, 5.5)], 3))
    tool.reset()
    assert not tool.active
    assert tool.take_dirty() == (4, 4, 17, 7)


def test_the_eraser_swaps_the_buttons() -> None:
    tool = EraserTool()
    tool.press(scene(), (5.5, 5.5), False)
    assert tool.erase
    tool.reset()
    tool.press(scene(), (5.5, 5.5), True)
    assert not tool.erase
