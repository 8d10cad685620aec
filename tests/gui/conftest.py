"""Fixtures for the tests of the window's parts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lipgui.actions.action_set import ActionSet


@pytest.fixture
def actions(qtbot: QtBot) -> Iterator[ActionSet]:
    """All actions with their default keys, of an empty window."""
    window = QWidget()
    qtbot.addWidget(window)
    made = ActionSet(window, {})
    yield made
    window.close()
