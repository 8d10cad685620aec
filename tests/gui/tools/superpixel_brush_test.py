"""Painting patches."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from lipgui.tools.superpixel_brush import SuperpixelTool
from lipgui.tools.superpixels import Superpixels
from lipgui.tools.tool import ToolScene, bounds
from tests.gui.tools.edges_test import disc_picture

FRAME, TRUTH = disc_picture(120, 160, 80, 60, 30)
SCENE = ToolScene(FRAME, np.zeros(TRUTH.shape, np.uint8), brush_size=16)


def test_a_press_paints_the_patch_under_it() -> None:
    tool = SuperpixelTool()
    tool.press(SCENE, (80.5, 60.5), True)
    found = Superpixels(FRAME, 16).at(80, 60)
    assert found is not None
    rect, patch = found
    assert tool.mask is not None
    assert bounds(tool.mask) == rect == tool.take_dirty()
    assert tool.mask.sum() == patch.sum()
    assert tool.erase


def test_a_drag_leaves_no_patch_out() -> None:
    tool = SuperpixelTool()
    tool.press(SCENE, (60.5, 60.5), False)
    tool.drag(SCENE, (100.5, 60.5))
    assert tool.mask is not None
    assert tool.mask[60, 60:101].all()
    assert (tool.mask & TRUTH).sum() / tool.mask.sum() > 0.9
    tool.release(SCENE, (100.5, 60.5))
    assert tool.finished


def test_hovering_outlines_the_patch() -> None:
    tool = SuperpixelTool()
    tool.hover(SCENE, (80.5, 60.5))
    assert tool.outlines == ()
    assert tool.work is not None
    tool.answer(tool.work, tool.work())
    tool.hover(SCENE, (80.5, 60.5))
    found = Superpixels(FRAME, 16).at(80, 60)
    assert found is not None
    left, top, right, bottom = found[0]
    columns, rows = zip(*tool.outlines[0].points, strict=True)
    assert left <= min(columns) < left + 1
    assert bottom - 1 < max(rows) <= bottom
    assert top <= min(rows)
    assert max(columns) <= right
    tool.hover(SCENE, (-5.0, 0.0))
    assert tool.outlines == ()
    assert not tool.active


def test_the_brush_size_sets_how_large_patches_are() -> None:
    areas = []
    for size in (8, 40):
        tool = SuperpixelTool()
        tool.press(ToolScene(FRAME, SCENE.labels, brush_size=size), (20.5, 20.5), False)
        assert tool.mask is not None
        areas.append(tool.mask.sum())
    assert areas[1] > 4 * areas[0]


def test_a_press_beside_the_picture_paints_nothing() -> None:
    tool = SuperpixelTool()
    tool.press(SCENE, (-10.0, 5.0), False)
    tool.drag(SCENE, (-20.0, 5.0))
    assert tool.mask is not None
    assert not tool.mask.any()


@pytest.mark.parametrize("spacing", [16, 64])
def test_no_patch_is_cut_along_a_straight_line(spacing: int) -> None:
    """Where tiles meet, neighbouring columns belong to different patches no more often than elsewhere."""
    height, width = 400, 900
    noise = np.random.default_rng(0).integers(0, 255, (2 * height // spacing, 2 * width // spacing, 3), np.uint8)
    frame = np.asarray(cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    superpixels, numbers, count = Superpixels(frame, spacing), np.zeros((height, width), int), 0
    for y in range(height):
        for x in range(width):
            if not numbers[y, x]:
                count += 1
                found = superpixels.at(x, y)
                assert found is not None
                (left, top, right, bottom), patch = found
                numbers[top:bottom, left:right][patch] = count
    for axis in (0, 1):
        parted = (np.diff(numbers, axis=axis) != 0).mean(axis=1 - axis)
        assert parted.max() < 0.6  # a cut would be 1
