from __future__ import annotations

from pytestqt.qtbot import QtBot

from lipgui.timeline.legend import Legend


def test_the_key_names_every_colour(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    names = "model, painted, corrected, verified, annotated frame, doubtful, key of a curve"
    assert legend.accessibleDescription() == names
    legend.resize(legend.sizeHint())
    assert not legend.grab().isNull()
    assert legend.minimumSizeHint().width() == 0
