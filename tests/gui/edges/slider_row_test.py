"""One number of an edge: its slider and its box say the same, in steps or in doublings."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from lipgui.edges.slider_row import SliderRow


def made(qtbot: QtBot, row: SliderRow) -> SliderRow:
    for widget in (row.label, row.slider, row.box):
        qtbot.addWidget(widget)
    return row


@pytest.fixture
def steps(qtbot: QtBot) -> SliderRow:
    return made(qtbot, SliderRow("Shift", "", -10, 10, 0.5))


@pytest.fixture
def doublings(qtbot: QtBot) -> SliderRow:
    return made(qtbot, SliderRow("Contrast", "", 0.25, 4, 0.05, ratio=True))


def test_the_slider_goes_in_steps(steps: SliderRow) -> None:
    assert (steps.slider.minimum(), steps.slider.maximum()) == (-20, 20)
    steps.slider.setValue(-5)
    assert steps.value == -2.5
    steps.box.setValue(3.5)
    assert steps.slider.value() == 7


def test_the_slider_goes_in_doublings_with_one_in_its_middle(doublings: SliderRow) -> None:
    assert doublings.slider.minimum() == -doublings.slider.maximum()
    doublings.box.setValue(1)
    assert doublings.slider.value() == 0
    places = []
    for value in (0.5, 2):
        doublings.box.setValue(value)
        places.append(doublings.slider.value())
    assert places[0] == -places[1]
    doublings.slider.setValue(doublings.slider.maximum())
    assert doublings.value == 4


def test_a_typed_number_between_two_places_of_the_slider_stays(steps: SliderRow) -> None:
    steps.box.setValue(1.3)
    assert (steps.value, steps.slider.value()) == (1.3, 3)


def test_either_tells_a_change_once_and_showing_a_number_tells_nothing(steps: SliderRow) -> None:
    told: list[float] = []
    steps.changed.connect(lambda: told.append(steps.value))
    steps.slider.setValue(4)
    steps.box.setValue(-1)
    assert told == [2, -1]
    steps.show_value(9.5)
    assert (told, steps.value, steps.slider.value()) == ([2, -1], 9.5, 19)


def test_letting_the_slider_go_is_told(steps: SliderRow, qtbot: QtBot) -> None:
    steps.slider.setSliderDown(True)
    with qtbot.waitSignal(steps.released):
        steps.slider.setSliderDown(False)
