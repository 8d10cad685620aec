"""What should be done next: the buttons and the guide, by what jobs have done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lipcore.errors import LipError
from lipgui.actions.action_set import ActionSet
from lipgui.basics.settings import Preferences, Settings
from lipgui.controllers.next_step import NextStep
from lipgui.document import edits
from lipgui.panels.guide import Guide
from lipgui.panels.tools_bar import OptionsBar
from tests.gui.controllers.conftest import Runs
from tests.gui.document.helpers import square
from tests.helpers import FailingSegmenter


class Next:
    """The bar and the guide, which are kept in step."""

    def __init__(self, window: QWidget, runs: Runs, actions: ActionSet) -> None:
        self.bar, self.guide, self.settings = OptionsBar(actions, window), Guide(window), Settings()
        self.step = NextStep(
            runs.document, runs.segmentation, runs.queue, self.bar, self.guide, self.settings, runs.parent
        )
        self.step.use(Preferences())
        self.guide.begin()
        self.guide.on_done("")  # what is painted is there

    def qualities(self) -> list[str]:
        return [self.bar.quality_box.itemText(place) for place in range(self.bar.quality_box.count())]


@pytest.fixture
def next_step(qtbot: QtBot, runs: Runs, actions: ActionSet) -> Iterator[Next]:
    window = QWidget()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    edits.paint(runs.document, square(10, 12))
    yield Next(window, runs, actions)
    window.close()


def test_after_tuning_its_time_is_known_and_the_guide_goes_on(next_step: Next, runs: Runs) -> None:
    assert next_step.qualities() == ["Fast", "Balanced", "Best"]
    assert next_step.guide.step == "tune"
    runs.segmentation.tune()
    runs.wait()
    chosen = next_step.bar.quality_box.currentText()
    assert "·" in chosen
    assert [("·" in each) for each in next_step.qualities()].count(True) == 1
    assert next_step.guide.step == "propagate_forward"
    runs.segmentation.propagate("forward", range(12))
    runs.wait()
    assert next_step.guide.step == "next_doubtful"


def test_a_job_that_failed_is_no_step_forward(next_step: Next, runs: Runs) -> None:
    runs.segmenter = FailingSegmenter(LipError("broke"), steps=2)
    runs.segmentation.tune()
    assert not next_step.guide.button.isEnabled()
    runs.wait()
    assert next_step.guide.step == "tune"
    assert next_step.guide.button.isEnabled()
    assert next_step.qualities() == ["Fast", "Balanced", "Best"]
