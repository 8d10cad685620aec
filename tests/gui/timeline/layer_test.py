from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from lipgui.basics.theme import LIGHT, palette_of
from lipgui.timeline.cells import LaneCells
from lipgui.timeline.colours import TimelineColours, packed
from lipgui.timeline.geometry import FrameAxis, LaneLayout
from lipgui.timeline.layer import LaneLayer

FRAMES = 600
LAYOUT = LaneLayout(count=3, lane_height=22, ruler_height=20, label_width=0)


class Scene:
    """Three lanes with the arrays they are drawn from."""

    def __init__(self) -> None:
        generator = np.random.default_rng(1)
        self.provenances = generator.integers(0, 2, (FRAMES, 256)).astype(np.uint8)
        self.provenances[::37] = 2
        self.scores = generator.random((FRAMES, 256), np.float32)
        self.areas = self.provenances.astype(np.int32)
        self.doubts = np.where(generator.random((FRAMES, 256)) < 0.02, 1.0, 0.0).astype(np.float32)
        self.cells = LaneCells()
        self.cells.set_frame_count(FRAMES)
        self.cells.set_objects([1, 2, 3])
        self.cells.set_cells(self.provenances, self.scores, self.areas)
        self.cells.set_doubts(self.doubts, 0.5)
        self.colours = TimelineColours.of(palette_of(LIGHT))
        self.layer = LaneLayer(self.cells, self.colours)

    def fresh(self, axis: FrameAxis, ratio: float) -> NDArray[np.uint8]:
        """The picture of a layer that has no past."""
        return pixels(LaneLayer(self.cells, self.colours).picture(axis, LAYOUT, 80, ratio))


def pixels(image: QImage) -> NDArray[np.uint8]:
    values = np.frombuffer(image.bits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return values[:, : image.width(), :3].copy()


@pytest.fixture
def scene(qapp: object) -> Scene:
    return Scene()


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
@pytest.mark.parametrize("zoom", [1.0, 4.0, 30.0])
@pytest.mark.parametrize("frames", [(0, 0), (140, 140), (143, 171), (FRAMES - 1, FRAMES - 1)])
def test_drawing_only_what_changed_gives_the_same_picture(
    scene: Scene, ratio: float, zoom: float, frames: tuple[int, int]
) -> None:
    axis = FrameAxis.fitted(FRAMES, 400).zoomed(zoom, 100)
    scene.layer.picture(axis, LAYOUT, 80, ratio)
    changed = slice(frames[0], frames[1] + 1)
    scene.provenances[changed, 1:4] = [[1, 3, 4]]
    scene.areas[changed, 1:4] = [[0, 50, 50]]
    scene.doubts[changed, 1:4] = [[1.0, 0.0, 0.6]]
    scene.cells.update(*frames)
    scene.layer.invalidate_frames(*frames)
    np.testing.assert_array_equal(pixels(scene.layer.picture(axis, LAYOUT, 80, ratio)), scene.fresh(axis, ratio))


def test_nothing_is_drawn_while_nothing_changes(scene: Scene) -> None:
    axis = FrameAxis.fitted(FRAMES, 400)
    before = pixels(scene.layer.picture(axis, LAYOUT, 80, 1.0))
    scene.provenances[:, 1] = 4
    scene.cells.update(0, FRAMES - 1)
    np.testing.assert_array_equal(pixels(scene.layer.picture(axis, LAYOUT, 80, 1.0)), before)
    scene.layer.invalidate()
    assert (pixels(scene.layer.picture(axis, LAYOUT, 80, 1.0)) != before).any()


def test_a_verified_cell_shows_its_colour_and_beyond_the_video_is_background(scene: Scene) -> None:
    scene.provenances[:, 1], scene.areas[:, 1] = 4, 9
    scene.cells.update(0, FRAMES - 1)
    axis = FrameAxis(FRAMES, 400, 1.0, 400.0)  # the video ends in the middle of the view
    picture = scene.layer.picture(axis, LAYOUT, 80, 1.0)
    assert picture.pixelColor(100, 12) == scene.colours.provenance[4]
    assert picture.pixelColor(350, 12).rgb() == scene.colours.background.rgb()
    assert picture.pixelColor(100, 75).rgb() == scene.colours.background.rgb()  # below the last lane


def test_device_pixels_follow_the_ratio(scene: Scene) -> None:
    picture = scene.layer.picture(FrameAxis.fitted(FRAMES, 401), LAYOUT, 80, 1.5)
    assert (picture.width(), picture.height(), picture.devicePixelRatio()) == (602, 120, 1.5)


def test_the_chosen_lane_has_another_ground(scene: Scene) -> None:
    scene.areas[:, 2], scene.provenances[:, 2], scene.doubts[:, 2] = 0, 0, 0.0
    scene.cells.update(0, FRAMES - 1)
    scene.layer.set_colours(scene.colours, 1)
    picture = scene.layer.picture(FrameAxis.fitted(FRAMES, 400), LAYOUT, 80, 1.0)
    assert packed(QColor(picture.pixel(200, 22 + 6))) == packed(scene.colours.lane_selected)
