from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from lipgui.basics.theme import LIGHT, palette_of
from lipgui.panels.progress_line import ProgressLine


@pytest.mark.parametrize(("value", "share"), [(0, 0.0), (50, 0.5), (100, 1.0)])
def test_the_bar_is_as_long_as_its_share(qtbot: QtBot, value: int, share: float) -> None:
    line = ProgressLine()
    qtbot.addWidget(line)
    line.setPalette(palette_of(LIGHT))
    line.resize(200, 6)
    line.setRange(0, 100)
    line.setValue(value)
    picture = line.grab().toImage()
    accent = QColor(LIGHT.accent)
    filled = sum(picture.pixelColor(x, 3) == accent for x in range(200))
    assert abs(filled - 200 * share) <= 3


def test_a_bar_without_an_end_wanders(qtbot: QtBot) -> None:
    line = ProgressLine()
    qtbot.addWidget(line)
    line.resize(200, 6)
    line.setRange(0, 0)
    line.show()
    first = line.grab().toImage()
    qtbot.waitUntil(lambda: line.grab().toImage() != first, timeout=2000)
