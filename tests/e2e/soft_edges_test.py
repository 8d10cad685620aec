"""Soft edges in the real window: tried with sliders, seen at once, kept with the object, undone and reopened."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lipcore.matting import EdgeSettings, steady_alphas
from lipgui.main_window import MainWindow
from tests.e2e.conftest import Hands
from tests.helpers import MovingSquare

HARD = EdgeSettings()


@pytest.fixture
def panel_open(opened: Hands) -> Hands:
    """The square painted on frame 0, and the panel of its edges open."""
    opened.paint_square()
    opened.key(Qt.Key.Key_J)
    assert opened.window.edges_panel.isVisible()
    return opened


def edges_of(window: MainWindow, object_id: int = 1) -> EdgeSettings:
    return window.document.project.objects[object_id].edges


def set_width(hands: Hands, value: float) -> None:
    """Type a width, and wait until the steady edges are on the screen."""
    with hands.qtbot.waitSignal(
        hands.window.soft_edges.shown, check_params_cb=lambda _, steady: steady, timeout=20_000
    ):
        hands.window.edges_panel.width_row.box.setValue(value)
        hands.window.edges_panel.settle()


def test_a_slider_shows_the_edge_while_it_moves_and_keeps_it_when_let_go(panel_open: Hands, qtbot: QtBot) -> None:
    window = panel_open.window
    slider, stack = window.edges_panel.feather_row.slider, window.document.stack
    count = stack.index()
    where = QPoint(slider.width() // 3, slider.height() // 2)
    with qtbot.waitSignal(window.soft_edges.shown, timeout=20_000) as shown:
        slider.setSliderDown(True)
        slider.setValue(8)
    assert shown.args == [0, False]
    assert window.canvas.picture.compositor.is_soft
    assert edges_of(window) == HARD  # it is only tried
    assert stack.index() == count
    slider.setSliderDown(False)
    assert edges_of(window) == EdgeSettings(feather=4)
    assert stack.index() == count + 1
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(lambda: edges_of(window).feather not in (0, 4))  # a click settles by itself
    panel_open.do("undo")
    assert edges_of(window) == EdgeSettings(feather=4)
    assert window.edges_panel.edges == EdgeSettings(feather=4)
    panel_open.do("undo")
    assert edges_of(window) == HARD == window.edges_panel.edges
    panel_open.do("redo")
    assert edges_of(window) == EdgeSettings(feather=4)


def test_what_is_seen_is_what_exports_make(panel_open: Hands) -> None:
    window = panel_open.window
    panel_open.run("propagate_forward")
    window.looking.set_overlay("alpha")
    set_width(panel_open, 5)
    document = window.document
    compositor = window.canvas.picture.compositor
    _, alphas = next(steady_alphas(document.video.__getitem__, document.labels, [0], 12, {1: EdgeSettings(width=5)}))
    assert compositor._soft is not None
    cutout = compositor._soft[0]._levels[0]
    np.testing.assert_array_equal(cutout[..., 3], np.rint(255 * alphas[1]))
    assert ((alphas[1] > 0) & (alphas[1] < 1)).any()


def test_each_backdrop_shows_a_soft_edge(panel_open: Hands) -> None:
    window, box = panel_open.window, panel_open.window.edges_panel.over_box
    hard, soft = {}, {}
    modes = [box.itemData(place) for place in range(box.count())]
    assert modes == ["tint", "black", "white", "colour", "checkerboard", "alpha"]
    for pictures in (hard, soft):
        for mode in modes[1:] + modes[:1]:
            box.setCurrentIndex(box.findData(mode))
            assert window.canvas.overlay == mode == window.options.overlay_box.currentData()
            assert window.actions_by_name[f"look_{mode}"].isChecked()
            pictures[mode] = window.canvas.grab().toImage()
        if pictures is hard:
            with panel_open.qtbot.waitSignal(window.soft_edges.shown, timeout=20_000):
                window.edges_panel.feather_row.box.setValue(3)
                window.edges_panel.settle()
    assert [mode for mode in modes if hard[mode] == soft[mode]] == []


def test_they_survive_reopening(panel_open: Hands, tmp_path: Path) -> None:
    window = panel_open.window
    set_width(panel_open, 7.5)
    window.session.save_as(tmp_path / "soft.lip")
    panel_open.do("close_project")
    panel_open.open(tmp_path / "soft.lip")
    assert edges_of(window) == EdgeSettings(width=7.5) == window.edges_panel.edges


def test_each_object_has_its_own(panel_open: Hands) -> None:
    window = panel_open.window
    set_width(panel_open, 4)
    panel_open.do("new_object")
    assert window.edges_panel.edges == HARD
    assert window.edges_panel.name_label.text() == "Object 2"
    window.edges_panel.shift_row.box.setValue(2)
    window.edges_panel.settle()
    assert (edges_of(window, 1), edges_of(window, 2)) == (EdgeSettings(width=4), EdgeSettings(shift=2))
    QTest.mouseClick(window.edges_panel.hard_button, Qt.MouseButton.LeftButton)
    assert edges_of(window, 2) == HARD
    panel_open.do("select_1")
    assert window.edges_panel.edges == EdgeSettings(width=4)


def test_painting_shows_the_mask_and_then_its_soft_edge(panel_open: Hands, qtbot: QtBot) -> None:
    window = panel_open.window
    set_width(panel_open, 4)
    panel_open.key(Qt.Key.Key_B)
    viewport, canvas = window.canvas.viewport, window.canvas
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, panel_open.point(40, 30))
    assert not canvas.picture.compositor.is_soft
    with qtbot.waitSignal(window.soft_edges.shown, timeout=20_000):
        QTest.mouseRelease(
            viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, panel_open.point(40, 30)
        )
    assert canvas.picture.compositor.is_soft


def test_the_frame_is_followed_and_without_an_object_nothing_is_soft(panel_open: Hands, qtbot: QtBot) -> None:
    window = panel_open.window
    set_width(panel_open, 4)
    panel_open.go_to(5)
    assert not window.canvas.picture.compositor.is_soft
    with qtbot.waitSignal(window.soft_edges.shown, check_params_cb=lambda frame, _: frame == 0, timeout=20_000):
        panel_open.go_to(0)


def test_the_panel_closes_and_the_tint_is_hard_again(panel_open: Hands, moving_square: MovingSquare) -> None:
    window = panel_open.window
    set_width(panel_open, 4)
    QTest.mouseClick(window.edges_panel.close_button, Qt.MouseButton.LeftButton)
    assert not window.edges_panel.isVisible()
    assert not window.actions_by_name["edges"].isChecked()
    panel_open.qtbot.waitUntil(lambda: not window.canvas.picture.compositor.is_soft)
    assert (window.document.labels(0) == moving_square.truth[0]).all()  # the label map stays what it is
