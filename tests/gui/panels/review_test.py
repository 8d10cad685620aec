"""The review panel: counts in words, the most doubtful first, and what it asks for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lipgui.panels.review import Doubtful, ReviewPanel


@pytest.fixture
def panel(qtbot: QtBot) -> ReviewPanel:
    made = ReviewPanel()
    qtbot.addWidget(made)
    made.resize(320, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def lines(panel: ReviewPanel) -> list[str]:
    return [panel.list.item(row).text() for row in range(panel.list.count())]


@pytest.mark.parametrize(
    ("counts", "was_run", "text", "buttons", "share"),
    [
        ((0, 0, 0, 0), False, "Nothing to review yet. After propagating", (False, False), 0),
        ((2, 2, 0, 48), False, "2 of 48 frames painted, none propagated", (True, False), 2 / 48),
        ((48, 1, 5, 48), True, "5 doubtful left · 1 of 48 frames painted or verified", (True, True), 1 / 48),
        ((40, 10, 0, 48), True, "No doubtful frame left · 10 of 40 frames", (True, False), 10 / 40),
    ],
)
def test_counts_are_said_and_what_is_impossible_is_off(
    panel: ReviewPanel,
    counts: tuple[int, int, int, int],
    was_run: bool,
    text: str,
    buttons: tuple[bool, bool],
    share: float,
) -> None:
    panel.show_counts(*counts, was_run=was_run)
    assert text in panel.count_label.text()
    assert (panel.verify_button.isEnabled(), panel.next_button.isEnabled()) == buttons
    assert panel.previous_button.isEnabled() == panel.next_button.isEnabled()
    assert panel.bar.value() / panel.bar.maximum() == pytest.approx(share)


def test_the_most_doubtful_come_first_and_of_equals_the_earlier(panel: ReviewPanel) -> None:
    found = [Doubtful(9, 0.5, "cat", "small"), Doubtful(4, 0.5, "dog", "small"), Doubtful(7, 0.9, "cat", "torn")]
    panel.show_doubtful(found)
    assert lines(panel) == ["Frame 7  ·  cat: torn", "Frame 4  ·  dog: small", "Frame 9  ·  cat: small"]
    panel.show_doubtful([])
    assert not panel.list.isVisible()


def test_a_long_video_lists_only_its_worst_frames(panel: ReviewPanel) -> None:
    panel.show_doubtful([Doubtful(frame, frame / 1000, "cat", "torn") for frame in range(1000)])
    assert len(lines(panel)) == 200
    assert lines(panel)[0].startswith("Frame 999 ")


def test_a_click_goes_there_and_marking_what_is_shown_goes_nowhere(qtbot: QtBot, panel: ReviewPanel) -> None:
    panel.show_doubtful([Doubtful(7, 0.9, "cat", "torn"), Doubtful(4, 0.5, "dog", "small")])
    with qtbot.waitSignal(panel.frameRequested) as asked:
        where = panel.list.visualItemRect(panel.list.item(1)).center()
        qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert asked.args == [4]
    with qtbot.assertNotEmitted(panel.frameRequested):
        panel.show_frame(7)
    assert panel.list.currentRow() == 0
    panel.show_frame(5)
    assert panel.list.currentRow() == -1


def test_its_buttons_ask(qtbot: QtBot, panel: ReviewPanel) -> None:
    panel.show_counts(48, 1, 5, 48, was_run=True)
    for button, signal in (
        (panel.previous_button, panel.previousRequested),
        (panel.next_button, panel.nextRequested),
        (panel.verify_button, panel.verifyRequested),
    ):
        with qtbot.waitSignal(signal):
            button.click()
