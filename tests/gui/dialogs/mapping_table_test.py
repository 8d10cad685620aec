"""What becomes which object: one row each, what was chosen, and the labels that follow from it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from lipcore.exchange import ImportedFrame, Mapped
from lipcore.masks import IGNORE
from lipcore.project.objects import VideoObject
from lipcore.project.project import Project
from lipgui.dialogs.mapping_table import MappingTable, redirected
from tests.helpers import blank_video


@pytest.fixture
def table(qtbot: QtBot) -> MappingTable:
    """Two objects of a file, for a project with a cat and a dog; the first is its dog."""
    project = Project.create(blank_video())
    for number, name in ((1, "cat"), (4, "dog")):
        project.set_object(VideoObject(number, name, (10, 20, 30)))
    made = MappingTable()
    qtbot.addWidget(made)
    made.show_mapping([Mapped("index 4", "dog", 4, "dog"), Mapped("bird", "bird", 7, None)], project)
    return made


def box(table: MappingTable, row: int) -> QComboBox:
    found = table.cellWidget(row, 1)
    assert isinstance(found, QComboBox)
    return found


def test_untouched_each_becomes_what_it_is_called(table: MappingTable) -> None:
    assert table.targets() == {4: 4, 7: 7}
    assert [table.item(row, 0).text() for row in range(2)] == ["dog (index 4)", "bird"]
    assert [box(table, row).currentText() for row in range(2)] == ["4  dog", "New object 7"]


def test_an_object_that_is_there_is_not_offered_as_a_new_one(table: MappingTable) -> None:
    assert [box(table, 0).itemText(row) for row in range(box(table, 0).count())] == ["1  cat", "4  dog", "Leave it out"]
    assert box(table, 1).itemText(0) == "New object 7"


def test_another_target_can_be_chosen_or_none(table: MappingTable) -> None:
    box(table, 0).setCurrentText("1  cat")
    box(table, 1).setCurrentText("Leave it out")
    assert table.targets() == {4: 1, 7: 0}


def test_many_rows_are_scrolled(table: MappingTable) -> None:
    two, project = table.height(), Project.create(blank_video())
    heights = []
    for count in (5, 50):
        table.show_mapping([Mapped(f"{each}", f"{each}", each, None) for each in range(1, count + 1)], project)
        heights.append(table.height())
    assert two < heights[0] == heights[1]
    assert len(table.targets()) == 50


def test_labels_and_scores_follow_the_choice() -> None:
    labels = np.array([[0, 4, 7, 9, IGNORE]], np.uint8)
    after = redirected(ImportedFrame(3, labels, {4: 0.5, 7: 0.25}), {4: 1, 7: 0})
    assert after.frame == 3
    assert after.labels.tolist() == [[0, 1, 0, 0, IGNORE]]
    assert after.scores == {1: 0.5}
    assert labels.tolist() == [[0, 4, 7, 9, IGNORE]]
