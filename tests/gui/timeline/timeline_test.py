from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lipgui.basics.frame_selection import FrameSelection
from lipgui.basics.theme import DARK, palette_of
from lipgui.timeline.timeline import Timeline
from tests.gui.timeline.hands import FRAMES, at
from tests.gui.timeline.hands import arrays as arrays
from tests.gui.timeline.hands import timeline as timeline


def test_showing_anything_emits_nothing(qtbot: QtBot, timeline: Timeline) -> None:
    heard: list[str] = []
    for name in ("frameRequested", "inOutChanged", "loopToggled", "objectRequested"):
        getattr(timeline, name).connect(lambda *_, name=name: heard.append(name))
    timeline.show_frame(40)
    timeline.show_in_out(10, 90)
    timeline.show_progress(5, 20)
    timeline.show_selected(7)
    timeline.update_cells(3, 9)
    timeline.show_doubts(np.zeros((FRAMES, 256), np.float32))
    timeline.show_objects([])
    timeline.show_video(10, 30.0)
    timeline.grab()
    assert heard == []


@pytest.mark.parametrize(
    ("button", "signal"),
    [
        ("clear_button", "clearRangeRequested"),
        ("rerun_button", "rerunRangeRequested"),
        ("verify_button", "verifyRangeRequested"),
    ],
)
def test_buttons_act_on_the_selection(qtbot: QtBot, timeline: Timeline, button: str, signal: str) -> None:
    assert not getattr(timeline.bar, button).isEnabled()
    timeline.lanes.select(FrameSelection(5, 25, (7,)))
    with qtbot.waitSignal(getattr(timeline, signal)) as asked:
        qtbot.mouseClick(getattr(timeline.bar, button), Qt.MouseButton.LeftButton)
    assert asked.args == [5, 25, (7,)]


def test_an_in_point_behind_the_out_point_frees_the_out_point(timeline: Timeline) -> None:
    timeline.show_in_out(10, 20)
    timeline.show_frame(50)
    timeline.set_in_here()
    assert timeline.lanes.overlay.in_out == (50, FRAMES - 1)
    timeline.show_frame(30)
    timeline.set_out_here()
    assert timeline.lanes.overlay.in_out == (0, 30)


def test_the_view_turns_the_page_to_the_playhead(timeline: Timeline) -> None:
    for _ in range(4):
        timeline.zoom_in()
    timeline.show_frame(450)
    assert 0 <= timeline.lanes.axis.centre(450) <= timeline.lanes.axis.width


def test_playing_asks_for_frames_until_it_is_stopped(qtbot: QtBot, timeline: Timeline) -> None:
    timeline.frameRequested.connect(timeline.show_frame)
    with qtbot.waitSignals([timeline.player.playingChanged, timeline.frameRequested], timeout=3000):
        qtbot.mouseClick(timeline.transport.play_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(timeline.player.playingChanged) as toggled:
        timeline.toggle_play()
    assert toggled.args == [False]
    assert not timeline.transport.play_button.isChecked()


def test_the_tip_names_frame_object_provenance_and_score(timeline: Timeline) -> None:
    tip = timeline.lanes._tip(at(timeline, 50, 0))
    assert "Dog" in tip
    assert "model" in tip
    assert "score 0.50" in tip
    assert "painted" in timeline.lanes._tip(at(timeline, 0, 1))
    assert "Ball" not in timeline.lanes._tip(at(timeline, 50, None))


def test_updated_cells_are_painted(timeline: Timeline, arrays: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    before = timeline.lanes.grab().toImage()
    arrays[0][200:300, 9], arrays[2][200:300, 9] = 4, 1
    timeline.update_cells(200, 299)
    after = timeline.lanes.grab().toImage()
    inside, outside = at(timeline, 260, 2), at(timeline, 400, 2)
    assert after.pixelColor(inside) == timeline.lanes._colours.provenance[4]
    assert after.pixelColor(outside) == before.pixelColor(outside)


def test_a_dark_palette_is_followed_live(timeline: Timeline) -> None:
    timeline.grab()
    timeline.setPalette(palette_of(DARK))
    image = timeline.lanes.grab().toImage()
    assert image.pixelColor(at(timeline, 300, 1)).lightness() < 60


def test_empty_timelines_can_be_shown_and_handled(qtbot: QtBot) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    timeline.resize(600, 160)
    timeline.show()
    with qtbot.assertNotEmitted(timeline.frameRequested):
        qtbot.mouseClick(timeline.lanes, Qt.MouseButton.LeftButton, pos=QPoint(300, 60))
        qtbot.keyClick(timeline.lanes, Qt.Key.Key_Right)
        timeline.set_playing(True)
        timeline.fit()
    timeline.show_video(1, 25.0)
    timeline.grab()


def test_every_control_has_a_name(timeline: Timeline) -> None:
    for widget in timeline.findChildren(QWidget):
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.window() is timeline:
            assert widget.accessibleName(), widget


def test_where_it_is_narrow_the_range_buttons_lose_their_words_not_their_names(timeline: Timeline) -> None:
    assert timeline.bar.clear_button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    timeline.resize(timeline.minimumSizeHint())
    assert timeline.bar.clear_button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
    assert timeline.bar.clear_button.accessibleName() == "Clear"
    assert timeline.bar.zoom_in_button.geometry().right() < timeline.width()
    timeline.resize(1000, 220)
    assert timeline.bar.clear_button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonTextBesideIcon
