from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from lipgui.basics.settings import Preferences, Settings


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
