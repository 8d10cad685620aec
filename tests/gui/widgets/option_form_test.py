"""A form of any options: a row for each, of the kind that its default has, and what is set comes back."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from lipcore.export.formats import option
from lipgui.widgets.option_form import OptionForm


@dataclass(frozen=True)
class Options:
    level: int = option(8, "Bits", ("8", "16"))
    colour: str = option("red", "Colour", ("red", "green"))
    every: int = option(3, "Every")
    opacity: float = option(0.5, "Opacity")
    sharp: bool = option(False, "Sharp edges")
    prefix: str = option("mask", "Prefix")


@dataclass(frozen=True)
class Nothing:
    pass


@pytest.fixture
def form(qtbot: QtBot) -> OptionForm:
    made = OptionForm()
    qtbot.addWidget(made)
    made.show_options(Options)
    return made


def test_untouched_it_gives_the_defaults(form: OptionForm) -> None:
    assert form.value() == Options()


def test_what_is_set_comes_back_with_its_type(form: OptionForm) -> None:
    form.findChild(QComboBox, "level").setCurrentText("16")
    form.findChild(QComboBox, "colour").setCurrentText("green")
    form.findChild(QSpinBox, "every").setValue(-7)
    form.findChild(QDoubleSpinBox, "opacity").setValue(0.25)
    form.findChild(QCheckBox, "sharp").click()
    form.findChild(QLineEdit, "prefix").setText("")
    value = form.value()
    assert value == Options(16, "green", -7, 0.25, True, "")
    assert isinstance(value, Options)
    assert type(value.level) is int  # of a choice, which is a text


@pytest.mark.parametrize("name", ["level", "every", "opacity", "sharp", "prefix"])
def test_every_change_is_told_once(form: OptionForm, name: str) -> None:
    told: list[bool] = []
    form.changed.connect(lambda: told.append(True))
    change = {
        "level": lambda: form.findChild(QComboBox, name).setCurrentIndex(1),
        "every": lambda: form.findChild(QSpinBox, name).stepUp(),
        "opacity": lambda: form.findChild(QDoubleSpinBox, name).stepUp(),
        "sharp": lambda: form.findChild(QCheckBox, name).click(),
        "prefix": lambda: form.findChild(QLineEdit, name).setText("frame"),
    }
    change[name]()
    assert told == [True]


def test_other_options_take_the_place_of_the_first_and_none_take_no_room(form: OptionForm) -> None:
    form.show_options(Nothing)
    assert form.isHidden()
    assert form.value() == Nothing()
    form.show_options(Options)
    assert not form.isHidden()
    assert form.value() == Options()
