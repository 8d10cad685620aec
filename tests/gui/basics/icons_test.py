from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from lipgui.basics import icons


def test_what_was_drawn_once_is_not_drawn_again(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    first = icons.icon("play")
    monkeypatch.setattr(icons, "_draw", None)
    again = icons.icon("play")
    assert again.pixmap(16).toImage() == first.pixmap(16).toImage()
    assert again.pixmap(16).toImage() != icons.QPixmap(16, 16).toImage()
