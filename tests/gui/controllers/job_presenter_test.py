"""What the window shows of a run."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from lipcore.errors import LipError, NotTuned, OutOfMemory
from lipgui.actions.action_set import ActionSet
from lipgui.controllers.job_presenter import RunDisplay
from lipgui.dialogs.problems import Problems
from lipgui.document import edits
from lipgui.panels.job_panel import JobPanel
from lipgui.timeline.timeline import Timeline
from tests.gui.controllers.conftest import Runs
from tests.gui.document.helpers import square


class Shown:
    """The widgets that are kept in step."""

    def __init__(self, qtbot: QtBot, runs: Runs, actions: ActionSet) -> None:
        self.panel, self.timeline, self.problems = JobPanel(), Timeline(), Problems()
        for widget in (self.panel, self.timeline):
            qtbot.addWidget(widget)
        self.timeline.show_video(12, 25.0)
        self.display = RunDisplay(
            runs.segmentation, runs.queue, self.panel, self.timeline, actions, self.problems, runs.parent
        )


@pytest.fixture
def shown(qtbot: QtBot, runs: Runs, actions: ActionSet) -> Shown:
    return Shown(qtbot, runs, actions)


def test_stop_is_there_while_something_runs_and_the_end_is_said(shown: Shown, runs: Runs, actions: ActionSet) -> None:
    assert not actions["stop"].isEnabled()
    edits.paint(runs.document, square(10, 12))
    runs.segmentation.propagate("forward", range(12))
    assert actions["stop"].isEnabled()
    sentence = runs.wait()
    assert not actions["stop"].isEnabled()
    assert sentence in (shown.panel.title_label.text(), shown.panel.text_label.text())


def test_the_frames_that_a_run_has_reached_are_marked_until_it_ends(shown: Shown, runs: Runs) -> None:
    runs.segmentation.started.emit("Propagate", "frames")
    for frame in (6, 4, 9):
        runs.segmentation.framesReached.emit(frame, frame)
    assert shown.timeline.lanes.overlay.progress == (4, 9)
    runs.segmentation.ended.emit("done")
    assert shown.timeline.lanes.overlay.progress is None
    runs.segmentation.started.emit("Propagate", "frames")
    runs.segmentation.framesReached.emit(1, 1)
    assert shown.timeline.lanes.overlay.progress == (1, 1)


def test_a_stopped_run_can_be_continued(shown: Shown, runs: Runs, actions: ActionSet) -> None:
    assert not actions["continue_run"].isEnabled()
    runs.segmentation.stoppedChanged.emit(True)
    assert actions["continue_run"].isEnabled()
    with runs.qtbot.waitSignal(actions.triggered) as chosen:
        shown.panel.continueRequested.emit()
    assert chosen.args[0] == "continue_run"
    runs.segmentation.stoppedChanged.emit(False)
    assert not actions["continue_run"].isEnabled()


def test_each_failure_goes_where_something_can_be_done_about_it(shown: Shown, runs: Runs) -> None:
    for error, signal in (
        (OutOfMemory("full"), shown.display.memoryExhausted),
        (NotTuned("not yet"), shown.display.tuningWanted),
        (LipError("The file is gone."), shown.problems.announced),
        (KeyError("bug"), shown.problems.reported),
    ):
        with runs.qtbot.waitSignal(signal):
            runs.segmentation.failed.emit(error)
