from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from lipgui.actions.action_set import find_clash, join_keys, split_keys
from lipgui.basics.settings import Preferences, Settings
from lipgui.basics.theme import DARK, LIGHT, palette_of, style_sheet


def test_preferences_come_back_with_their_types(qapp: QApplication) -> None:
    wanted = replace(Preferences(), theme="dark", colour_blind=True, max_side=640, brush_size=3, guide_seen=True)
    Settings().store(wanted)
    assert Settings().preferences() == wanted


def test_a_damaged_value_gives_the_default(qapp: QApplication) -> None:
    store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "LIP", "LIP")
    store.setValue("preferences/brush_size", "many")
    store.sync()
    assert Settings().preferences().brush_size == Preferences().brush_size


def test_recent_paths_are_few_unique_newest_first_and_exist(qapp: QApplication, tmp_path: Path) -> None:
    paths = []
    for number in range(14):
        path = tmp_path / f"{number}.mp4"
        path.touch()
        Settings().add_recent(path)
        paths.insert(0, path)
    Settings().add_recent(paths[5])
    recent = Settings().recent()
    assert recent[0] == paths[5]
    assert len(recent) == len(set(recent)) == 10
    paths[5].unlink()
    assert paths[5] not in Settings().recent()
    Settings().clear_recent()
    assert Settings().recent() == []


def test_own_keys_are_kept_and_dropped(qapp: QApplication) -> None:
    Settings().store_shortcuts({"tune": "Ctrl+T", "redo": "Ctrl+Y; Ctrl+R"})
    assert Settings().shortcuts() == {"tune": "Ctrl+T", "redo": "Ctrl+Y; Ctrl+R"}
    Settings().store_shortcuts({})
    assert Settings().shortcuts() == {}


def test_clashes_are_found_however_a_key_is_written(qapp: QApplication) -> None:
    clash = find_clash({"first": "F; Ctrl+A", "second": "ctrl+a"})
    assert clash is not None
    assert (clash.first, clash.second) == ("first", "second")
    assert find_clash({"first": "F", "second": "Shift+F", "third": ""}) is None
    assert split_keys(join_keys([])) == []


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
