"""No dead ends: what comes next stands out, can be asked for in one step, and the guide follows results."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lipcore.errors import NotTuned
from tests.e2e.conftest import Hands
from tests.helpers import FailingSegmenter, FakeSegmenter, MovingSquare


@pytest.fixture
def painted(opened: Hands) -> Hands:
    """The moving square, painted on its first frame."""
    opened.paint_square()
    return opened


def stands_out(hands: Hands) -> str:
    options = hands.window.options
    buttons = {"tune": options.tune_button, "propagate": options.forward_button, "correct": options.correct_button}
    return ", ".join(name for name, button in buttons.items() if button.objectName() == "primary")


def test_f_on_an_untuned_project_offers_to_tune_first(
    painted: Hands, moving_square: MovingSquare, qtbot: QtBot
) -> None:
    document = painted.window.document
    assert stands_out(painted) == "tune"
    painted.key(Qt.Key.Key_F)
    assert "after tuning" in painted.window.stage.notice.text
    assert painted.segmenter.calls == []
    with qtbot.waitSignals([painted.window.segmentation.ended] * 2, timeout=20_000):
        painted.answer("Tune, then propagate")
    assert painted.segmenter.calls == ["tune", "propagate"]
    assert all(np.array_equal(document.labels(frame), moving_square.truth[frame]) for frame in range(12))
    assert stands_out(painted) == "propagate"
    painted.do("undo")  # one entry for weights and masks
    assert document.tuned_weights() == b""
    assert not document.labels(5).any()
    assert stands_out(painted) == "tune"


def test_one_key_tunes_and_propagates(painted: Hands, qtbot: QtBot) -> None:
    titles: list[str] = []
    painted.window.segmentation.started.connect(lambda title, unit: titles.append(title))
    with qtbot.waitSignals([painted.window.segmentation.ended] * 2, timeout=20_000):
        painted.key(Qt.Key.Key_T, Qt.KeyboardModifier.ShiftModifier)
    assert titles == ["Tune, then propagate"] * 2
    assert painted.window.job_panel.title_label.text().startswith("Tune, then propagate done: 12 frames")
    assert painted.segmenter.calls == ["tune", "propagate"]
    painted.run("propagate_forward")  # does not ask any more
    assert painted.segmenter.calls[-1] == "propagate"


class TestNewObject:
    @pytest.fixture
    def segmenter(self) -> FakeSegmenter:
        return FailingSegmenter(NotTuned("Objects 2 and 3 are new: tune again before propagating."), frames=0)

    def test_a_new_object_is_not_a_dead_end(self, painted: Hands) -> None:
        painted.run("tune")
        painted.run("propagate_forward")
        notice = painted.window.stage.notice
        assert "Objects 2 and 3 are new" in notice.text
        assert notice.button.text() == "Tune, then propagate"


def test_the_quality_is_chosen_beside_the_button_and_tells_what_it_takes(painted: Hands) -> None:
    box = painted.window.options.quality_box
    assert [box.itemText(row) for row in range(3)] == ["Fast", "Balanced", "Best"]
    box.setCurrentIndex(0)
    assert painted.window.looking.preferences.quality == "fast"
    painted.run("tune")
    assert box.itemText(0).startswith("Fast · 0:")
    assert box.itemText(1) == "Balanced"


def test_the_guide_goes_on_when_the_work_is_done_and_teaches_to_correct(hands: Hands, qtbot: QtBot) -> None:
    with qtbot.waitSignal(hands.window.viewing.frameShown, timeout=20_000):
        hands.do("show_guide")
    guide, ended = hands.window.stage.guide, hands.window.segmentation.ended
    guide.button.click()
    for step, following in (("tune", "propagate_forward"), ("propagate_forward", "next_doubtful")):
        assert guide.step == step
        with qtbot.waitSignal(ended, timeout=60_000):
            guide.button.click()
            assert guide.step == step  # not before it is done
            assert not guide.button.isEnabled()
        assert guide.step == following
    guide.button.click()
    assert guide.step == "correct"
    hands.window.document.go_to(0)
    with qtbot.waitSignals([ended] * 2, timeout=60_000):
        guide.button.click()
    assert guide.step == "export"
    guide.close_button.click()
