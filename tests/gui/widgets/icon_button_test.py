from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lipgui.basics import icons
from lipgui.basics.theme import DARK, LIGHT, palette_of
from lipgui.widgets import icon_button
from lipgui.widgets.icon_button import IconButton, tell_keys


def strongest(button: IconButton) -> QColor:
    """The most opaque pixel of a button's icon."""
    image = button.icon().pixmap(32, 32, QIcon.Mode.Normal).toImage()
    return max((image.pixelColor(x, y) for x in range(32) for y in range(32)), key=QColor.alpha)


def test_the_icon_follows_the_theme_live(qtbot: QtBot) -> None:
    button = IconButton("play", "Play")
    qtbot.addWidget(button)
    button.setPalette(palette_of(LIGHT))
    assert strongest(button).lightness() < 80
    button.setPalette(palette_of(DARK))
    assert strongest(button).lightness() > 180


def test_the_tool_tip_tells_the_keys_of_the_action_and_follows_them(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button = IconButton("play", "Play", action="play", parent=window)
    other = IconButton("stop", "Stop", "finished frames are kept", parent=window)
    assert (button.toolTip(), button.accessibleName()) == ("Play (Space)", "Play")
    button.describe("Pause")
    assert (button.toolTip(), button.accessibleName()) == ("Pause (Space)", "Pause")
    tell_keys(window, {"play": "K; Ctrl+K"})
    assert button.toolTip() == "Pause (K, Ctrl+K)"
    tell_keys(window, {"play": ""})
    assert button.toolTip() == "Pause"
    assert other.toolTip() == "Stop (finished frames are kept)"


def test_a_finer_screen_gets_finer_drawings(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    button = IconButton("play", "Play")
    qtbot.addWidget(button)
    assert {size.width() for size in button.icon().availableSizes()} == {16, 20, 24, 32, 48}
    plain = button.icon().cacheKey()
    button.refresh_icon()
    assert button.icon().cacheKey() == plain
    monkeypatch.setattr(icons, "scales", lambda: (1, 2))
    monkeypatch.setattr(icon_button, "scales", lambda: (1, 2))
    button.refresh_icon()
    finer = button.icon().pixmap(QSize(16, 16), 2.0)
    assert (finer.width(), finer.devicePixelRatio()) == (32, 2.0)
