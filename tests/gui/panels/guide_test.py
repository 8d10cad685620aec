"""The first-run guide: a step ends by what it is about, whoever did it, and is never gone back to."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from lipgui.panels.guide import Guide

STEPS = ["", "tune", "propagate_forward", "next_doubtful", "correct", "export"]


@pytest.fixture
def guide(qtbot: QtBot) -> Guide:
    made = Guide()
    qtbot.addWidget(made)
    made.begin()
    return made


def test_each_step_can_be_skipped_but_the_last_which_ends_it(qtbot: QtBot, guide: Guide) -> None:
    seen = []
    for number in range(1, 7):
        seen.append(guide.step)
        assert guide.count_label.text() == f"Step {number} of 6"
        assert guide.skip_button.isHidden() == (guide.step in ("", "export"))
        if number < 6:
            guide.skip_button.click()
    assert seen == STEPS
    with qtbot.waitSignal(guide.closed):
        guide.on_done("export")
    assert guide.isHidden()


def test_its_button_asks_for_the_action_and_waits_for_its_result(qtbot: QtBot, guide: Guide) -> None:
    with qtbot.assertNotEmitted(guide.actionRequested):
        guide.button.click()  # the first step is only read
    with qtbot.waitSignal(guide.actionRequested) as asked:
        guide.button.click()
    assert asked.args == ["tune"]
    guide.on_done("tune")  # it was only begun
    assert guide.step == "tune"
    guide.on_result("tune")
    assert guide.step == "propagate_forward"


def test_what_was_done_ahead_of_a_step_skips_those_before(guide: Guide) -> None:
    guide.on_result("propagate")
    assert guide.step == "next_doubtful"
    guide.on_result("tune")  # behind it: nothing goes back
    assert guide.step == "next_doubtful"
    guide.on_result("propagate")
    assert guide.step == "export"


def test_while_a_job_runs_it_cannot_be_started_again(guide: Guide) -> None:
    guide.button.click()
    offer = guide.label.text()
    guide.show_running(True)
    assert not guide.button.isEnabled()
    assert guide.label.text() != offer
    guide.show_running(False)
    assert guide.button.isEnabled()
    assert guide.label.text() == offer


def test_a_step_that_starts_no_job_is_not_held_by_one(guide: Guide) -> None:
    guide.show_running(True)
    assert guide.button.isEnabled()


def test_a_closed_guide_stays_closed(qtbot: QtBot, guide: Guide) -> None:
    with qtbot.waitSignal(guide.closed):
        guide.close_button.click()
    with qtbot.assertNotEmitted(guide.closed):
        guide.on_result("tune")
        guide.on_done("export")
    assert guide.isHidden()
    guide.begin()
    assert (guide.isVisible(), guide.step) == (True, "")
