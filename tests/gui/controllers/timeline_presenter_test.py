"""Timeline, list of objects and review in step with the document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, Qt
from pytestqt.qtbot import QtBot

from lipcore.project.provenance import Provenance
from lipgui.controllers import timeline_presenter
from lipgui.controllers.timeline_presenter import Overview
from lipgui.document import edits, range_edits
from lipgui.document.document import Document
from lipgui.panels.objects_model import ObjectRole
from lipgui.panels.objects_panel import ObjectsPanel
from lipgui.panels.review import ReviewPanel
from lipgui.timeline.cells import PRESENT
from lipgui.timeline.timeline import Timeline
from tests.gui.document.helpers import push_run, square


class Shown:
    """The widgets, with a document that was opened before them."""

    def __init__(self, qtbot: QtBot, document: Document) -> None:
        self.qtbot, self.document = qtbot, document
        self.timeline, self.objects, self.review, self.parent = Timeline(), ObjectsPanel(), ReviewPanel(), QObject()
        for widget in (self.timeline, self.objects, self.review):
            qtbot.addWidget(widget)
        self.overview = Overview(document, self.timeline, self.objects, self.review, self.parent)
        document.opened.emit()

    def data(self, role: int, row: int = 0) -> object:
        return self.objects.model.index(row).data(role)

    def counts(self, text: str) -> None:
        """Wait until the review says so, a moment after the last edit."""
        self.qtbot.waitUntil(lambda: text in self.review.count_label.text())


@pytest.fixture
def shown(qtbot: QtBot, document: Document) -> Iterator[Shown]:
    shown = Shown(qtbot, document)
    yield shown
    document.close()


def test_objects_are_listed_with_lanes_and_their_colours(shown: Shown) -> None:
    edits.add_object(shown.document)
    edits.edit_object(
        shown.document, replace(shown.document.project.objects[2], name="Dog", colour=(1, 2, 3)), "Rename"
    )
    assert [(each.object_id, each.name) for each in shown.timeline.lanes.labels] == [(1, "Object 1"), (2, "Dog")]
    assert shown.timeline.lanes.labels[1].colour == (1, 2, 3)
    assert shown.data(Qt.ItemDataRole.DisplayRole, 1) == "Dog"
    assert shown.timeline.lanes.selected_id == 2
    shown.document.select_object(1)
    assert shown.timeline.lanes.selected_id == 1


def test_an_edit_shows_at_once_on_the_lane_and_as_a_score(shown: Shown) -> None:
    push_run(shown.document, 3, job=1)
    codes = shown.timeline.lanes.cells.codes[0]
    assert [codes[2], codes[3]] == [0, PRESENT + Provenance.MODEL]
    assert shown.data(ObjectRole.SCORE) is None
    shown.document.go_to(3)
    assert shown.timeline.lanes.overlay.frame == 3
    assert shown.data(ObjectRole.SCORE) == 0.5


def test_what_is_left_to_review_is_counted_after_a_moment(shown: Shown) -> None:
    shown.overview.use_threshold(0.01)
    edits.paint(shown.document, square(0, 0))
    shown.counts("1 of 12 frames painted, none propagated")
    for frame in range(1, 4):
        push_run(shown.document, frame, job=1)
    shown.counts("doubtful left · 1 of 4 frames painted or verified")
    doubtful = [each.frame for each in shown.overview.doubtful]
    assert doubtful
    assert {shown.review.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(len(doubtful))} == set(doubtful)
    range_edits.verify_range(shown.document, 0, 11)
    shown.counts("No doubtful frame left · 4 of 4")


def test_a_project_is_not_called_empty_while_its_masks_are_looked_through(
    shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline_presenter, "_SLICE_SECONDS", 0.0)  # one frame at a time
    for frame in range(3):
        push_run(shown.document, frame, job=1)
    shown.document.opened.emit()
    assert shown.review.count_label.text() == "Looking for doubtful frames…"
    shown.counts("of 3 frames painted or verified")


def test_a_thumbnail_is_of_the_frame_that_was_painted(shown: Shown) -> None:
    push_run(shown.document, 2, job=1)
    edits.paint(shown.document, square(0, 0, 4) | square(40, 4, 2), frame=5)
    shown.qtbot.waitUntil(lambda: shown.data(ObjectRole.THUMBNAIL) is not None)
    picture = shown.data(ObjectRole.THUMBNAIL)
    assert picture.pixelColor(24, 24).alpha() == 0  # two pieces far apart, nothing in the middle


def test_all_is_empty_when_nothing_is_open(shown: Shown) -> None:
    edits.paint(shown.document, square(0, 0))
    shown.document.close()
    assert shown.timeline.lanes.labels == []
    assert shown.timeline.lanes.axis.frame_count == 0
    assert shown.objects.model.rowCount() == 0
    assert shown.review.count_label.text().startswith("Nothing to review yet")
