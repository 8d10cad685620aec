"""Light and dark: readable, chosen, or those of the system."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QSlider
from pytestqt.qtbot import QtBot

from lipgui.basics.theme import DARK, LIGHT, Theme, palette_of, style_sheet


def luminance(name: str) -> float:
    parts = [int(name[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_text_is_readable_in_both_themes(qapp: QApplication, colours: object) -> None:
    assert contrast(colours.text, colours.window) > 7
    assert contrast(colours.text, colours.panel) > 7
    assert contrast(colours.faint, colours.panel) > 4.5
    assert contrast(colours.on_accent, colours.accent) > 4.5
    assert "@" not in style_sheet(colours).replace("@media", "")
    assert palette_of(colours).window().color().name() == colours.window


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    theme = Theme(qapp)
    yield theme
    theme.deleteLater()


@pytest.mark.parametrize("wanted", ["light", "dark"])
def test_the_handle_of_a_slider_can_be_seen_in_both_themes(theme: Theme, qtbot: QtBot, wanted: str) -> None:
    theme.choose(wanted)
    slider = QSlider(Qt.Orientation.Horizontal)
    qtbot.addWidget(slider)
    slider.resize(200, 30)
    slider.setValue(50)
    image = slider.grab().toImage()
    right_of_its_middle = [image.pixelColor(x, image.height() // 2).name() for x in range(102, 112)]
    assert max(contrast(colour, theme.colours.panel) for colour in right_of_its_middle) > 3


def test_a_choice_recolours_the_application_once(theme: Theme, qapp: QApplication, qtbot: QtBot) -> None:
    with qtbot.waitSignal(theme.changed):
        theme.choose("dark" if not theme.is_dark else "light")
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == theme.colours.window
    assert theme.colours.accent in qapp.styleSheet()
    with qtbot.assertNotEmitted(theme.changed):
        theme.choose(theme.wanted)


def test_the_system_is_followed_unless_colours_were_chosen(theme: Theme, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hints:
        def colorScheme(self) -> Qt.ColorScheme:
            return Qt.ColorScheme.Dark

    theme.choose("light")
    monkeypatch.setattr(QGuiApplication, "styleHints", Hints)
    theme._on_system_changed(Qt.ColorScheme.Dark)
    assert not theme.is_dark
    theme.choose("anything else")
    assert theme.is_dark
    assert theme.wanted == "system"
