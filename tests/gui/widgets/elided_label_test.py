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
