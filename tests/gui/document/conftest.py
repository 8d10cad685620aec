"""A document to edit."""

from __future__ import annotations

import pytest

from lipcore.project.project import Project
from lipgui.document import edits
from lipgui.document.document import Document
from tests.helpers import blank_video


@pytest.fixture
def document(qapp: object) -> Document:
    document = Document()
    video = blank_video()
    document.open(Project.create(video), video)
    edits.add_object(document)
    return document
