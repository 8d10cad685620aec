from __future__ import annotations

from PySide6.QtWidgets import QApplication

from lipgui.actions.action_set import find_clash, join_keys, split_keys


def test_clashes_are_found_however_a_key_is_written(qapp: QApplication) -> None:
    clash = find_clash({"first": "F; Ctrl+A", "second": "ctrl+a"})
    assert clash is not None
    assert (clash.first, clash.second) == ("first", "second")
    assert find_clash({"first": "F", "second": "Shift+F", "third": ""}) is None
    assert split_keys(join_keys([])) == []
