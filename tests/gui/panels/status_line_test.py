"""The line at the bottom: what it is told, as words; nothing where there is nothing to say."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from lipgui.panels.status_line import StatusLine


@pytest.fixture
def line(qtbot: QtBot) -> StatusLine:
    made = StatusLine()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    ("video", "text"),
    [
        ((854, 480, 25.0, 750), "854 × 480  ·  25 fps  ·  0:30  ·  750 frames"),
        ((1920, 1080, 30000 / 1001, 1), "1920 × 1080  ·  29.97 fps  ·  0:01  ·  1 frame"),
        ((64, 48, 0.0, 12), "64 × 48  ·  0 fps  ·  12 frames"),
    ],
)
def test_a_video_in_words(line: StatusLine, video: tuple[int, int, float, int], text: str) -> None:
    line.show_video(*video)
    assert line.video_label.text() == text


def test_the_pixel_under_the_cursor_and_none(line: StatusLine) -> None:
    line.show_position(0, 7)
    assert line.position_label.text() == "0, 7"
    line.show_position(-1, -1)
    assert line.position_label.text() == ""


@pytest.mark.parametrize(("zoom", "text"), [(1.0, "100 %"), (0.125, "12 %"), (8.0, "800 %")])
def test_the_zoom_in_per_cent(line: StatusLine, zoom: float, text: str) -> None:
    line.show_zoom(zoom)
    assert line.zoom_label.text() == text


def test_swapped_buttons_are_said_while_they_are(line: StatusLine) -> None:
    line.show_swapped(True)
    assert "left erases" in line.hand_label.text()
    line.show_swapped(False)
    assert line.hand_label.text() == ""


def test_a_closed_video_leaves_nothing_behind(line: StatusLine) -> None:
    line.show_video(64, 48, 25.0, 12)
    line.show_position(3, 4)
    line.show_zoom(1.0)
    line.show_saved("Saved")
    line.tell("A sentence.")
    assert line.currentMessage() == "A sentence."
    line.show_nothing()
    assert line.currentMessage() == ""
    labels = (line.hand_label, line.position_label, line.video_label, line.zoom_label, line.saved_label)
    assert not any(label.text() for label in labels)
