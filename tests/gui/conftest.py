"""Fixtures for the tests of the window's parts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lipcore.project.project import Project
from lipgui.actions.action_set import ActionSet
from lipgui.document import edits
from lipgui.document.document import Document
from tests.helpers import blank_video


@pytest.fixture
def actions(qtbot: QtBot) -> Iterator[ActionSet]:
    """All actions with their default keys, of an empty window."""
    window = QWidget()
    qtbot.addWidget(window)
    made = ActionSet(window, {})
    yield made
    window.close()


@pytest.fixture
def document(qapp: object) -> Document:
    """Twelve blank frames of 48 x 64 pixels, with object 1 added and selected."""
    document = Document()
    video = blank_video()
    document.open(Project.create(video), video)
    edits.add_object(document)
    return document
