"""The panel of edges alone: sliders and boxes say the same, what is tried and what is chosen are told apart."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from lipcore.matting import EdgeSettings
from lipgui.edges.panel import EdgesPanel


@pytest.fixture
def panel(qtbot: QtBot) -> EdgesPanel:
    panel = EdgesPanel()
    qtbot.addWidget(panel)
    panel.show_edges("cat", EdgeSettings())
    return panel


def test_it_shows_what_it_is_given_and_tells_nothing(panel: EdgesPanel, qtbot: QtBot) -> None:
    edges = EdgeSettings(width=7.5, shift=-3, contrast=2, feather=1.5)
    with qtbot.assertNotEmitted(panel.tried), qtbot.assertNotEmitted(panel.chosen, wait=700):
        panel.show_edges("cat", edges)
    assert panel.edges == edges
    assert panel.name_label.text() == "cat"


def test_sliders_and_boxes_go_together(panel: EdgesPanel) -> None:
    for row in panel.rows:
        for value in (row.box.minimum(), row.box.maximum()):
            row.box.setValue(value)
            assert row.slider.value() == (row.slider.minimum() if value == row.box.minimum() else row.slider.maximum())
    panel.contrast_row.box.setValue(1)
    assert panel.contrast_row.slider.value() == 0  # doublings: 1 lies at nought
    panel.contrast_row.slider.setValue(50)
    assert panel.contrast_row.value == 2
    panel.shift_row.slider.setValue(-5)
    assert panel.shift_row.value == -2.5


def test_what_is_tried_is_chosen_after_a_while_or_when_the_slider_is_let_go(panel: EdgesPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.chosen) as chosen:
        panel.width_row.box.setValue(4)
    assert chosen.args == [EdgeSettings(width=4)]
    panel.width_row.slider.setSliderDown(True)
    with qtbot.waitSignal(panel.tried) as tried, qtbot.assertNotEmitted(panel.chosen, wait=700):
        panel.width_row.slider.setValue(20)
    assert tried.args == [EdgeSettings(width=10)]
    with qtbot.waitSignal(panel.chosen) as chosen:
        panel.width_row.slider.setSliderDown(False)
    assert chosen.args == [EdgeSettings(width=10)]
    with qtbot.assertNotEmitted(panel.chosen):
        panel.settle()  # it is chosen already


def test_without_an_object_there_is_nothing_to_set(panel: EdgesPanel) -> None:
    panel.show_edges("", None)
    assert not panel.width_row.box.isEnabled()
