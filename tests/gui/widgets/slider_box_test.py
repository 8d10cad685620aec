"""A slider and a box that always say the same, but for numbers that only the box reaches."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from lipgui.widgets.slider_box import SliderBox


@pytest.fixture
def told() -> list[int]:
    return []


@pytest.fixture
def both(qtbot: QtBot, told: list[int]) -> SliderBox:
    made = SliderBox("Grow by", 30, 100, " px")
    qtbot.addWidget(made)
    made.valueChanged.connect(told.append)
    return made


def test_the_box_follows_the_slider(both: SliderBox, told: list[int]) -> None:
    both.slider.setValue(12)
    assert (both.value, both.box.text(), told) == (12, "12 px", [12])


def test_the_slider_follows_the_box(both: SliderBox, told: list[int]) -> None:
    both.box.setValue(7)
    assert (both.slider.value(), told) == (7, [7])


def test_a_number_beyond_the_slider_can_be_typed_and_stays(both: SliderBox, told: list[int]) -> None:
    both.box.setValue(80)
    assert (both.slider.value(), both.value, told) == (30, 80, [80])
    both.box.setValue(200)
    assert both.value == 100
