"""Help, settings, keys and reports, and what is offered to a network without memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from unittest.mock import MagicMock

import pytest
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from lipgui.actions.action_set import ActionSet
from lipgui.basics.settings import Preferences, Settings
from lipgui.controllers.help_actions import Assistance
from lipgui.dialogs.help_sheet import HelpSheet
from lipgui.dialogs.problems import ReportDialog
from lipgui.dialogs.settings_dialog import SettingsDialog
from lipgui.dialogs.shortcuts_dialog import ShortcutsDialog
from lipgui.panels.guide import Guide
from lipgui.widgets.notice import Notice


class Looks:
    """The preferences in use."""

    def __init__(self) -> None:
        self.preferences = Preferences()

    def use(self, preferences: Preferences) -> None:
        self.preferences = preferences


class Help:
    """The menu's actions over a window with a guide and a notice."""

    def __init__(self, window: QWidget, actions: ActionSet) -> None:
        self.window, self.actions, self.looks, self.session = window, actions, Looks(), MagicMock()
        self.stage = MagicMock(guide=Guide(window), notice=Notice(window))
        self.settings = Settings()
        self.assistance = Assistance(
            *(actions, self.settings, self.looks, self.session, self.stage, window)  # type: ignore[arg-type]
        )

    def dialog(self, kind: type[QDialog]) -> QDialog:
        """The one dialog of this kind that is shown."""
        (found,) = [each for each in self.window.findChildren(kind) if each.isVisible()]
        assert not found.isModal()
        return found


@pytest.fixture
def help_(qtbot: QtBot, actions: ActionSet) -> Iterator[Help]:
    window = QWidget()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    yield Help(window, actions)
    window.close()


def test_no_dialog_blocks_the_window(help_: Help) -> None:
    kinds = {
        "preferences": SettingsDialog,
        "edit_shortcuts": ShortcutsDialog,
        "show_shortcuts": HelpSheet,
        "report": ReportDialog,
        "about": QMessageBox,
    }
    for name, kind in kinds.items():
        help_.assistance.answers()[name]()
        help_.dialog(kind).close()


def test_settings_take_effect_at_once(help_: Help) -> None:
    help_.assistance.preferences()
    help_.dialog(SettingsDialog).step_box.setValue(7)
    assert help_.looks.preferences.frame_step == 7


def test_new_keys_are_kept_and_told(help_: Help, qtbot: QtBot) -> None:
    help_.assistance.edit_shortcuts()
    with qtbot.waitSignal(help_.assistance.keysChanged):
        help_.dialog(ShortcutsDialog).bind("export", "Ctrl+Alt+E")
    assert help_.actions.keys()["export"] == "Ctrl+Alt+E"
    assert help_.settings.shortcuts() == {"export": "Ctrl+Alt+E"}


def test_an_action_that_was_found_is_done(help_: Help, qtbot: QtBot) -> None:
    help_.assistance.show_shortcuts()
    sheet = help_.dialog(HelpSheet)
    with qtbot.waitSignal(help_.actions.triggered) as done:
        sheet.chosen.emit("undo")
    assert done.args[0] == "undo"


def test_the_guide_begins_when_it_is_asked_for_or_at_the_first_sample(help_: Help) -> None:
    guide = help_.stage.guide
    help_.assistance.begin_guide(is_sample=False)
    assert guide.isHidden()
    help_.assistance.begin_guide(is_sample=True)
    assert guide.isVisible()
    guide.close_button.click()
    assert help_.looks.preferences.guide_seen
    help_.assistance.begin_guide(is_sample=True)
    assert guide.isHidden()
    help_.assistance.show_guide()
    help_.session.open_sample.assert_called_once_with()
    help_.assistance.begin_guide(is_sample=False)
    assert guide.isVisible()


def test_without_memory_the_network_sees_less_and_in_the_end_uses_the_cpu(help_: Help) -> None:
    sides = []
    while help_.looks.preferences.device != "cpu":
        help_.assistance.ease_memory("The memory is full.")
        assert help_.stage.notice.text == "The memory is full."
        help_.stage.notice.button.click()
        sides.append(help_.looks.preferences.max_side)
    assert sides == [640, 480, 360, 360]


def test_a_chosen_size_is_the_one_that_is_made_smaller(help_: Help) -> None:
    help_.looks.use(replace(Preferences(), max_side=1000))
    help_.assistance.ease_memory("The memory is full.")
    assert help_.stage.notice.button.text() == "Use at most 750 pixels"
