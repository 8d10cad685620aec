"""A card of the empty window does its action, tells its key, and grows with its words."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from lipgui.basics.icons import icon
from lipgui.widgets.action_card import ActionCard


@pytest.fixture
def action(qapp: object) -> QAction:
    made = QAction("Open video")
    made.setShortcut("Ctrl+O")
    return made


@pytest.fixture
def card(qtbot: QtBot, action: QAction) -> ActionCard:
    made = ActionCard(action, "Open video", "mp4, mov and more")
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_a_click_anywhere_on_it_does_the_action(qtbot: QtBot, card: ActionCard, action: QAction) -> None:
    done: list[bool] = []
    action.triggered.connect(lambda: done.append(True))
    title = card.findChild(QLabel, "cardTitle")
    below = title.mapTo(card, title.rect().center())
    for place in (below, QPoint(3, 3)):
        assert card.childAt(place) is None  # words do not take the click
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton, pos=place)
    assert len(done) == 2


def test_the_key_is_told_where_there_is_one(qtbot: QtBot, card: ActionCard, action: QAction) -> None:
    assert card.toolTip() == "Open video (Ctrl+O)"
    action.setShortcut("")
    without = ActionCard(action, "Try the sample", "48 frames")
    qtbot.addWidget(without)
    assert without.toolTip() == "Try the sample"


def test_long_words_are_never_cut(qtbot: QtBot, card: ActionCard, action: QAction) -> None:
    long = ActionCard(action, "Open video", "every kind of file that there is " * 3)
    qtbot.addWidget(long)
    words = long.findChild(QLabel, "faint")
    assert long.sizeHint().width() >= words.sizeHint().width()
    assert long.sizeHint().width() > card.sizeHint().width()


def test_the_icon_is_drawn_as_fine_as_the_screen(card: ActionCard) -> None:
    card.show_icon(icon("film"))
    shown = [label.pixmap() for label in card.findChildren(QLabel) if not label.pixmap().isNull()]
    assert [pixmap.deviceIndependentSize().toSize().width() for pixmap in shown] == [28]
