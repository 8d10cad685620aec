"""Filling holes, objects and like colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lipgui.tools.fill import FillTool, colour_region, label_region
from lipgui.tools.tool import ToolScene

FRAME = np.full((8, 10, 3), 100, np.uint8)
FRAME[2:6, 3:8] = (120, 90, 100)
FRAME[0, 0] = 130
LABELS = np.zeros((8, 10), np.uint8)
LABELS[1:7, 1:9] = 1
LABELS[3:5, 3:6] = 0  # a hole, in which the colour changes
FRAME[3, 3] = 200
SCENE = ToolScene(FRAME, LABELS, scale=10.0)
EMPTY = ToolScene(FRAME, np.zeros((8, 10), np.uint8), scale=10.0)


def used(scene: ToolScene, *points: tuple[float, float], erase: bool = False) -> FillTool:
    tool = FillTool()
    tool.press(scene, points[0], erase)
    for point in points[1:]:
        tool.drag(scene, point)
    assert not tool.finished
    tool.release(scene, points[-1])
    return tool


def mask_of(tool: FillTool) -> NDArray[np.bool_]:
    assert tool.finished
    assert tool.mask is not None
    return tool.mask


def test_colour_within_the_tolerance_of_every_channel() -> None:
    assert colour_region(FRAME, 4, 4, 19).sum() == 19
    assert colour_region(FRAME, 4, 4, 20).sum() == 78
    assert colour_region(FRAME, 0, 0, 0).sum() == 1


def test_colour_stays_within() -> None:
    within = np.zeros((8, 10), bool)
    within[:, :5] = True
    assert colour_region(FRAME, 4, 4, 19, within).sum() == 7


def test_a_region_is_joined_by_sides() -> None:
    assert label_region(LABELS, 4, 4).sum() == 6
    assert label_region(LABELS, 0, 0).sum() == 32
    corner = np.array([[0, 1], [1, 0]], np.uint8)
    assert label_region(corner, 0, 0).sum() == 1


def test_a_hole_is_filled_whatever_its_colours() -> None:
    hole = np.zeros((8, 10), bool)
    hole[3:5, 3:6] = True
    assert np.array_equal(mask_of(used(SCENE, (4.5, 4.5))), hole)


def test_an_object_is_taken_whole() -> None:
    tool = used(SCENE, (1.5, 1.5), (9.5, 1.5), erase=True)
    assert tool.erase
    assert np.array_equal(mask_of(tool), LABELS == 1)


def test_open_background_is_filled_by_colour() -> None:
    assert mask_of(used(SCENE, (0.5, 4.5))).sum() == 31  # not the bright corner, not the object
    assert mask_of(used(EMPTY, (0.5, 4.5))).sum() == 78


def test_a_drag_takes_in_more_colours_or_fewer() -> None:
    assert mask_of(used(EMPTY, (2.5, 2.5), (1.5, 2.5))).sum() == 59  # five less than 24: not the patch
    assert mask_of(used(EMPTY, (2.5, 2.5), (4.5, 2.5))).sum() == 79  # ten more: the corner too
    assert mask_of(used(EMPTY, (2.5, 2.5), (90.5, 2.5))).sum() == 80
    assert mask_of(used(EMPTY, (2.5, 2.5), (-90.5, 2.5))).sum() == 59


def test_a_click_beside_the_picture_does_nothing() -> None:
    for x in (-1.0, 10.0):
        tool = used(SCENE, (x, 4.0))
        assert not tool.active
        assert not tool.finished


def test_the_frame_is_not_written_to() -> None:
    frame = FRAME.copy()
    frame.setflags(write=False)
    assert colour_region(frame, 4, 4, 10).any()
