from __future__ import annotations

from pytestqt.qtbot import QtBot

from lipgui.widgets.elided_label import ElidedLabel


def test_a_label_that_is_cut_shows_its_text_as_a_tool_tip(qtbot: QtBot) -> None:
    label = ElidedLabel("A long text about a device")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.grab()
    assert label.toolTip() == label.text()
    label.resize(900, 20)
    label.grab()
    assert label.toolTip() == ""


def test_it_wants_the_room_of_its_text_and_takes_less(qtbot: QtBot) -> None:
    short, long = ElidedLabel("A"), ElidedLabel("A long text about a device")
    for label in (short, long):
        qtbot.addWidget(label)
    assert long.sizeHint().width() > 5 * short.sizeHint().width()
    assert long.minimumSizeHint().width() < long.sizeHint().width() / 3
    assert short.minimumSizeHint().width() <= short.sizeHint().width()
