"""The choice of frames: words and numbers always name the same range, and a selection is only offered."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from lipcore.project.project import Project
from lipgui.basics.frame_selection import FrameSelection
from lipgui.dialogs.frame_range import FrameRange
from tests.helpers import blank_video


@pytest.fixture
def project() -> Project:
    return Project.create(blank_video())


def made(qtbot: QtBot, project: Project) -> FrameRange:
    chooser = FrameRange(project)
    qtbot.addWidget(chooser)
    return chooser


def offers(chooser: FrameRange) -> list[str]:
    return [chooser.range_box.itemText(row) for row in range(chooser.range_box.count())]


def test_it_begins_with_the_whole_video(qtbot: QtBot, project: Project) -> None:
    chooser = made(qtbot, project)
    assert chooser.frames == (0, 11)
    assert offers(chooser) == ["Whole video", "From … to …"]


def test_it_begins_with_the_working_range_and_only_offers_the_selection(qtbot: QtBot, project: Project) -> None:
    project.set_in_out(2, 8)
    chooser = made(qtbot, project)
    chooser.offer(FrameSelection(4, 5))
    assert chooser.frames == (2, 8)
    assert offers(chooser) == ["Whole video", "In to out point", "Selected on the timeline", "From … to …"]
    chooser.range_box.setCurrentText("Selected on the timeline")
    assert chooser.frames == (4, 5)
    chooser.range_box.setCurrentText("Whole video")
    assert chooser.frames == (0, 11)


def test_typed_numbers_are_called_what_they_are(qtbot: QtBot, project: Project) -> None:
    project.set_in_out(2, 8)
    chooser = made(qtbot, project)
    chooser.first_box.setValue(3)
    assert (chooser.frames, chooser.range_box.currentText()) == ((3, 8), "From … to …")
    chooser.first_box.setValue(2)
    assert chooser.range_box.currentText() == "In to out point"


def test_free_numbers_begin_with_those_shown(qtbot: QtBot, project: Project) -> None:
    project.set_in_out(2, 8)
    chooser = made(qtbot, project)
    chooser.range_box.setCurrentText("From … to …")
    assert chooser.frames == (2, 8)


def test_every_change_is_told_once(qtbot: QtBot, project: Project) -> None:
    project.set_in_out(2, 8)
    chooser, told = made(qtbot, project), []
    chooser.changed.connect(lambda: told.append(chooser.frames))
    chooser.range_box.setCurrentText("Whole video")
    chooser.last_box.setValue(9)
    assert told == [(0, 11), (0, 9)]
