"""A project that lost something: an export from the window stops until that is accepted."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lipgui.controllers.session import opening
from lipgui.dialogs.export_dialog import ExportDialog
from tests.e2e.conftest import Hands


def export_dialog() -> ExportDialog:
    (dialog,) = (widget for widget in QApplication.topLevelWidgets() if isinstance(widget, ExportDialog))
    return dialog


def test_an_export_of_a_damaged_project_stops_until_it_is_accepted(
    opened: Hands, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "drafts_folder", lambda: tmp_path / "drafts")
    opened.paint_square()
    opened.window.filing.save_to(tmp_path / "mine.lip")
    opened.do("export")
    whole = export_dialog()
    assert whole.export_button.isEnabled()
    assert not whole.accept_check.isVisible()
    whole.close()
    opened.do("close_project")
    qtbot.waitUntil(lambda: not any(isinstance(one, ExportDialog) for one in QApplication.topLevelWidgets()))
    (tmp_path / "mine.lip" / "masks" / "00000.png").write_bytes(b"junk")
    opened.open(tmp_path / "mine.lip")
    opened.window.filing.save_to(tmp_path / "elsewhere.lip")  # which does not repair it
    opened.do("export")
    dialog = export_dialog()
    assert "00000.png" in dialog.damage_label.text()
    assert dialog.damage_label.isVisible()
    dialog.place_field.setText(str(tmp_path / "out"))
    assert not dialog.export_button.isEnabled()
    dialog.accept_check.setChecked(True)
    with qtbot.waitSignal(dialog.finished_with, timeout=30_000):
        dialog.export_button.click()
    assert (tmp_path / "out").is_dir()
