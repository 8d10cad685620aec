"""The timeline in the real window: ranges by mouse, scrubbing, typed frames, playing, colours as they come."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from lipcore.project.provenance import Provenance
from lipgui.basics.theme import DARK, LIGHT
from tests.e2e.conftest import Hands

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def propagated(opened: Hands) -> Hands:
    """The moving square, painted on its first frame and propagated to all twelve."""
    opened.paint_square()
    opened.run("propagate_forward")
    return opened


def at(hands: Hands, frame: int, lane: int | None = 0) -> QPoint:
    lanes = hands.window.timeline.lanes
    layout = lanes.layout_of_lanes
    y = layout.ruler_height // 2 if lane is None else layout.lane_top(lane) + layout.lane_height // 2
    return QPoint(round(lanes.x_of(frame + 0.5)), y)


def drag(hands: Hands, first: int, last: int, lane: int | None = 0) -> None:
    lanes = hands.window.timeline.lanes
    QTest.mousePress(lanes, LEFT, pos=at(hands, first, lane))
    for frame in range(first, last, 1 if last > first else -1):
        QTest.mouseMove(lanes, at(hands, frame, lane))
    QTest.mouseMove(lanes, at(hands, last, lane))
    QTest.mouseRelease(lanes, LEFT, pos=at(hands, last, lane))


def provenance(hands: Hands) -> list[int]:
    return hands.window.document.project.provenances[:, 1].tolist()


def masked(hands: Hands) -> list[int]:
    return [frame for frame in range(12) if hands.window.document.labels(frame).any()]


def test_a_dragged_range_is_cleared_by_its_button_and_undo_brings_it_back(propagated: Hands) -> None:
    assert masked(propagated) == list(range(12))
    drag(propagated, 7, 4)
    QTest.mouseClick(propagated.window.timeline.bar.clear_button, LEFT)
    assert masked(propagated) == [0, 1, 2, 3, 8, 9, 10, 11]
    propagated.do("undo")
    assert masked(propagated) == list(range(12))


def test_a_dragged_range_is_verified_and_shows_it(propagated: Hands) -> None:
    drag(propagated, 4, 7)
    QTest.mouseClick(propagated.window.timeline.bar.verify_button, LEFT)
    assert provenance(propagated) == [Provenance.USER, *[1] * 3, *[Provenance.VERIFIED] * 4, *[1] * 4]
    propagated.key(Qt.Key.Key_Home)
    lanes = propagated.window.timeline.lanes
    propagated.window.timeline.clear_selection()
    edge = QPoint(round(lanes.x_of(6)) + 8, at(propagated, 6).y())  # beside the middle, where a diamond may be
    table = lanes._colours.provenance
    assert lanes.grab().toImage().pixelColor(edge) == table[Provenance.VERIFIED]


def test_a_cleared_range_is_run_again(propagated: Hands) -> None:
    drag(propagated, 4, 7)
    QTest.mouseClick(propagated.window.timeline.bar.clear_button, LEFT)
    with propagated.qtbot.waitSignal(propagated.window.segmentation.ended, timeout=20_000):
        QTest.mouseClick(propagated.window.timeline.bar.rerun_button, LEFT)
    assert masked(propagated) == list(range(12))
    assert provenance(propagated)[4:8] == [Provenance.MODEL] * 4


def test_scrubbing_on_the_ruler_shows_the_frames(propagated: Hands, qtbot: QtBot) -> None:
    shown = propagated.window.viewing.frameShown
    with qtbot.waitSignal(shown, timeout=10_000, check_params_cb=lambda frame: frame == 9):
        drag(propagated, 2, 9, lane=None)
    assert propagated.window.document.frame == 9


def test_a_typed_frame_number_is_gone_to_and_arrows_go_on_from_there(propagated: Hands) -> None:
    field = propagated.window.timeline.transport.frame_field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "5")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert propagated.window.document.frame == 5
    assert not field.hasFocus()


def test_playing_runs_to_the_out_point_and_stops(propagated: Hands, qtbot: QtBot) -> None:
    window = propagated.window
    window.timeline.lanes.set_in_out(2, 8)
    propagated.go_to(2)
    seen: list[int] = []
    window.document.frame_changed.connect(seen.append)
    stopped = qtbot.waitSignal(
        window.timeline.player.playingChanged, timeout=10_000, check_params_cb=lambda playing: not playing
    )
    with stopped:
        QTest.mouseClick(window.timeline.transport.play_button, LEFT)
    assert seen == sorted(seen)
    assert window.document.frame == 8
    assert window.document.project.in_out == (2, 8)


def test_colours_follow_the_theme(propagated: Hands) -> None:
    window = propagated.window
    for name, colours in (("dark", DARK), ("light", LIGHT)):
        propagated.do(f"theme_{name}")
        image = window.timeline.lanes.grab().toImage()
        beside = image.pixelColor(image.width() - 2, image.height() - 2)
        ground = int(colours.base[1:3], 16)
        assert np.isclose(beside.red(), ground, atol=12)
