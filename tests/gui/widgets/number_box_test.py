"""Boxes for numbers leave room between their text and their left border."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QDoubleSpinBox, QSpinBox
from pytestqt.qtbot import QtBot

from lipgui.widgets.number_box import DecimalBox, NumberBox


@pytest.mark.parametrize(("kind", "plain"), [(NumberBox, QSpinBox), (DecimalBox, QDoubleSpinBox)])
def test_the_text_begins_further_right_than_in_a_plain_box(
    qtbot: QtBot, kind: type[QSpinBox | QDoubleSpinBox], plain: type[QSpinBox | QDoubleSpinBox]
) -> None:
    places = []
    for each in (plain, kind):
        box = each()
        qtbot.addWidget(box)
        box.resize(120, 30)
        box.show()
        box.lineEdit().setCursorPosition(0)
        places.append(box.lineEdit().cursorRect().left())
    assert places[1] > places[0]
