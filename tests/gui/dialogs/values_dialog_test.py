"""The dialog for black and white: whole numbers for whole values, and never black above white."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QWidget
from pytestqt.qtbot import QtBot

from lipgui.dialogs.values_dialog import ValuesDialog


@pytest.fixture
def made(qtbot: QtBot, keep: Callable[[QDialog], None]) -> Callable[[float, float], ValuesDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)

    def make(low: float, high: float) -> ValuesDialog:
        dialog = ValuesDialog((low, high), parent)
        keep(dialog)
        return dialog

    make.parent = parent  # type: ignore[attr-defined]  # it must live as long
    return make


@pytest.mark.parametrize(("values", "texts"), [((0, 65535), ("0", "65535")), ((0.25, 1), ("0.250000", "1.000000"))])
def test_whole_values_are_shown_whole_and_others_finely(
    made: Callable[[float, float], ValuesDialog], values: tuple[float, float], texts: tuple[str, str]
) -> None:
    dialog = made(*values)
    assert (dialog.low.text(), dialog.high.text()) == texts


def test_values_from_0_to_1_can_be_set_between(made: Callable[[float, float], ValuesDialog], qtbot: QtBot) -> None:
    dialog = made(0, 1)
    dialog.high.setValue(0.125)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        dialog.accept()
    assert chosen.args == [(0, 0.125)]


def test_black_must_be_below_white(made: Callable[[float, float], ValuesDialog]) -> None:
    dialog = made(0, 1000)
    ok = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)
    for low, enabled in ((1000, False), (1500, False), (999, True)):
        dialog.low.setValue(low)
        assert ok.isEnabled() == enabled


def test_the_range_that_is_found_can_be_asked_for(made: Callable[[float, float], ValuesDialog], qtbot: QtBot) -> None:
    dialog, chosen = made(0, 1000), []
    dialog.chosen.connect(chosen.append)
    dialog.found_button.click()
    assert chosen == [None]


def test_cancel_chooses_nothing(made: Callable[[float, float], ValuesDialog], qtbot: QtBot) -> None:
    dialog = made(0, 1000)
    with qtbot.assertNotEmitted(dialog.chosen):
        dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Cancel).click()
