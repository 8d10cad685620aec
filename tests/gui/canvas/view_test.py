"""The view of a picture without tools: fitting, zooming, panning, following."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lipgui.canvas.view import PictureView


def shown_view(qtbot: QtBot) -> PictureView:
    view = PictureView()
    qtbot.addWidget(view)
    view.resize(400, 300)
    with qtbot.waitExposed(view):
        view.show()
    return view


@pytest.fixture
def view(qtbot: QtBot) -> PictureView:
    """A picture of 80 x 60 pixels in a view of 400 x 300."""
    view = shown_view(qtbot)
    view.show_picture(np.full((60, 80, 3), 100, np.uint8))
    return view


def test_without_a_frame_nothing_moves(qtbot: QtBot) -> None:
    view = shown_view(qtbot)
    with qtbot.assertNotEmitted(view.zoomChanged):
        view.zoom_by(2)
        view.pan_by(5, 5)
        view.fit()
    assert view.pointer_area().isEmpty()


def test_what_draws_the_picture_is_made_once_and_below_what_lies_over_it(qtbot: QtBot) -> None:
    view, made = PictureView(), []
    qtbot.addWidget(view)
    view.viewportMade.connect(made.append)
    over = QWidget(view)
    over.setGeometry(10, 10, 20, 20)
    assert made == []
    with qtbot.waitExposed(view):
        view.show()
    view.make_view()
    assert made == [view.viewport]
    assert view.viewport.size() == view.size()
    assert view.childAt(15, 15) is over
    assert view.childAt(50, 50) is view.viewport


def test_the_picture_stays_fitted_until_it_is_zoomed(view: PictureView) -> None:
    fitted = view.pixel_size()
    view.resize(200, 150)
    small = view.pixel_size()
    assert small < fitted * 0.6
    view.zoom_by(3)
    view.resize(400, 300)
    assert view.pixel_size() == pytest.approx(small * 3)
    view.fit()
    assert view.pixel_size() == pytest.approx(fitted)


def test_zooming_keeps_what_is_under_the_pointer(view: PictureView, qtbot: QtBot) -> None:
    place = QPointF(250, 120)
    before = view.image_point(place)
    with qtbot.waitSignal(view.zoomChanged) as zoomed:
        view.zoom_by(2.5, place)
    assert view.image_point(place) == pytest.approx(before)
    assert zoomed.args == [pytest.approx(view.zoom)]
    view.zoom_100()
    assert view.zoom == pytest.approx(1.0)


def test_a_resized_view_keeps_the_middle_of_a_zoomed_picture(view: PictureView) -> None:
    view.zoom_by(4)
    middle = view.image_point(QPointF(200, 150))
    view.resize(300, 200)
    assert view.image_point(QPointF(150, 100)) == pytest.approx(middle)


def test_panning_changes_no_zoom_and_leaves_some_of_the_picture(view: PictureView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.zoomChanged), qtbot.waitSignal(view.viewChanged):
        view.pan_by(-10_000, 0)
    assert not view.pointer_area().isEmpty()
    assert view.pointer_area().right() < 100


def test_a_frame_of_another_size_is_fitted_and_has_no_onion(view: PictureView) -> None:
    view.show_onion(np.zeros((60, 80), np.uint8))
    view.zoom_by(3)
    scale = view.pixel_size()
    view.show_picture(np.zeros((60, 80, 3), np.uint8))
    assert view.pixel_size() == scale
    view.show_picture(np.zeros((30, 40, 3), np.uint8))
    assert view.picture.compositor.onion is None
    assert view.pointer_area().height() == pytest.approx(30 * view.pixel_size())


def test_the_raw_frame_is_shown_while_held_and_the_chosen_overlay_comes_back(view: PictureView) -> None:
    view.set_overlay("contour")
    view.hold_raw(True)
    assert (view.overlay, view.picture.style.mode) == ("contour", "raw")
    view.hold_raw(False)
    assert view.picture.style.mode == "contour"
    view.set_opacity(1.7)
    assert view.picture.style.opacity == 1.0


def test_a_following_view_lies_and_looks_as_the_other(view: PictureView, qtbot: QtBot) -> None:
    other = shown_view(qtbot)
    other.show_picture(np.zeros((60, 80, 3), np.uint8))
    view.zoom_by(3, QPointF(10, 10))
    view.set_backdrop(QColor(1, 2, 3))
    other.follow(view)
    assert other.geometry_of_view == view.geometry_of_view
    assert other.picture.style.backdrop == (1, 2, 3)


def test_masks_of_before_are_taken_away_again(view: PictureView, monkeypatch: pytest.MonkeyPatch) -> None:
    updates: list[QRectF] = []
    monkeypatch.setattr(view.picture, "update", lambda *area: updates.append(QRectF(*area)))
    view.show_before(None)
    view.show_soft(None)
    view.show_onion(None)
    assert updates == []
    view.show_before(np.ones((60, 80), np.uint8), 0.25)
    assert view.picture.compositor.wipe == 0.25
    view.show_before(None)
    assert view.picture.compositor.before is None
    assert len(updates) == 2
