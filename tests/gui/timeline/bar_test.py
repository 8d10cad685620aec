"""The bar above the lanes."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from lipgui.timeline.bar import TimelineBar


@pytest.fixture
def bar(qtbot: QtBot) -> TimelineBar:
    bar = TimelineBar()
    qtbot.addWidget(bar)
    return bar


def test_without_frames_nothing_can_be_pressed(bar: TimelineBar) -> None:
    buttons = (bar.in_button, bar.out_button, bar.zoom_in_button, bar.fit_button, bar.zoom_out_button)
    assert not any(button.isEnabled() for button in buttons)
    bar.show_video(10, 25.0)
    assert all(button.isEnabled() for button in buttons)
    bar.show_video(0, 25.0)
    assert not any(button.isEnabled() for button in buttons)


def test_what_is_done_with_a_range_needs_one(bar: TimelineBar) -> None:
    buttons = (bar.clear_button, bar.rerun_button, bar.verify_button)
    assert not any(button.isEnabled() for button in buttons)
    bar.show_selection("3-9")
    assert all(button.isEnabled() for button in buttons)
    assert bar.selection_label.text() == "3-9"
    bar.show_selection("")
    assert not any(button.isEnabled() for button in buttons)
    assert "Drag over a lane" in bar.selection_label.text()


def test_words_give_way_to_the_name_of_the_range(bar: TimelineBar, qtbot: QtBot) -> None:
    bar.resize(2000, 40)
    with qtbot.waitExposed(bar):
        bar.show()
    worded = bar.clear_button.width()
    bar.resize(bar.minimumWidth(), 40)
    qtbot.waitUntil(lambda: bar.clear_button.width() < worded)
    bar.resize(2000, 40)
    qtbot.waitUntil(lambda: bar.clear_button.width() == worded)
