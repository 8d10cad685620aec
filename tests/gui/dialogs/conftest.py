"""Dialogs for tests, which delete themselves when they are closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from lipgui.jobs.jobs import JobQueue


@pytest.fixture
def keep(qtbot: QtBot) -> Callable[[QDialog], None]:
    """Lets a dialog live until the end of the test, even when it is closed."""

    def keep(dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)

    return keep


@pytest.fixture
def queue(qapp: object) -> Iterator[JobQueue]:
    """Runs the jobs of dialogs; what still runs at the end of the test is stopped."""
    queue = JobQueue()
    yield queue
    queue.stop_all()
