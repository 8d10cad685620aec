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


def test_entries_that_do_not_fit_whole_are_left_out(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    whole = legend.sizeHint()
    legend.resize(whole)
    full = legend.grab().toImage()
    legend.resize(whole.width() // 2, whole.height())
    half = legend.grab().toImage()
    background = half.pixelColor(0, 0)
    inked = [x for x in range(half.width()) if any(half.pixelColor(x, y) != background for y in range(half.height()))]
    same = range(max(inked) - legend.fontMetrics().height())
    assert max(inked) < half.width()
    assert all(half.pixel(x, y) == full.pixel(x, y) for x in same for y in range(half.height()))
