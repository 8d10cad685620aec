"""The column on the right: the list of objects has what its rows need, unless someone moved the line."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lipcore.project.objects import VideoObject
from lipgui.panels.objects_panel import ObjectsPanel
from lipgui.panels.side import SidePanel


def some(count: int) -> list[VideoObject]:
    return [VideoObject(number, f"Object {number}", (200, 0, 0)) for number in range(1, count + 1)]


@pytest.fixture
def side(qtbot: QtBot) -> SidePanel:
    made = SidePanel(ObjectsPanel(), QWidget(), QWidget())
    qtbot.addWidget(made)
    made.resize(280, 900)
    with qtbot.waitExposed(made):
        made.show()
    return made


def share(side: SidePanel, count: int) -> int:
    """The height of the list of so many objects."""
    objects = side.widget(0)
    assert isinstance(objects, ObjectsPanel)
    objects.show_objects(some(count))
    side.share()
    return side.sizes()[0]


def test_more_objects_get_more_room(side: SidePanel) -> None:
    heights = [share(side, count) for count in (1, 3, 5)]
    assert heights == sorted(set(heights))
    assert heights[-1] <= 900 / 2


def test_a_line_that_was_moved_stays_while_the_objects_are_as_many(side: SidePanel) -> None:
    height = share(side, 3)
    side.setSizes([height - 40, 900])
    moved = side.sizes()[0]
    assert moved < height
    assert share(side, 3) == moved
    assert share(side, 4) > height


def test_the_list_gives_way_to_the_edges_on_a_low_screen_and_comes_back(qtbot: QtBot) -> None:
    objects, edges = ObjectsPanel(), QWidget()
    edges.setMinimumHeight(150)
    edges.hide()
    side = SidePanel(objects, edges, QWidget())
    qtbot.addWidget(side)
    side.resize(280, 300)
    with qtbot.waitExposed(side):
        side.show()
    needed = share(side, 3)
    edges.show()
    qtbot.waitUntil(lambda: edges.height() >= 150 and side.sizes()[0] < needed)
    assert side.height() == 300
    edges.hide()
    qtbot.waitUntil(lambda: side.sizes()[0] == needed)
