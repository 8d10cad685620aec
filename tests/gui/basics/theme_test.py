from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from lipgui.basics.theme import DARK, LIGHT, palette_of, style_sheet


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_text_is_readable_in_both_themes(qapp: QApplication, colours: object) -> None:
    def luminance(name: str) -> float:
        parts = [int(name[index : index + 2], 16) / 255 for index in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(one: str, other: str) -> float:
        light, dark = sorted((luminance(one), luminance(other)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    assert contrast(colours.text, colours.window) > 7
    assert contrast(colours.text, colours.panel) > 7
    assert contrast(colours.faint, colours.panel) > 4.5
    assert contrast(colours.on_accent, colours.accent) > 4.5
    assert "@" not in style_sheet(colours).replace("@media", "")
    assert palette_of(colours).window().color().name() == colours.window
