"""Filling by colour and by region."""

from __future__ import annotations

import numpy as np

from lipgui.tools import ToolScene
from lipgui.tools_fill import FillTool, colour_region, label_region

FRAME = np.full((8, 10, 3), 100, np.uint8)
FRAME[2:6, 3:8] = (120, 90, 100)
FRAME[0, 0] = 130
LABELS = np.zeros((8, 10), np.uint8)
LABELS[1:7, 1:9] = 1
LABELS[3:5, 3:6] = 0  # a hole


def used(mode: str, x: float, y: float, erase: bool = False, tolerance: int = 24) -> FillTool:
    tool = FillTool()
    tool.mode, tool.tolerance = mode, tolerance  # type: ignore[assignment]
    tool.press(ToolScene(FRAME, LABELS), (x, y), erase)
    assert not tool.finished
    tool.release(ToolScene(FRAME, LABELS), (x, y))
    return tool


def test_colour_within_the_tolerance_of_every_channel() -> None:
    assert colour_region(FRAME, 4, 4, 19).sum() == 20
    assert colour_region(FRAME, 4, 4, 20).sum() == 79
    assert colour_region(FRAME, 0, 0, 0).sum() == 1


def test_colour_stays_within() -> None:
    within = np.zeros((8, 10), bool)
    within[:, :5] = True
    assert colour_region(FRAME, 4, 4, 19, within).sum() == 8


def test_the_hole_of_a_label() -> None:
    assert np.array_equal(label_region(LABELS, 4, 4), (LABELS == 0) & (np.indices((8, 10))[0] > 2) & inner())
    assert label_region(LABELS, 1, 1).sum() == 42


def inner() -> np.ndarray:
    mask = np.zeros((8, 10), bool)
    mask[3:5, 3:6] = True
    return mask


def test_a_click_fills_and_finishes() -> None:
    region = used("region", 4.5, 4.5)
    assert region.finished
    assert region.mask is not None
    assert np.array_equal(region.mask, inner())
    colour = used("colour", 0.5, 4.5)
    assert colour.mask is not None
    assert np.array_equal(colour.mask, label_region(LABELS, 0, 4) & (FRAME[..., 0] == 100))
    assert used("colour", 2.5, 2.5, erase=True).erase


def test_a_click_beside_the_picture_does_nothing() -> None:
    assert not used("colour", -1.0, 4.0).active
    assert not used("colour", 10.0, 4.0).finished


def test_the_frame_is_not_written_to() -> None:
    frame = FRAME.copy()
    frame.setflags(write=False)
    colour_region(frame, 4, 4, 10)
