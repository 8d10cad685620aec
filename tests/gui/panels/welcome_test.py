"""The empty window: its cards do their actions, and what was open lately can be opened again."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from lipgui.actions.action_set import ActionSet
from lipgui.panels.welcome import Welcome


@pytest.fixture
def welcome(qtbot: QtBot, actions: ActionSet) -> Welcome:
    made = Welcome(actions)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def recent(welcome: Welcome) -> list[QPushButton]:
    return welcome.findChildren(QPushButton, "recent")


def test_each_card_does_its_action(welcome: Welcome, actions: ActionSet) -> None:
    done: list[str] = []
    actions.triggered.connect(lambda name, _: done.append(name))
    for card in welcome.cards.values():
        card.click()
    assert done == ["open_video", "open_folder", "open_project", "open_sample"]


def test_the_five_newest_are_listed_and_a_click_asks_for_one(qtbot: QtBot, welcome: Welcome) -> None:
    paths = [Path(f"/videos/{number}.mp4") for number in range(7)]
    welcome.show_recent(paths)
    assert [button.toolTip() for button in recent(welcome)] == [str(path) for path in paths[:5]]
    with qtbot.waitSignal(welcome.pathRequested) as asked:
        recent(welcome)[1].click()
    assert asked.args == [str(paths[1])]


def test_a_new_list_takes_the_place_of_the_old_one(welcome: Welcome) -> None:
    welcome.show_recent([Path("/videos/old.mp4")])
    welcome.show_recent([Path("/videos/new.mp4")])
    assert [button.text().split()[0] for button in recent(welcome)] == ["new.mp4"]
    welcome.show_recent([])
    assert recent(welcome) == []
    assert not next(label for label in welcome.findChildren(QLabel) if label.text() == "Recent").isVisible()
