"""Settings, keys, help and reports: small dialogs that never block the window."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from lipgui.actions.action_set import ActionSet
from lipgui.actions.dispatch import Answers
from lipgui.basics.settings import Settings
from lipgui.controllers.session.session import Session
from lipgui.controllers.view_actions import Looking
from lipgui.dialogs.help_sheet import HelpSheet
from lipgui.dialogs.problems import ReportDialog, environment
from lipgui.dialogs.settings_dialog import SettingsDialog
from lipgui.dialogs.shortcuts_dialog import ShortcutsDialog
from lipgui.panels.stage import Stage
from lipgui.widgets.notice import Message

_FIRST_SMALLER_SIDE, _SMALLEST_SIDE = 640, 320  # pixels


class Assistance(QObject):
    """Help, keys, settings and reports of problems. `answers` names the actions."""

    keysChanged = Signal()

    def __init__(
        self, actions: ActionSet, settings: Settings, looking: Looking, session: Session, stage: Stage, window: QWidget
    ) -> None:
        super().__init__(window)
        self._actions, self._settings, self._looking = actions, settings, looking
        self._session, self._guide, self._notice, self._window = session, stage.guide, stage.notice, window
        self._guide_wanted = False
        self._guide.closed.connect(self._end_guide)

    def answers(self) -> Answers:
        """What answers which action."""
        return {
            "preferences": self.preferences,
            "edit_shortcuts": self.edit_shortcuts,
            "show_shortcuts": self.show_shortcuts,
            "show_guide": self.show_guide,
            "report": self.report,
            "about": self.about,
        }

    def preferences(self) -> None:
        """Show the settings."""
        dialog = SettingsDialog(self._looking.preferences, self._window)
        dialog.changed.connect(self._looking.use)
        dialog.show()

    def edit_shortcuts(self) -> None:
        """Show the keys and let the user change them."""
        dialog = ShortcutsDialog(self._actions, self._window)
        dialog.keysChanged.connect(self._bind)
        dialog.show()

    def show_shortcuts(self) -> None:
        """Show every action and key, found by typing."""
        sheet = HelpSheet(self._actions, self._window)
        sheet.chosen.connect(self._actions.trigger)
        sheet.show()
        sheet.activateWindow()
        sheet.field.setFocus()

    def show_guide(self) -> None:
        """Open the sample and begin the guide."""
        self._guide_wanted = True
        self._session.open_sample()

    def begin_guide(self, is_sample: bool) -> None:
        """Begin the guide, now that something is open, if it was asked for or the sample is open for the first time."""
        if self._guide_wanted or (is_sample and not self._looking.preferences.guide_seen):
            self._guide_wanted = False
            self._guide.begin()

    def _end_guide(self) -> None:
        self._looking.use(replace(self._looking.preferences, guide_seen=True))

    def ease_memory(self, sentence: str) -> None:
        """Answer a network that ran out of memory: let it see a smaller picture, in the end on the CPU."""
        before = self._looking.preferences
        side = round((before.max_side or _FIRST_SMALLER_SIDE * 4 / 3) * 3 / 4)
        if side >= _SMALLEST_SIDE:
            text, after = self.tr("Use at most {0} pixels").format(side), replace(before, max_side=side)
        else:
            text, after = self.tr("Use the CPU"), replace(before, device="cpu")
        self._notice.show_message(Message(sentence, ((text, lambda: self._looking.use(after)),)))

    def report(self, error: BaseException | None = None) -> None:
        """Show a report that can be copied."""
        dialog = ReportDialog(error, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def about(self) -> None:
        """Say what this is."""
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowModality(Qt.WindowModality.NonModal)
        box.setWindowTitle(self.tr("About LIP"))
        box.setText(self.tr("LIP turns a video and a few painted masks into masks for every frame."))
        box.setInformativeText(environment())
        box.show()

    def _bind(self, keys: dict[str, str]) -> None:
        self._settings.store_shortcuts(keys)
        self._actions.bind(keys)
        self.keysChanged.emit()
