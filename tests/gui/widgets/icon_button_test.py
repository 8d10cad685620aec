from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lipgui.basics import icons
from lipgui.basics.theme import DARK, LIGHT, palette_of
from lipgui.panels.progress_line import ProgressLine
from lipgui.timeline.legend import Legend
from lipgui.widgets import icon_button
from lipgui.widgets.elided_label import ElidedLabel
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


def test_a_label_that_is_cut_shows_its_text_as_a_tool_tip(qtbot: QtBot) -> None:
    label = ElidedLabel("A long text about a device")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.grab()
    assert label.toolTip() == label.text()
    label.resize(900, 20)
    label.grab()
    assert label.toolTip() == ""


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


def test_the_key_names_every_colour(qtbot: QtBot) -> None:
    legend = Legend()
    qtbot.addWidget(legend)
    names = "model, painted, corrected, verified, annotated frame, doubtful, key of a curve"
    assert legend.accessibleDescription() == names
    legend.resize(legend.sizeHint())
    assert not legend.grab().isNull()
    assert legend.minimumSizeHint().width() == 0


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


def test_what_was_drawn_once_is_not_drawn_again(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    first = icons.icon("play")
    monkeypatch.setattr(icons, "_draw", None)
    again = icons.icon("play")
    assert again.pixmap(16).toImage() == first.pixmap(16).toImage()
    assert again.pixmap(16).toImage() != icons.QPixmap(16, 16).toImage()
