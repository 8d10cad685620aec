"""The settings: what is shown is what is set, and each change is told with all the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QDialog

from lipgui.basics.settings import Preferences
from lipgui.dialogs.settings_dialog import SettingsDialog

OWN = Preferences(
    theme="dark",
    colour_blind=False,
    device="cpu",
    preset="paper",
    quality="best",
    max_side=640,
    scale=150,
    frame_step=25,
    doubt_percent=30,
    autosave=False,
)


@pytest.fixture
def told() -> list[Preferences]:
    return []


@pytest.fixture
def dialog(keep: Callable[[QDialog], None], told: list[Preferences]) -> SettingsDialog:
    made = SettingsDialog(OWN)
    keep(made)
    made.changed.connect(told.append)
    return made


def test_it_shows_what_is_set(dialog: SettingsDialog) -> None:
    boxes = (dialog.theme_box, dialog.device_box, dialog.preset_box, dialog.quality_box, dialog.scale_box)
    assert [box.currentData() for box in boxes] == ["dark", "cpu", "paper", "best", 150]
    assert [box.value() for box in (dialog.side_box, dialog.step_box, dialog.doubt_box)] == [640, 25, 30]
    assert not dialog.blind_check.isChecked()
    assert not dialog.autosave_check.isChecked()


def test_changes_are_told_one_by_one_and_keep_all_else(dialog: SettingsDialog, told: list[Preferences]) -> None:
    dialog.theme_box.setCurrentIndex(dialog.theme_box.findData("light"))
    dialog.side_box.setValue(0)
    dialog.autosave_check.click()
    assert [(each.theme, each.max_side, each.autosave) for each in told] == [
        ("light", 640, False),
        ("light", 0, False),
        ("light", 0, True),
    ]
    assert told[-1].preset == "paper"
    assert told[-1].brush_size == OWN.brush_size
    assert dialog.side_box.text() == "automatic"


def test_a_value_that_is_unknown_shows_the_first_choice(keep: Callable[[QDialog], None]) -> None:
    made = SettingsDialog(Preferences(device="abacus"))
    keep(made)
    assert made.device_box.currentData() == "auto"
