"""Icons in the colours of a palette."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QIcon, QPixmap
from pytestqt.qtbot import QtBot

from lipgui.basics import icons
from lipgui.basics.theme import DARK, LIGHT, Colours, palette_of


def ink(pixmap: QPixmap) -> QColor:
    """The most opaque pixel."""
    image = pixmap.toImage()
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return max(pixels, key=QColor.alpha)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_an_icon_is_drawn_for_being_ready_disabled_and_switched_on(qapp: object, colours: Colours) -> None:
    icon = icons.icon("play", palette_of(colours))
    looks = [(QIcon.Mode.Normal, QIcon.State.Off), (QIcon.Mode.Disabled, QIcon.State.Off)]
    looks.append((QIcon.Mode.Normal, QIcon.State.On))
    found = [ink(icon.pixmap(32, mode, state)).name() for mode, state in looks]
    assert found == [colours.text, colours.disabled, colours.accent]


def test_a_picture_is_as_fine_as_the_screen(qapp: object) -> None:
    picture = icons.picture("eye", 20, QColor("red"), 1.5)
    assert (picture.width(), picture.deviceIndependentSize().width()) == (30, 20)
    assert ink(picture).red() > 200


def test_what_was_drawn_once_is_not_drawn_again(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    first = icons.icon("play")
    monkeypatch.setattr(icons, "_draw", None)
    again = icons.icon("play")
    assert again.pixmap(16).toImage() == first.pixmap(16).toImage()
    assert again.pixmap(16).toImage() != icons.QPixmap(16, 16).toImage()
