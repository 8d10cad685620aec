"""Runs of a fake network on a document, without a window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from lipgui.controllers.segmentation import Segmentation
from lipgui.document.document import Document
from lipgui.jobs.jobs import JobQueue
from tests.helpers import FakeSegmenter


class Runs:
    """A document's segmentation with its queue, and the network that it is given."""

    def __init__(self, qtbot: QtBot, document: Document, segmenter: FakeSegmenter) -> None:
        self.qtbot, self.document, self.segmenter = qtbot, document, segmenter
        self.parent, self.queue = QObject(), JobQueue()
        self.segmentation = Segmentation(document, self.queue, lambda preferences: self.segmenter, self.parent)

    def wait(self) -> str:
        """Wait for the end of what runs; the sentence that is said of it."""
        with self.qtbot.waitSignal(self.segmentation.ended, timeout=10_000) as ended:
            pass
        return str(ended.args[0])


@pytest.fixture
def segmenter() -> FakeSegmenter:
    return FakeSegmenter()


@pytest.fixture
def runs(qtbot: QtBot, document: Document, segmenter: FakeSegmenter) -> Iterator[Runs]:
    runs = Runs(qtbot, document, segmenter)
    yield runs
    runs.queue.stop_all()
